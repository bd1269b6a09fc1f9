import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPath, canonicalQuery, encode, type SignableRequest } from "../../provider/canonical.js";
import { canonicalRequest, sign, signingDate } from "../../provider/huaweicloud/sign.js";

const keys = { accessKey: "AccessKey", secretKey: "SecretKey" };
const empty = { query: [], headers: {}, body: "" };
const published = { "x-sdk-date": "20060102T150405Z" };
const common = { "Content-Type": "application/json", "X-Project-Id": "p1", "X-Sdk-Date": "20260102T030405Z" };
const asm = { ...common, host: "asm.cn-north-4.myhuaweicloud.com" };
const swr = { ...common, host: "swr-api.cn-north-4.myhuaweicloud.com" };
const releases = "/v2/meshes/m1/namespaces/default/releases";
const syncRepo = "/v2/manage/namespaces/group/repos/team$app/sync_repo";
const projectHeaders = "content-type;host;x-project-id;x-sdk-date";

interface Vector {
  request: SignableRequest;
  signedHeaders: string;
  canonical?: string;
  signature?: string;
}

const vectors: Record<string, Vector> = {
  T1: {
    request: { ...empty, method: "GET", path: "/path", query: [["limit", "1"]], headers: published },
    signedHeaders: "x-sdk-date",
    canonical: "85c3b7730f308aee452b16138a42a914397e43a8f0d732dfa521c0ef2afa98a4",
    signature: "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
  },
  T2: {
    request: {
      method: "POST",
      path: "/path",
      query: [["key", "value"]],
      headers: published,
      body: '{"Name":"test","Id":1}\n',
    },
    signedHeaders: "x-sdk-date",
    canonical: "13f75ff5f5216199f986c7e7f2f77834d5e160ad9e46f37319816dc72ba7eeab",
    signature: "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
  },
  T3: {
    request: {
      method: "GET",
      path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
      query: [
        ["limit", "2"],
        ["marker", "13551d6b-755d-4757-b956-536f674975c0"],
      ],
      headers: {
        "content-type": "application/json",
        host: "service.region.example.com",
        "x-sdk-date": "20191115T033655Z",
      },
      body: "",
    },
    signedHeaders: "content-type;host;x-sdk-date",
    canonical: "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
  },
  T4: {
    request: {
      ...empty,
      method: "DELETE",
      path: `${releases}/r1`,
      query: [["action", "cancel"]],
      headers: asm,
    },
    signedHeaders: projectHeaders,
    canonical: "f7e8e227637aeae1e1a0c5141c34c2b9190e4a945209a20889cffaaee2ab22d7",
    signature: "028977314af5059ae57045ad55b675fa75619d707f3bbdb0c4cba9918f5f8219",
  },
  T5: {
    request: {
      ...empty,
      method: "POST",
      path: "/v2/p1/apic/instances/i1/livedata-apis/a1/undeploy",
      headers: { ...common, host: "roma.cn-north-4.myhuaweicloud.com" },
    },
    signedHeaders: projectHeaders,
    canonical: "93035c12d9fb61ad2d424989163a1398535e963c8257bd5ba853fe5f36d1e9f6",
    signature: "5028f1013904f6adb0462f31f26105e9e47b0b20554c5db6c84920ed691ced8a",
  },
  T6: {
    request: {
      ...empty,
      method: "DELETE",
      path: syncRepo,
      headers: swr,
      body: '{"remoteRegionId":"cn-east-3","remoteNamespace":"group"}',
    },
    signedHeaders: projectHeaders,
    canonical: "7842f5b315270208dec796d6eafefd1c3cea357afaf2e65332242dfe5ac212f8",
    signature: "a008883864b3b04fba4794cb2063675e5cf906a3607667ee7401e4999e8a5214",
  },
  T7: {
    request: { ...empty, method: "GET", path: syncRepo, headers: { ...swr, "X-Security-Token": "ST" } },
    signedHeaders: `${projectHeaders};x-security-token`,
    canonical: "da52b39bee444df24e1b22d8d604c2c991cb57030d626deda64ba4d98ddc2713",
    signature: "e851c1269ada8bb470e29bf764bf5be23fd0ac2000bb964689f16a335a1859d2",
  },
  T8: {
    request: {
      ...empty,
      method: "POST",
      path: releases,
      headers: asm,
      body: '{"kind":"Release","apiVersion":"asm/v2"}',
    },
    signedHeaders: projectHeaders,
    signature: "866d0d9577817a3c396b8549379699a34eb5041359164bebfccf64f6c8dcade9",
  },
  T9: {
    request: {
      ...empty,
      method: "GET",
      path: "/v2/meshes/m1/releases",
      query: [
        ["b", "x y"],
        ["a", "1/2~*"],
      ],
      headers: { host: asm.host, "X-Sdk-Date": "20260102T030405Z" },
    },
    signedHeaders: "host;x-sdk-date",
    signature: "89ef0f61253e320e5d2137f46cd085dbab168f028d8bd40db40b67de5e5e971f",
  },
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("vectors of the signing guide and of the official clients", () => {
  test.each(Object.entries(vectors))("%s", (_, { request, signedHeaders, canonical, signature }) => {
    expect([hash(canonicalRequest(request)), undefined]).toContain(canonical);
    expect(sign(request, keys)).toMatch(
      /^SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=\S+, Signature=\w{64}$/,
    );
    expect(sign(request, keys)).toContain(`SignedHeaders=${signedHeaders}, Signature=${signature ?? ""}`);
  });

  test("the query of the Go client", () => {
    expect(
      canonicalQuery([
        ["limit", "1"],
        ["enable", "true"],
        ["test", "一 (&=?!#%.*)"],
        ["path", decodeURIComponent("%2Ftmp%2F123")],
        ["multi", "3"],
        ["multi", "1"],
        ["multi", "2"],
      ]),
    ).toBe(
      "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29",
    );
  });
});

test("an empty value keeps its equals sign, and no query is an empty line", () => {
  expect(canonicalQuery([["flag", ""]])).toBe("flag=");
  expect(canonicalRequest({ ...empty, method: "get", path: "/a", headers: published }).split("\n")).toEqual([
    "GET",
    "/a/",
    "",
    "x-sdk-date:20060102T150405Z",
    "",
    "x-sdk-date",
    hash(""),
  ]);
});

test("a path that ends with a slash gets no second one", () => {
  const [, uri] = canonicalRequest({ ...empty, method: "GET", path: "/a/", headers: published }).split("\n");
  expect(uri).toBe("/a/");
});

test("`$` and `%24` sign alike", () => {
  const at = (path: string): string => sign({ ...empty, method: "GET", path, headers: swr }, keys);
  expect(at("/repos/team%24app/sync_repo")).toBe(at("/repos/team$app/sync_repo"));
  expect(canonicalPath("/repos/team$app")).toBe("/repos/team%24app");
});

test("header values are trimmed and names are written small", () => {
  const plain = { ...empty, method: "GET", path: "/", headers: { "x-sdk-date": "d", "x-a": "1" } };
  const untidy = { ...plain, headers: { "X-A": "  1 ", "X-SDK-Date": " d" } };
  expect(sign(untidy, keys)).toBe(sign(plain, keys));
});

test("the date of a signature", () => {
  expect(signingDate(new Date("2026-01-02T03:04:05.678Z"))).toBe("20260102T030405Z");
});

test("encoding leaves RFC 3986's unreserved characters only, and loses nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(encode(text)).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
      expect(decodeURIComponent(encode(text))).toBe(text);
    }),
  );
});
