import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { proxyFor } from "../../provider/proxy.js";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

beforeEach(() => {
  for (const name of names.flatMap((upper) => [upper, upper.toLowerCase()])) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const wordsFor = async (target: string) => (await proxyFor(new URL(target)))?.words;

test("each scheme has its own, without user and password in words", async () => {
  vi.stubEnv("HTTPS_PROXY", "http://user:hunter2@secure.example:3128");
  expect(await wordsFor("http://swr.example.com")).toBeUndefined();
  vi.stubEnv("http_proxy", "https://plain.example");
  expect(await wordsFor("https://swr.example.com")).toBe(
    "the proxy http://secure.example:3128 of HTTPS_PROXY",
  );
  expect(await wordsFor("http://swr.example.com")).toBe("the proxy https://plain.example of HTTP_PROXY");
});

test.each<[noProxy: string, host: string, direct: boolean]>([
  ["swr.example.com", "swr.example.com", true],
  ["swr.example.com", "roma.example.com", false],
  ["a.example, SWR.example.com", "swr.example.com", true],
  [".example.com", "swr.example.com", true],
  ["*.example.com", "swr.example.com", true],
  [".example.com", "swr.example.com.test", false],
  ["swr.example.com:443", "swr.example.com", true],
  ["swr.example.com:443", "swr.example.com:8443", false],
  ["*", "swr.example.com", true],
  ["10.1.2.3", "10.1.2.3", true],
  ["10.0.0.0/8", "10.1.2.3", true],
  ["a.example 10.0.0.0/8", "10.1.2.3:8443", true],
  ["10.0.0.0/8", "11.1.2.3", false],
  ["fd00::/8", "[fd00::7]", true],
  ["fd00::/8", "[fe00::7]", false],
  ["10.0.0.0/33, x/8, 10.0.0.0/", "10.1.2.3", false],
])("NO_PROXY %s: %s is called directly: %s", async (noProxy, host, direct) => {
  vi.stubEnv("HTTPS_PROXY", "http://proxy.example:3128");
  for (const name of ["NO_PROXY", "no_proxy"]) {
    vi.stubEnv("NO_PROXY", undefined);
    vi.stubEnv(name, noProxy);
    expect((await wordsFor(`https://${host}`)) === undefined).toBe(direct);
  }
});

test.each(["https://localhost:8443", "https://127.0.0.1", "http://[::1]:80"])(
  "%s is this machine, and has none",
  async (target) => {
    vi.stubEnv("ALL_PROXY", "http://proxy.example:3128");
    expect(await wordsFor(target)).toBeUndefined();
    expect(await wordsFor("https://swr.example.com")).toBeDefined();
  },
);
