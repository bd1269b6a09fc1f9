import { beforeEach, describe, expect, test } from "vitest";
import {
  bothNames,
  ConfigurationError,
  endpoints,
  endpointUrl,
  isLoopback,
  readOnce,
  shape,
  sourcesOf,
  text,
  type SettingNames,
  type Sources,
} from "../../provider/config.js";
import { limits } from "../../provider/limits.js";

function sources(config: Record<string, unknown> = {}, environment: Record<string, string> = {}): Sources {
  return { config: (key) => config[key], environment };
}

const region: SettingNames = ["cloud:region", "FIRST_REGION", "SECOND_REGION"];

describe("a setting", () => {
  test.each<[string, Sources, string | undefined]>([
    ["from the configuration first", sources({ "cloud:region": "c" }, { FIRST_REGION: "e" }), "c"],
    [
      "else from the first name in the environment",
      sources({}, { SECOND_REGION: "2", FIRST_REGION: "1" }),
      "1",
    ],
    ["else from the next", sources({}, { SECOND_REGION: "2" }), "2"],
    [
      "empty texts are nothing",
      sources({ "cloud:region": "" }, { FIRST_REGION: "", SECOND_REGION: "2" }),
      "2",
    ],
    ["null is nothing", sources({ "cloud:region": null }), undefined],
    ["a value of an explicit provider need not be text", sources({ "cloud:region": 4 }), "4"],
    ["nothing", sources(), undefined],
  ])("%s", (_, given, value) => {
    expect(text(given, region)).toBe(value);
  });

  test("has both its names", () => {
    expect(bothNames(region)).toBe("cloud:region (FIRST_REGION or SECOND_REGION)");
    expect(bothNames(["cloud:token", undefined, "TOKEN"])).toBe("cloud:token (TOKEN)");
    expect(bothNames(["cloud:token"])).toBe("cloud:token");
  });
});

describe("credentials are taken whole", () => {
  const settings = {
    key: ["cloud:key", "A_KEY", "B_KEY"],
    secret: ["cloud:secret", "A_SECRET", "B_SECRET"],
    token: ["cloud:token", "A_TOKEN", undefined, "C_TOKEN"],
  } as const satisfies Record<string, SettingNames>;

  test("from each source by itself, in order", () => {
    const given = sources(
      { "cloud:key": "ck" },
      { B_KEY: "bk", B_SECRET: "bs", A_SECRET: "as", A_TOKEN: "at", C_TOKEN: "ct" },
    );
    expect(sourcesOf(given, settings)).toEqual([
      { source: "the stack configuration", values: { key: "ck" } },
      { source: "the environment (A_TOKEN)", values: { secret: "as", token: "at" } },
      { source: "the environment (B_SECRET)", values: { key: "bk", secret: "bs" } },
      { source: "the environment (C_TOKEN)", values: { token: "ct" } },
    ]);
  });

  test("empty values make no source", () => {
    expect(sourcesOf(sources({ "cloud:key": "" }, { A_KEY: "" }), settings)).toEqual([]);
  });
});

