import { describe, expect, test } from "vitest";
import { simulatorCredentials, type Fault } from "../../../simulator/index.js";
import { exchange } from "./client.js";
import { start } from "./start.js";

const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const list = { method: "GET", path };
const create = {
  method: "POST",
  path,
  body: { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true },
};
const order = { ChangeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0001" };

describe("which requests a fault is for", () => {
  const fault = { kind: "serverError", status: 503 } as const;

  test("the next one, unless told otherwise", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault });
    expect([(await huawei(list)).status, (await huawei(list)).status]).toEqual([503, 200]);
    expect(simulator.requests.map((request) => request.fault)).toEqual(["serverError", undefined]);
  });

  test("several, after letting some pass", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ skip: 1, times: 2, fault });
    const statuses = [await huawei(list), await huawei(list), await huawei(list), await huawei(list)];
    expect(statuses.map((answer) => answer.status)).toEqual([200, 503, 503, 200]);
  });

  test.each<[string, Fault["match"]]>([
    ["service", { service: "swr" }],
    ["operation", { operation: "createSyncTask" }],
    ["method", { method: "post" }],
    ["path", { pathIncludes: "/sync_repo" }],
  ])("those that match by %s", async (_name, match) => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ match, fault });
    expect((await huawei({ method: "GET", path: "/v2/meshes/m/releases" })).status).toBe(200);
    expect((await huawei(create)).status).toBe(503);
  });

  test("none, once cleared", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault });
    simulator.clearFaults();
    expect((await huawei(list)).status).toBe(200);
  });
});

describe("too many requests", () => {
  test("at Huawei's gateway", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "tooManyRequests", retryAfter: 3 } });
    const answer = await huawei(create);
    expect(answer).toMatchObject({
      status: 429,
      headers: { "retry-after": "3" },
      json: { error_code: "APIGW.0308" },
    });
    expect(simulator.cloud.syncTasks).toEqual([]);
  });

  test("at Alibaba's gateway, whose wait is in milliseconds", async () => {
    const { simulator, edas } = await start();
    simulator.queueFault({ fault: { kind: "tooManyRequests", retryAfter: 250 } });
    const answer = await edas("abort", order);
    expect(answer).toMatchObject({
      status: 400,
      headers: { "x-acs-retry-after": "250" },
      json: { Code: "Throttling.User" },
    });
  });

  test.each([
    ["ASM.01429001", 429, { errorCode: "ASM.01429001" }],
    ["SVCSTG.SWR.4031032", 403, { errors: [{ errorCode: "SVCSTG.SWR.4031032" }] }],
  ])("by a service itself: %s", async (code, status, body) => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "tooManyRequests", code, status } });
    expect(await huawei(list)).toMatchObject({ status, json: body });
  });
});

describe("server errors", () => {
  test.each([500, 502, 503, 504] as const)("%i in each gateway's shape", async (status) => {
    const { simulator, huawei, edas } = await start();
    simulator.queueFault({ times: 2, fault: { kind: "serverError", status } });
    expect(await huawei(list)).toMatchObject({
      status,
      json: { error_code: expect.stringMatching(/^APIGW/) },
    });
    expect(await edas("info", order)).toMatchObject({
      status,
      json: { Code: expect.any(String), HostId: expect.any(String) },
    });
  });

  test("as a page, and after the work was done", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "serverError", status: 502, html: true, applied: true } });
    const answer = await huawei(create);
    expect([answer.status, answer.headers["content-type"]]).toEqual([502, "text/html"]);
    expect(answer.text).toMatch(/^<html>/);
    expect(simulator.cloud.syncTasks).toHaveLength(1);
  });
});

describe("late truth", () => {
  test("a late list leaves out what is new, for as many lists as said", async () => {
    const { simulator, huawei } = await start();
    await huawei(create);
    simulator.queueFault({ match: { service: "swr" }, fault: { kind: "lateList", reads: 2 } });
    expect((await huawei(list)).json).toHaveLength(1);
    await huawei({ ...create, body: { ...create.body, remoteNamespace: "other" } });
    const seen = [await huawei(list), await huawei(list), await huawei(list)];
    expect(seen.map((answer) => answer.json.length)).toEqual([1, 1, 2]);
  });

  test("an empty read finds nothing, in each service's words", async () => {
    const { simulator, huawei, edas } = await start();
    await huawei(create);
    simulator.queueFault({ times: 2, fault: { kind: "emptyRead" } });
    expect((await huawei(list)).json).toEqual([]);
    expect((await edas("info", order)).json.Code).toBe(601);
    expect([(await huawei(list)).json.length, (await edas("info", order)).json.Code]).toEqual([1, 200]);
  });

  test("an empty read passes writes by", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "emptyRead" } });
    expect((await huawei(create)).status).toBe(200);
    expect((await huawei(list)).json).toEqual([]);
  });
});

describe("credentials", () => {
  test("an expired token stays expired, a new one works", async () => {
    const { simulator } = await start();
    const { userName, password, domainName } = simulatorCredentials.huaweicloud;
    const json = { "content-type": "application/json" };
    const user = { name: userName, password, domain: { name: domainName } };
    const identity = { methods: ["password"], password: { user } };
    const body = { auth: { identity, scope: { project: { name: "cn-north-4" } } } };
    const signIn = async (): Promise<Record<string, string>> => {
      const answer = await exchange(simulator.url, {
        method: "POST",
        path: "/v3/auth/tokens",
        headers: json,
        body,
      });
      return { ...json, "x-auth-token": String(answer.headers["x-subject-token"]) };
    };
    const first = await signIn();
    simulator.queueFault({ fault: { kind: "expiredToken" } });
    const second = await signIn();
    const answers = [
      await exchange(simulator.url, { ...list, headers: first }),
      await exchange(simulator.url, { ...list, headers: first }),
      await exchange(simulator.url, { ...list, headers: second }),
    ];
    expect(answers.map((answer) => answer.json.error_code ?? answer.status)).toEqual([
      "APIGW.0307",
      "APIGW.0307",
      200,
    ]);
  });

  test("a skewed clock is told in each gateway's words", async () => {
    const { simulator, huawei, edas } = await start();
    simulator.queueFault({ times: 2, fault: { kind: "clockSkew" } });
    expect((await huawei(list)).json.error_msg).toMatch(/15 minutes off/);
    expect((await edas("info", order)).json.Code).toBe("InvalidTimeStamp.Expired");
  });
});

test("an EDAS failure is HTTP 200 with the code as it was given", async () => {
  const { simulator, huawei, edas } = await start();
  simulator.queueFault({ fault: { kind: "edasFailure", code: "601", message: "busy" } });
  expect((await huawei(list)).status).toBe(200);
  const answer = await edas("abort", order);
  expect(answer).toMatchObject({
    status: 200,
    json: { Code: "601", Message: "busy", RequestId: expect.any(String) },
  });
  expect(simulator.cloud.changeOrders[0]?.status).toBe(1);
});
