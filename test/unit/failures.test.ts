import { describe, expect, test } from "vitest";
import * as alicloud from "../../provider/alicloud/cloud.js";
import * as huaweicloud from "../../provider/huaweicloud/failures.js";
import type { Answer } from "../../provider/transport.js";

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers, body };
}

describe("Huawei Cloud", () => {
  test.each<[string, unknown, string | undefined, string | undefined]>([
    ["ASM", { errorCode: "ASM.01010001", errorMsg: "Bad request." }, "ASM.01010001", "Bad request."],
    ["ASM, as its English pages have it", { errorCode: "ASM.01010001" }, "ASM.01010001", undefined],
    ["ROMA", { error_code: "APIG.3084", error_msg: "not there" }, "APIG.3084", "not there"],
    [
      "SWR today, old and new form together",
      {
        errors: [
          {
            errorCode: "SVCSTG.SWR.4001158",
            errorMessage: "no task",
            detail: "",
            encoded_authorization_message: null,
          },
        ],
        error_code: "SVCSTG.SWR.4001158",
        error_msg: "the old form",
        details: [],
      },
      "SVCSTG.SWR.4001158",
      "no task",
    ],
    [
      "SWR of old",
      [{ errorCode: "SVCSTG.SWR.4001158", errorMessage: "no task" }],
      "SVCSTG.SWR.4001158",
      "no task",
    ],
    [
      "the gateway",
      { error_code: "APIGW.0308", error_msg: "throttled", request_id: "r1" },
      "APIGW.0308",
      "throttled",
    ],
    ["IAM", { error: { code: 401, message: "sign in", title: "Unauthorized" } }, "401", "sign in"],
    ["IAM with a name", { error: { code: "IAM.0001", message: "sign in" } }, "IAM.0001", "sign in"],
    ["no errors in the list", { errors: [], error_code: "X.1", error_msg: "words" }, "X.1", "words"],
    ["a code without words", { error_code: "X.1", error_msg: null }, "X.1", undefined],
    ["nothing", undefined, undefined, undefined],
    ["a text", "Bad Gateway", undefined, undefined],
    ["something else", { message: "?" }, undefined, undefined],
    ["an empty list", [], undefined, undefined],
    ["an error that is a text", { error: "denied" }, undefined, undefined],
  ])("error of %s", (_, body, code, words) => {
    expect(huaweicloud.readError(body)).toEqual({ code, words });
  });

  test.each([200, 201, 204])("%i is no failure, whatever the body says", (status) => {
    expect(huaweicloud.failureOf(answer(status, { error_code: "X.1" }))).toBeUndefined();
  });

  test("everything that is known of a failure", () => {
    const body = {
      error_code: "APIGW.0308",
      error_msg: "limit:200,time:5 minute",
      request_id: "in the body",
    };
    expect(
      huaweicloud.failureOf(answer(429, body, { "retry-after": "3", "x-request-id": "in a header" })),
    ).toEqual({
      status: 429,
      code: "APIGW.0308",
      words: "limit:200,time:5 minute",
      requestId: "in a header",
      throttled: true,
      permanent: false,
      tokenExpired: false,
      waitMilliseconds: 3000,
    });
    expect(huaweicloud.failureOf(answer(429, body))?.requestId).toBe("in the body");
  });

  test.each<[number, string, object]>([
    [429, "X.1", { throttled: true }],
    [400, "APIGW.0308", { throttled: true }],
    [409, "ASM.01429001", { throttled: true }],
    [403, "SVCSTG.SWR.4031032", { throttled: true }],
    [403, "SVCSTG.SWR.4031042", { throttled: true }],
    [409, "SVCSTG.SWR.4090023", { throttled: true }],
    [409, "ASM.01409001", { throttled: false }],
    [403, "SVCSTG.SWR.4039001", { throttled: false }],
    [500, "SVCSTG.SWR.5001101", { permanent: true }],
    [500, "APIG.9999", { permanent: false }],
    [401, "APIGW.0307", { tokenExpired: true }],
    [401, "APIGW.0301", { tokenExpired: true }],
    [401, "APIG.1002", { tokenExpired: false }],
    [403, "APIGW.0307", { tokenExpired: false }],
  ])("%i %s", (status, code, expected) => {
    expect(huaweicloud.failureOf(answer(status, { error_code: code, error_msg: "" }))).toMatchObject({
      throttled: false,
      permanent: false,
      tokenExpired: false,
      ...expected,
    });
  });

  test("an answer without words gets some", () => {
    expect(huaweicloud.failureOf(answer(503, undefined))?.words).toBe("no words came with it");
    expect(huaweicloud.failureOf(answer(302, undefined))?.words).toBe("redirects are not followed");
  });

  test.each([
    [404, "APIGW.0101", "check huaweicloud:region and huaweicloud:endpoints"],
    [404, "APIG.3030", "check instanceId"],
    [403, "APIGW.0310", "check huaweicloud:projectId"],
    [500, "SVCSTG.SWR.5001101", "check targetRegion"],
    [401, "APIG.1002", "lock a key"],
    [403, "APIG.1005", "lack the permission"],
  ])("%i %s: what to do about it", (status, code, words) => {
    const failure = huaweicloud.failureOf(answer(status, { error_code: code, error_msg: "" }));
    expect(failure && huaweicloud.adviceFor(failure)).toContain(words);
  });

  test.each<[number, string | undefined, boolean]>([
    [404, "ASM.01404001", true],
    [404, "ASM.01010002", true],
    [404, "SVCSTG.SWR.4040010", true],
    [404, "APIG.3084", true],
    [404, "APIG.3030", false],
    [404, "APIGW.0101", false],
    [404, "APIGW.0103", false],
    [404, "404", false],
    [404, "NotASM.1", false],
    [404, undefined, false],
    [400, "ASM.01404001", false],
    [200, "APIG.3084", false],
    [500, "SVCSTG.SWR.4040010", false],
  ])("%i %s is not there: %s", (status, code, expected) => {
    expect(huaweicloud.isMissing({ status, code })).toBe(expected);
  });

  test("a 404 that no service has given is told as a wrong URL", () => {
    const failure = huaweicloud.failureOf(answer(404, undefined));
    expect(failure && huaweicloud.adviceFor(failure)).toContain("check huaweicloud:region and");
  });

  test("where nothing is known, nothing is advised", () => {
    const failure = huaweicloud.failureOf(answer(400, { error_code: "APIG.2011", error_msg: "" }));
    expect(failure && huaweicloud.adviceFor(failure)).toBeUndefined();
  });
});

