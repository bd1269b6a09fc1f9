import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  candidatePaths,
  canonicalRequest,
  verifyHuaweiSignature,
} from "../../../simulator/huaweicloud/signature.js";
import type { KeyOwner } from "../../../simulator/accounts.js";
import type { WireRequest } from "../../../simulator/operation.js";

const asm = "asm.cn-north-4.myhuaweicloud.com";
const releases = "/v2/meshes/m1/namespaces/default/releases";
const syncRepo = "/v2/manage/namespaces/group/repos/team$app/sync_repo";
const common = { "content-type": "application/json", "x-project-id": "p1", "x-sdk-date": "20260102T030405Z" };
const published = { "x-sdk-date": "20060102T150405Z" };

interface Vector {
  name: string;
  method: string;
  path: string;
  body?: string;
  headers: Record<string, string>;
  signature: string;
}

const vectors: Vector[] = [
  {
    name: "T1",
    method: "GET",
    path: "/path?limit=1",
    headers: published,
    signature: "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
  },
  {
    name: "T2",
    method: "POST",
    path: "/path?key=value",
    body: '{"Name":"test","Id":1}\n',
    headers: published,
    signature: "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
  },
  {
    name: "T4",
    method: "DELETE",
    path: `${releases}/r1?action=cancel`,
    headers: { ...common, host: asm },
    signature: "028977314af5059ae57045ad55b675fa75619d707f3bbdb0c4cba9918f5f8219",
  },
  {
    name: "T5",
    method: "POST",
    path: "/v2/p1/apic/instances/i1/livedata-apis/a1/undeploy",
    headers: { ...common, host: "roma.cn-north-4.myhuaweicloud.com" },
    signature: "5028f1013904f6adb0462f31f26105e9e47b0b20554c5db6c84920ed691ced8a",
  },
  {
    name: "T6",
    method: "DELETE",
    path: syncRepo,
    body: '{"remoteRegionId":"cn-east-3","remoteNamespace":"group"}',
    headers: { ...common, host: "swr-api.cn-north-4.myhuaweicloud.com" },
    signature: "a008883864b3b04fba4794cb2063675e5cf906a3607667ee7401e4999e8a5214",
  },
  {
    name: "T7, temporary keys",
    method: "GET",
    path: syncRepo,
    headers: { ...common, host: "swr-api.cn-north-4.myhuaweicloud.com", "x-security-token": "ST" },
    signature: "e851c1269ada8bb470e29bf764bf5be23fd0ac2000bb964689f16a335a1859d2",
  },
  {
    name: "T8",
    method: "POST",
    path: releases,
    body: '{"kind":"Release","apiVersion":"asm/v2"}',
    headers: { ...common, host: asm },
    signature: "866d0d9577817a3c396b8549379699a34eb5041359164bebfccf64f6c8dcade9",
  },
  {
    name: "T9, characters of the query that encodeURIComponent leaves",
    method: "GET",
    path: "/v2/meshes/m1/releases?b=x%20y&a=1/2~*",
    headers: { host: asm, "x-sdk-date": common["x-sdk-date"] },
    signature: "89ef0f61253e320e5d2137f46cd085dbab168f028d8bd40db40b67de5e5e971f",
  },
];

