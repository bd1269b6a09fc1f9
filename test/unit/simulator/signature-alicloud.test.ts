import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KeyOwner } from "../../../simulator/accounts.js";
import {
  canonicalRequestV3,
  signV2,
  stringToSignV2,
  verifyAlicloudSignature,
} from "../../../simulator/alicloud/signature.js";
import type { WireRequest } from "../../../simulator/operation.js";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const order = "ChangeOrderId=47e2b863-adc8-4a0e-ac23-8361b95a0000";
const testKey = { accessKey: "testAccessKeyId", secretKey: "testAccessKeySecret" };
const now = Date.parse("2026-01-02T03:04:05Z");
const edas = {
  host: "edas.cn-hangzhou.aliyuncs.com",
  "x-acs-content-sha256": EMPTY,
  "x-acs-date": "2026-01-02T03:04:05Z",
  "x-acs-signature-nonce": "00000000000000000000000000000001",
  "x-acs-version": "2017-08-01",
};

type Key = { accessKey: string; secretKey: string; securityToken?: string };

function v3(
  method: string,
  path: string,
  unsigned: Record<string, string>,
  signature: string,
  accessKey = testKey.accessKey,
): WireRequest {
  const names = Object.keys(unsigned).toSorted().join(";");
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKey},SignedHeaders=${names},Signature=${signature}`;
  return { method, path, headers: { ...unsigned, authorization }, body: Buffer.alloc(0) };
}

function verdict(request: WireRequest, at: number = now, key: Key = testKey): string {
  const owner: KeyOwner = { key, account: { name: "one" } };
  const find = (accessKey: string): KeyOwner | undefined => (accessKey === key.accessKey ? owner : undefined);
  const result = verifyAlicloudSignature(request, find, at);
  return "code" in result ? `${result.status} ${result.code}` : "accepted";
}

const abort = v3(
  "PUT",
  `/pop/v5/changeorder/change_order_abort?${order}`,
  { ...edas, "x-acs-action": "AbortChangeOrder" },
  "3f5f45aef7f53c874b8114c355454f1e2e46fabc6c47df36a2794fd6d93f5384",
);

describe("accepts", () => {
  test("the published V3 example", () => {
    const request = v3(
      "POST",
      "/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
      {
        host: "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
      },
      "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
      "YourAccessKeyId",
    );
    const names = Object.keys(request.headers).filter((name) => name !== "authorization");
    const canonical = canonicalRequestV3(request, names.toSorted());
    expect(createHash("sha256").update(canonical).digest("hex")).toBe(
      "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
    );
    const key = { accessKey: "YourAccessKeyId", secretKey: "YourAccessKeySecret" };
    expect(verdict(request, Date.parse("2023-10-26T10:22:32Z"), key)).toBe("accepted");
  });

  test("an abort", () => {
    expect(verdict(abort)).toBe("accepted");
  });

  test("an abort with temporary keys", () => {
    const request = v3(
      "PUT",
      abort.path,
      { ...edas, "x-acs-action": "AbortChangeOrder", "x-acs-security-token": "test/Security+Token==" },
      "2e945b356841f3d08781e9abb246db5def4aa7963060b367c1bd3a0f033064d3",
    );
    expect(verdict(request, now, { ...testKey, securityToken: "test/Security+Token==" })).toBe("accepted");
  });

  test("a read done with POST", () => {
    const request = v3(
      "POST",
      `/pop/v5/changeorder/change_order_info?${order}`,
      { ...edas, "x-acs-action": "GetChangeOrderInfo" },
      "c69dc19ed97d229d235c44d8309ec55699f3f8c82005b919edcbee46a92c9aa9",
    );
    expect(verdict(request)).toBe("accepted");
  });

  test("the older scheme", () => {
    const request = {
      ...abort,
      headers: {
        accept: "application/json",
        date: "Fri, 02 Jan 2026 03:04:05 GMT",
        "x-acs-signature-method": "HMAC-SHA1",
        "x-acs-signature-nonce": edas["x-acs-signature-nonce"],
        "x-acs-signature-version": "1.0",
        "x-acs-version": "2017-08-01",
        authorization: "acs testAccessKeyId:4x1RkrSW7lUKa67rM95haTp4f9M=",
      },
    };
    expect(verdict(request)).toBe("accepted");
    expect(verdict({ ...request, path: `${request.path}0` })).toBe("400 SignatureDoesNotMatch");
    expect(verdict(request, now + 15 * 60 * 1000 + 1)).toBe("400 InvalidTimeStamp.Expired");
    const unsigned = { ...request.headers, "x-acs-signature-method": "HMAC-MD5" };
    expect(verdict({ ...request, headers: unsigned })).toBe("400 IncompleteSignature");
  });
});

test("signs as the vendor's own tests of the older scheme do", () => {
  expect(signV2("stringtosign", "secret")).toBe("OmuTAr79tpI6CRoAdmzKRq5lHs0=");
  expect(signV2("stringtosign", "accessKeySecret")).toBe("9/j11e+L9jW8mC9eUA23Wn3c0fs=");
  const request: WireRequest = {
    method: "GET",
    path: "/",
    headers: {
      accept: "application/octet-stream",
      date: "2018-12-04T03:55:31Z",
      "x-acs-signature-method": "HMAC-SHA1",
      "x-acs-signature-version": "1.0",
    },
    body: Buffer.alloc(0),
  };
  expect(signV2(stringToSignV2(request), "access_key_secret")).toBe("HKCpm41tJg6b3EYdtGMbNuwALZU=");
});

test("encodes query values by RFC 3986, however they were sent", () => {
  const sent = { ...abort, path: "/?v=%27%28%29%2A~%E4%B8%80+%2B%20" };
  expect(canonicalRequestV3(sent, []).split("\n")[2]).toBe("v=%27%28%29%2A~%E4%B8%80%20%2B%20");
  expect(canonicalRequestV3({ ...abort, path: "/?v='()*~" }, []).split("\n")[2]).toBe("v=%27%28%29%2A~");
});

describe("refuses", () => {
  const headers = abort.headers;
  test.each([
    ["an altered query", { path: abort.path.replace("0000", "0001") }, "400 SignatureDoesNotMatch"],
    ["another method", { method: "POST" }, "400 SignatureDoesNotMatch"],
    ["a body whose hash was not sent", { body: Buffer.from("{}") }, "400 IncompleteSignature"],
    [
      "an unsigned Content-Type",
      { headers: { ...headers, "content-type": "text/plain" } },
      "400 IncompleteSignature",
    ],
    ["an unsigned x-acs header", { headers: { ...headers, "x-acs-extra": "1" } }, "400 IncompleteSignature"],
    ["no signature", { headers: edas }, "400 IncompleteSignature"],
    [
      "a date in another form",
      { headers: { ...headers, "x-acs-date": "20260102" } },
      "400 InvalidTimeStamp.Format",
    ],
    [
      "a stray token",
      { headers: { ...headers, "x-acs-security-token": "X" } },
      "400 InvalidSecurityToken.MismatchWithAccessKey",
    ],
  ])("%s", (_name, change, expected) => {
    expect(verdict({ ...abort, ...change })).toBe(expected);
  });

  test("no nonce", () => {
    const { "x-acs-signature-nonce": _, ...rest } = headers;
    expect(verdict({ ...abort, headers: rest })).toBe("400 MissingParameter");
  });

  test("a clock that is more than 15 minutes off", () => {
    expect(verdict(abort, now - 15 * 60 * 1000)).toBe("accepted");
    expect(verdict(abort, now - 15 * 60 * 1000 - 1)).toBe("400 InvalidTimeStamp.Expired");
  });

  test("another secret, and a key nobody has", () => {
    expect(verdict(abort, now, { ...testKey, secretKey: "other" })).toBe("400 SignatureDoesNotMatch");
    expect(verdict(abort, now, { ...testKey, accessKey: "other" })).toBe("404 InvalidAccessKeyId.NotFound");
  });
});