describe("Alibaba Cloud", () => {
  test.each<[string, number, unknown]>([
    ["code 200", 200, { Code: 200, Message: "success" }],
    ["code 200 as a text", 200, { Code: "200", Message: "success" }],
    ["no code", 200, { RequestId: "r1" }],
    ["an empty body", 200, undefined],
    ["null as code", 200, { Code: null }],
    ["another success", 204, undefined],
  ])("success: %s", (_, status, body) => {
    expect(alicloud.failureOf(answer(status, body))).toBeUndefined();
  });

  test.each<[string, number, unknown, object]>([
    [
      "a business error",
      200,
      { Code: 601, Message: "has ended", RequestId: "r1" },
      { status: 200, code: "601", words: "has ended", requestId: "r1" },
    ],
    ["the same, as a text", 200, { Code: "601", Message: "has ended" }, { status: 200, code: "601" }],
    ["without words", 200, { Code: 601 }, { status: 200, code: "601", words: "no words came with it" }],
    [
      "with null for words",
      200,
      { Code: 601, Message: null },
      { status: 200, code: "601", words: "no words came with it" },
    ],
    [
      "with words of another kind",
      200,
      { Code: 601, Message: { zh: "…" }, RequestId: 7 },
      { status: 200, code: "601" },
    ],
    ["no permission", 200, { Code: 401, Message: "No permissions" }, { status: 200, code: "401" }],
    [
      "a server error inside of 200 counts as one",
      200,
      { Code: 500, Message: "server error" },
      { status: 500, code: "500" },
    ],
    ["the same, as a text", 200, { Code: "503", Message: "" }, { status: 503, code: "503" }],
    ["600 is no HTTP status", 200, { Code: 600 }, { status: 200, code: "600" }],
    [
      "of the gateway",
      400,
      { Code: "SignatureDoesNotMatch", Message: "no" },
      { status: 400, code: "SignatureDoesNotMatch", throttled: false },
    ],
    ["too fast", 400, { Code: "Throttling.User", Message: "slow" }, { status: 400, throttled: true }],
    ["too fast for the API", 400, { Code: "Throttling.Api" }, { throttled: true }],
    ["too fast, plain", 400, { Code: "Throttling" }, { throttled: true }],
    ["too fast, rejected", 400, { Code: "Rejected.Throttling" }, { throttled: true }],
    ["too fast by status", 429, undefined, { status: 429, throttled: true, code: undefined }],
    ["something that only ends so", 400, { Code: "Not.Throttling" }, { throttled: false }],
    ["not available", 503, { Code: "ServiceUnavailable" }, { status: 503, throttled: false }],
    ["with no body at all", 502, undefined, { status: 502, words: "no words came with it" }],
    ["a failing status with a success inside", 500, { Code: 200 }, { status: 500 }],
  ])("failure: %s", (_, status, body, expected) => {
    expect(alicloud.failureOf(answer(status, body))).toMatchObject({
      permanent: false,
      tokenExpired: false,
      ...expected,
    });
  });

  test("how long to wait is told in milliseconds", () => {
    const told = answer(
      400,
      { Code: "Throttling" },
      { "x-acs-retry-after": "1500", "x-acs-request-id": "r2" },
    );
    expect(alicloud.failureOf(told)).toMatchObject({ waitMilliseconds: 1500, requestId: "r2" });
  });

  test.each<[number, string, string]>([
    [400, "SignatureDoesNotMatch", "access key"],
    [404, "InvalidAccessKeyId.NotFound", "access key"],
    [400, "InvalidTimeStamp.Expired", "clock"],
    [404, "InvalidApi.NotFound", "check alicloud:region and alicloud:endpoints"],
    [200, "401", "edas:ManageApplication"],
    [403, "Forbidden.RAM", "edas:ManageApplication"],
  ])("%i %s: what to do about it", (status, code, words) => {
    const failure = alicloud.failureOf(answer(status, { Code: code }));
    expect(failure && alicloud.adviceFor(failure)).toContain(words);
  });

  test("where nothing is known, nothing is advised", () => {
    const failure = alicloud.failureOf(answer(200, { Code: 601 }));
    expect(failure && alicloud.adviceFor(failure)).toBeUndefined();
  });
});
