import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalQuery, sha256, type SignableRequest } from "../../provider/canonical.js";
import { canonicalRequest, sign, signingDate } from "../../provider/alicloud/sign.js";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const signedHeaders = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

describe("the published vector", () => {
  const request: SignableRequest = {
    method: "POST",
    path: "/",
    query: [
      ["RegionId", "cn-shanghai"],
      ["ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"],
    ],
    headers: {
      host: "ecs.cn-shanghai.aliyuncs.com",
      "x-acs-action": "RunInstances",
      "x-acs-content-sha256": emptyHash,
      "x-acs-date": "2023-10-26T10:22:32Z",
      "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
      "x-acs-version": "2014-05-26",
    },
    body: "",
  };

  test("canonical request", () => {
    expect(hash(canonicalRequest(request))).toBe(
      "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
    );
  });

  test("authorization", () => {
    expect(sign(request, { accessKey: "YourAccessKeyId", secretKey: "YourAccessKeySecret" })).toBe(
      `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${signedHeaders},Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0`,
    );
  });
});

const keys = { accessKey: "testAccessKeyId", secretKey: "testAccessKeySecret" };

function edas(method: string, action: string, path: string): SignableRequest {
  return {
    method,
    path: `/pop/v5/changeorder/${path}`,
    query: [["ChangeOrderId", "47e2b863-adc8-4a0e-ac23-8361b95a0000"]],
    headers: {
      host: "edas.cn-hangzhou.aliyuncs.com",
      "x-acs-action": action,
      "x-acs-version": "2017-08-01",
      "x-acs-date": "2026-01-02T03:04:05Z",
      "x-acs-signature-nonce": "00000000000000000000000000000001",
      "x-acs-content-sha256": emptyHash,
    },
    body: "",
  };
}

const abort = edas("PUT", "AbortChangeOrder", "change_order_abort");
const withToken: SignableRequest = {
  ...abort,
  headers: { ...abort.headers, "x-acs-security-token": "test/Security+Token==" },
};

describe("vectors derived for EDAS", () => {
  test.each([
    ["AbortChangeOrder", abort, "3f5f45aef7f53c874b8114c355454f1e2e46fabc6c47df36a2794fd6d93f5384"],
    [
      "AbortChangeOrder with a security token",
      withToken,
      "2e945b356841f3d08781e9abb246db5def4aa7963060b367c1bd3a0f033064d3",
    ],
    [
      "GetChangeOrderInfo",
      edas("POST", "GetChangeOrderInfo", "change_order_info"),
      "c69dc19ed97d229d235c44d8309ec55699f3f8c82005b919edcbee46a92c9aa9",
    ],
  ])("%s", (_, request, signature) => {
    expect(sign(request, keys)).toContain(`,Signature=${signature}`);
  });

  test("the security token is signed, between date and nonce", () => {
    expect(sign(withToken, keys)).toContain(
      "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,",
    );
  });
});

test("of other headers only host and content-type are signed", () => {
  const noisy = { ...abort, headers: { ...abort.headers, Accept: "application/json", "User-Agent": "x" } };
  expect(sign(noisy, keys)).toBe(sign(abort, keys));
  const typed = { ...abort, headers: { ...abort.headers, "Content-Type": "application/json" } };
  expect(sign(typed, keys)).toContain("SignedHeaders=content-type;host;");
});

test("query values are encoded as RFC 3986 has it", () => {
  expect(canonicalQuery([["q", "'()*~中+ "]])).toBe("q=%27%28%29%2A~%E4%B8%AD%2B%20");
});

test("the path gets no slash at its end, the body its hash", () => {
  const lines = canonicalRequest({ ...abort, body: "中" }).split("\n");
  expect(lines[1]).toBe("/pop/v5/changeorder/change_order_abort");
  expect(lines.at(-1)).toBe(hash("中"));
  expect(sha256("")).toBe(emptyHash);
});

test("the date of a signature", () => {
  expect(signingDate(new Date("2026-01-02T03:04:05.678Z"))).toBe("2026-01-02T03:04:05Z");
});
