import { expect, test } from "vitest";
import type { RateLimit } from "../../../simulator/index.js";
import { exchange } from "./client.js";
import { start, type Started } from "./start.js";

const list = { method: "GET", path: "/v2/manage/namespaces/team/repos/web/sync_repo" };
const releases = { method: "GET", path: "/v2/meshes/mesh-1/releases" };

/** A cloud whose clock only the test moves. */
async function limited(rateLimit: RateLimit): Promise<Started & { pass: (milliseconds: number) => void }> {
  let now = Date.parse("2026-01-02T03:04:05Z");
  const started = await start({ rateLimit, clock: () => now });
  return { ...started, pass: (milliseconds) => void (now += milliseconds) };
}

async function statuses(send: () => Promise<{ status: number }>, count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) found.push((await send()).status);
  return found;
}

test("what is beyond the limit is refused, and marked; nothing is done", async () => {
  const { simulator, huawei } = await limited({ requests: 2, seconds: 1 });
  const create = {
    ...list,
    method: "POST",
    body: { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true },
  };
  expect(await statuses(() => huawei(list), 2)).toEqual([200, 200]);
  const refused = await huawei(create);
  expect(refused).toMatchObject({ status: 429, json: { error_code: "APIGW.0308" } });
  expect(refused.headers).not.toHaveProperty("retry-after");
  expect(refused.json.error_msg).toBe("The throttling threshold has been reached");
  expect(simulator.cloud.syncTasks).toEqual([]);
  expect(simulator.requests.map(({ throttled }) => throttled)).toEqual([undefined, undefined, true]);
});

test("windows are fixed, begin with a request, and do not count what was refused", async () => {
  const { huawei, pass } = await limited({ requests: 2, seconds: 10 });
  pass(7000);
  expect(await statuses(() => huawei(list), 1)).toEqual([200]);
  pass(9999);
  expect(await statuses(() => huawei(list), 3)).toEqual([200, 429, 429]);
  pass(1);
  expect(await statuses(() => huawei(list), 3)).toEqual([200, 200, 429]);
});

test("each service and region counts for itself", async () => {
  const { huawei } = await limited({ requests: 1, seconds: 1 });
  expect(await statuses(() => huawei(list), 2)).toEqual([200, 429]);
  expect(await statuses(() => huawei(releases), 2)).toEqual([200, 429]);
  const elsewhere = { ...list, path: `/cn-east-3${list.path}` };
  expect(await statuses(() => huawei(elsewhere), 2)).toEqual([200, 429]);
});

test.each([
  [200, 300, "limit:200,time:5 minute"],
  [5, 1, "limit:5,time:1 second"],
  [1, 7200, "limit:1,time:2 hour"],
])("the limit of %i in %i s is told if asked for", async (requests, seconds, words) => {
  const { huawei } = await limited({ requests, seconds, tellsLimit: true });
  const answers = await Promise.all(Array.from({ length: requests + 1 }, () => huawei(list)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.map(({ json }) => json.error_msg)).toEqual([
    `The throttling threshold has been reached: policy user over ratelimit,${words}`,
  ]);
});

test("when to come back is told if asked for, in each cloud's own way", async () => {
  const { huawei, edas, pass } = await limited({ requests: 1, seconds: 10, retryAfter: true });
  const info = () => edas("list", { AppId: "app-1" });
  await Promise.all([huawei(list), info()]);
  pass(2500);
  expect(await huawei(list)).toMatchObject({ status: 429, headers: { "retry-after": "8" } });
  expect(await info()).toMatchObject({
    status: 400,
    headers: { "x-acs-retry-after": "7500" },
    json: { Code: "Throttling.User" },
  });
});

test("a queued fault waits for a request that is served", async () => {
  const { simulator, huawei, pass } = await limited({ requests: 1, seconds: 1 });
  await huawei(list);
  simulator.queueFault({ fault: { kind: "serverError", status: 503 } });
  expect(await statuses(() => huawei(list), 1)).toEqual([429]);
  pass(1000);
  expect(await statuses(() => huawei(list), 1)).toEqual([503]);
  expect(simulator.requests.map(({ fault }) => fault)).toEqual([undefined, undefined, "serverError"]);
});

test("the limit is set and lifted from outside", async () => {
  const { simulator, huawei } = await start();
  const control = (method: string, body?: unknown) =>
    exchange(simulator.url, { method, path: "/_control/rate-limit", body });
  expect((await control("PUT", { requests: 1, seconds: 60 })).status).toBe(204);
  expect(await statuses(() => huawei(list), 2)).toEqual([200, 429]);
  expect((await control("DELETE")).status).toBe(204);
  expect(await statuses(() => huawei(list), 2)).toEqual([200, 200]);
  expect((await control("PUT", { requests: 0, seconds: 60 })).json.error).toContain("requests");
});