describe("endpoints", () => {
  const problems: string[] = [];
  beforeEach(() => void problems.splice(0));
  const read = (value: unknown) =>
    endpoints(sources({ "cloud:endpoints": value }), "cloud:endpoints", ["swr", "asm"], problems);

  test.each<[string, unknown, Record<string, string>]>([
    ["nothing", undefined, {}],
    ["an empty text", " ", {}],
    ["an object", { swr: "https://a", asm: " https://b " }, { swr: "https://a", asm: "https://b" }],
    ["its JSON text", '{"swr":"https://a"}', { swr: "https://a" }],
    ["a list", [{ swr: "https://a" }, { asm: "https://b" }], { swr: "https://a", asm: "https://b" }],
    ["the JSON text of a list", '[{"swr":"https://a"}]', { swr: "https://a" }],
    [
      "keys of other services, whatever they hold",
      { ecs: 3, obs: { a: 1 }, swr: "https://a" },
      { swr: "https://a" },
    ],
    ["empty ones", { swr: "" }, {}],
  ])("as %s", (_, value, expected) => {
    expect(read(value)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  const secret = "hunter2-hunter2";
  test.each<[string, unknown, string]>([
    [
      "a text that is not JSON",
      secret,
      "cloud:endpoints must be an object or its JSON text, found a text of 15",
    ],
    [
      "a list of texts",
      [secret],
      'cloud:endpoints must be an object such as {"swr": "https://…"}, found a list of 1',
    ],
    ["JSON of another kind", '"hunter2-hunter2"', "cloud:endpoints must be an object such as"],
    ["null in JSON", "null", "cloud:endpoints must be an object such as"],
    [
      "a service that is no text",
      { swr: { url: secret } },
      "cloud:endpoints.swr must be a URL, found an object with 1",
    ],
    ["a service that is blank", { swr: "  " }, "cloud:endpoints.swr must be a URL, found a text of 2"],
  ])("refused and named, but not shown: %s", (_, value, words) => {
    expect(read(value)).toEqual({});
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems.join(" ")).not.toContain("hunter2");
  });

  test("each service that is wrong is told, beside those that are right", () => {
    expect(read([{ swr: 1, asm: { url: secret } }, { swr: "https://a" }])).toEqual({ swr: "https://a" });
    expect(problems).toEqual([
      "cloud:endpoints.swr must be a URL, found the number 1",
      "cloud:endpoints.asm must be a URL, found an object with 1 keys",
    ]);
  });
});

describe("the URL of an endpoint", () => {
  const place = { region: "cn-north-4", configuredRegion: "cn-north-4", insecure: false };
  const url = (template: string, more: Partial<typeof place> = {}) =>
    endpointUrl(template, "cloud:endpoints.swr", { ...place, ...more });

  test.each([
    ["https://swr.example.com", "https://swr.example.com"],
    ["https://swr.example.com/", "https://swr.example.com"],
    ["swr.example.com", "https://swr.example.com"],
    ["swr.example.com:8443/base", "https://swr.example.com:8443/base"],
    ["https://swr.{region}.example.com/{region}/x/", "https://swr.cn-north-4.example.com/cn-north-4/x"],
    ["http://127.0.0.1:4000/{region}", "http://127.0.0.1:4000/cn-north-4"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://[::1]:4000", "http://[::1]:4000"],
    ["HTTPS://SWR.example.com", "https://swr.example.com"],
  ])("%s", (template, expected) => {
    expect(url(template)).toBe(expected);
  });

  test.each([
    [
      "http://swr.example.com",
      "cloud:endpoints.swr is plain http to swr.example.com: use https, or set grayscale:insecure to true",
    ],
    ["http://127.0.0.1.example.com", "is plain http to 127.0.0.1.example.com"],
    ["ftp://swr.example.com", "must begin with https://, found the scheme ftp://"],
    ["https://", "must be a URL, found a text of 8 characters"],
    ["https://user:hunter2@swr.example.com", "must hold no user, password, query or fragment"],
    ["https://hunter2@swr.example.com", "must hold no user, password, query or fragment"],
    ["https://:hunter2@swr.example.com", "must hold no user, password, query or fragment"],
    ["https://swr.example.com?key=hunter2", "must hold no user, password, query or fragment"],
    ["https://swr.example.com#hunter2", "must hold no user, password, query or fragment"],
  ])("refused: %s", (template, words) => {
    expect(() => url(template)).toThrow(words);
    expect(() => url(template)).not.toThrow("hunter2");
  });

  test("plain http is a matter of consent", () => {
    expect(url("http://swr.example.com", { insecure: true })).toBe("http://swr.example.com");
  });

  test("one without {region} serves the configured region only", () => {
    const elsewhere = { region: "cn-east-3" };
    expect(() => url("https://swr.example.com", elsewhere)).toThrow(
      "cloud:endpoints.swr serves only the configured region cn-north-4, and this resource is in cn-east-3: write {region}",
    );
    expect(url("https://swr.{region}.example.com", elsewhere)).toBe("https://swr.cn-east-3.example.com");
    expect(
      endpointUrl("https://swr.example.com", "x", {
        ...place,
        ...elsewhere,
        configuredRegion: undefined,
      }),
    ).toBe("https://swr.example.com");
  });

  test.each([
    ["localhost", true],
    ["127.0.0.1", true],
    ["127.255.1.2", true],
    ["[::1]", true],
    ["localhost.example.com", false],
    ["127.0.0.1.example.com", false],
    ["10.0.0.1", false],
    ["0.0.0.0", false],
  ])("%s is this machine: %s", (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});

describe("limits", () => {
  test("what they are when nothing is set", () => {
    expect(limits(sources())).toEqual({
      requestTimeoutSeconds: 30,
      maxAttempts: 6,
      maxConcurrentRequests: 16,
      pollSeconds: undefined,
      insecure: false,
    });
  });

  test("as text of the stack configuration, and as values of an explicit provider", () => {
    const asText = {
      requestTimeoutSeconds: "2.5",
      maxAttempts: "1",
      maxConcurrentRequests: "4",
      pollSeconds: "0.2",
      insecure: "true",
    };
    const asValues = {
      requestTimeoutSeconds: 2.5,
      maxAttempts: 1,
      maxConcurrentRequests: 4,
      pollSeconds: 0.2,
      insecure: true,
    };
    const read = (values: object) =>
      limits(
        sources(
          Object.fromEntries(Object.entries(values).map(([key, value]) => [`grayscale:${key}`, value])),
        ),
      );
    expect(read(asText)).toEqual(asValues);
    expect(read(asValues)).toEqual(asValues);
    expect(read({ insecure: "false" }).insecure).toBe(false);
  });

  test("everything that is wrong is reported at once, without its value", () => {
    const wrong = {
      "grayscale:requestTimeoutSeconds": "hunter2",
      "grayscale:maxAttempts": "0",
      "grayscale:maxConcurrentRequests": "1.5",
      "grayscale:pollSeconds": "-1",
      "grayscale:insecure": "yes",
    };
    const read = () => limits(sources(wrong));
    expect(read).toThrow(ConfigurationError);
    for (const key of Object.keys(wrong)) expect(read).toThrow(`- ${key}: `);
    expect(read).not.toThrow("hunter2");
  });

  test.each([
    ["requestTimeoutSeconds", "601"],
    ["maxAttempts", "21"],
    ["maxConcurrentRequests", "257"],
    ["pollSeconds", "601"],
    ["maxAttempts", ""],
  ])("%s of %s is refused", (key, value) => {
    expect(() => limits(sources({ [`grayscale:${key}`]: value }))).toThrow(`grayscale:${key}: `);
  });
});

test.each<[unknown, string]>([
  [undefined, "nothing"],
  [null, "null"],
  ["", "an empty text"],
  ["hunter2", "a text of 7 characters"],
  [[1, 2], "a list of 2"],
  [{ a: 1 }, "an object with 1 keys"],
  [3, "the number 3"],
  [true, "the boolean true"],
])("%j looks like %s", (value, words) => {
  expect(shape(value)).toBe(words);
});

describe("what is read once", () => {
  const counted = (): { read: (from: Sources, place?: string) => string; times: () => number } => {
    let times = 0;
    const read = readOnce((_: Sources, place: string | undefined) => {
      times += 1;
      if (place === "nowhere") throw new Error("no such place");
      return `${place} ${times}`;
    });
    return { read, times: () => times };
  };

  test("stays what it was, of the same sources and the same place", () => {
    const { read, times } = counted();
    const from = sources({});
    expect([read(from, "a"), read(from, "a"), read(from, undefined), read(from, "a")]).toEqual([
      "a 1",
      "a 1",
      "undefined 2",
      "a 1",
    ]);
    expect(times()).toBe(2);
  });

  test("is read anew of other sources", () => {
    const { read } = counted();
    expect([read(sources({}), "a"), read(sources({}), "a")]).toEqual(["a 1", "a 2"]);
  });

  test("is tried again where it failed", () => {
    const { read, times } = counted();
    const from = sources({});
    for (let tries = 0; tries < 2; tries += 1) expect(() => read(from, "nowhere")).toThrow("no such place");
    expect(times()).toBe(2);
  });
});