function timeOf(request: WireRequest): number {
  const date = request.headers["x-sdk-date"] ?? "";
  return Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function requestOf({ method, path, body = "", headers, signature }: Vector): WireRequest {
  const names = Object.keys(headers).toSorted().join(";");
  const authorization = `SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=${names}, Signature=${signature}`;
  return { method, path, headers: { ...headers, authorization }, body: Buffer.from(body) };
}

function ownerOf(request: WireRequest): (accessKey: string) => KeyOwner | undefined {
  const securityToken = request.headers["x-security-token"];
  const key = { accessKey: "AccessKey", secretKey: "SecretKey", ...(securityToken ? { securityToken } : {}) };
  return (accessKey) => (accessKey === key.accessKey ? { key, account: { name: "one" } } : undefined);
}

function verdict(request: WireRequest, now = timeOf(request)): string {
  const result = verifyHuaweiSignature(request, ownerOf(request), now);
  return "problem" in result ? result.problem : "accepted";
}

test.each(vectors)("accepts $name", (vector) => {
  expect(verdict(requestOf(vector))).toBe("accepted");
});

test("accepts an encoded dollar sign as a raw one", () => {
  const raw = requestOf(vectors.find((one) => one.name === "T6") ?? fail());
  expect(verdict({ ...raw, path: raw.path.replace("$", "%24") })).toBe("accepted");
});

test("builds the canonical request of the vendor's worked example", () => {
  const request: WireRequest = {
    method: "GET",
    path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
    headers: {
      "content-type": "application/json",
      host: "service.region.example.com",
      "x-sdk-date": "20191115T033655Z",
    },
    body: Buffer.alloc(0),
  };
  const [path = ""] = candidatePaths(request.path);
  const text = canonicalRequest(request, path, ["content-type", "host", "x-sdk-date"]);
  expect(createHash("sha256").update(text).digest("hex")).toBe(
    "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
  );
});

test("canonicalises the query vector of the vendor's Go client", () => {
  const query =
    "limit=1&enable=true&test=%E4%B8%80%20(%26%3D%3F!%23%25.*)&path=%2Ftmp%2F123&multi=3&multi=1&multi=2";
  const request: WireRequest = { method: "GET", path: `/?${query}`, headers: {}, body: Buffer.alloc(0) };
  expect(canonicalRequest(request, "/", []).split("\n")[2]).toBe(
    "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29",
  );
});

test("knows both ways to read an encoded slash", () => {
  expect(candidatePaths("/repos/team%2Fapp/sync_repo")).toEqual([
    "/repos/team%2Fapp/sync_repo/",
    "/repos/team/app/sync_repo/",
  ]);
});

describe("refuses", () => {
  const vector = vectors.find((one) => one.name === "T6");
  const good = requestOf(vector ?? fail());
  const minutes = 60 * 1000;

  test.each([
    ["an altered body", { body: Buffer.from("{}") }, /verify aksk signature fail/],
    ["another method", { method: "POST" }, /verify aksk signature fail/],
    ["another path", { path: good.path.replace("team", "other") }, /verify aksk signature fail/],
    ["an added query", { path: `${good.path}?a=b` }, /verify aksk signature fail/],
    ["an altered signed header", { headers: { ...good.headers, "x-project-id": "p2" } }, /signature fail/],
    ["a doubly encoded path", { path: good.path.replace("$", "%2524") }, /verify aksk signature fail/],
    ["no signature", { headers: common }, /Authorization is missing/],
    ["no date", { headers: { ...good.headers, "x-sdk-date": "now" } }, /X-Sdk-Date is missing or malformed/],
    [
      "a false body hash",
      { headers: { ...good.headers, "x-sdk-content-sha256": "0" } },
      /not the hash of the body/,
    ],
    [
      "a token that is not the key's",
      { headers: { ...good.headers, "x-security-token": "X" } },
      /x-security-token/i,
    ],
  ])("%s", (_name, change, why) => {
    const owner = ownerOf(good);
    const result = verifyHuaweiSignature({ ...good, ...change }, owner, timeOf(good));
    expect("problem" in result && result.problem).toMatch(why);
  });

  test("a clock that is more than 15 minutes off, either way", () => {
    expect(verdict(good, timeOf(good) + 15 * minutes)).toBe("accepted");
    expect(verdict(good, timeOf(good) + 15 * minutes + 1)).toMatch(/15 minutes off/);
    expect(verdict(good, timeOf(good) - 15 * minutes - 1)).toMatch(/15 minutes off/);
  });

  test("a date outside the signature", () => {
    const authorization = good.headers["authorization"]?.replace(";x-sdk-date", "") ?? "";
    expect(verdict({ ...good, headers: { ...good.headers, authorization } })).toMatch(/not among the signed/);
  });

  test("a key nobody has", () => {
    const result = verifyHuaweiSignature(good, () => undefined, timeOf(good));
    expect("problem" in result && result.problem).toMatch(/AccessKey not found/);
  });
});

function fail(): never {
  throw new Error("the vector is missing");
}
