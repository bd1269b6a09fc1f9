import { expect, test } from "vitest";
import { simulatorCredentials, type Simulator } from "../../../simulator/index.js";
import { edasClient, exchange, huaweiClient, type Answer } from "./client.js";
import { start } from "./start.js";

const list = { method: "GET", path: "/v2/meshes/mesh-1/releases" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";

function control(simulator: Simulator, method: string, rest: string, body?: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return exchange(simulator.url, { method, path: `/_control${rest}`, headers, body });
}

test("requests are shown without credentials, and forgotten on demand", async () => {
  const { simulator } = await start();
  const { huaweicloud, alicloud } = simulatorCredentials;
  await huaweiClient(simulator, { keys: huaweicloud.temporary })(list);
  await edasClient(simulator, { keys: alicloud.temporary })("list", { AppId: "app-1" });
  await exchange(simulator.url, { ...list, headers: { "x-auth-token": "secret-token" } });
  const tokenCall = { method: "POST", path: "/v3/auth/tokens", body: { password: huaweicloud.password } };
  await exchange(simulator.url, { ...tokenCall, headers: { "content-type": "application/json" } });
  const shown = await control(simulator, "GET", "/requests");
  expect(shown.json).toHaveLength(4);
  for (const secret of [
    "Signature=",
    huaweicloud.temporary.securityToken,
    alicloud.temporary.securityToken,
    "secret-token",
    huaweicloud.password,
  ]) {
    expect(simulator.requests.some((request) => JSON.stringify(request).includes(secret))).toBe(true);
    expect(shown.text).not.toContain(secret);
  }
  expect(shown.json[0].headers.authorization).toBe("[redacted]");
  expect((await control(simulator, "DELETE", "/requests")).status).toBe(204);
  expect(simulator.requests).toEqual([]);
});

test("progress and faults are set from outside", async () => {
  const { simulator, huawei } = await start();
  expect((await control(simulator, "PUT", "/progress", { advance: "afterReads", reads: 2 })).status).toBe(
    204,
  );
  expect(
    (await control(simulator, "POST", "/faults", { fault: { kind: "serverError", status: 503 } })).status,
  ).toBe(204);
  expect((await huawei(list)).status).toBe(503);
  await control(simulator, "POST", "/faults", { fault: { kind: "resetBefore" } });
  expect((await control(simulator, "DELETE", "/faults")).status).toBe(204);
  expect((await huawei(list)).status).toBe(200);
});

test("state is read, changed record by record, and replaced", async () => {
  const { simulator, huawei } = await start();
  const body = { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true };
  await huawei({ method: "POST", path, body });
  expect((await control(simulator, "GET", "/state")).json.syncTasks).toHaveLength(1);
  const changed = await control(simulator, "PATCH", "/state/livedataApis/api-1", { status: 4 });
  expect(changed.json).toMatchObject({ id: "api-1", status: 4 });
  expect(simulator.cloud.livedataApis[0]?.status).toBe(4);
  expect((await control(simulator, "DELETE", "/state/syncTasks/1")).status).toBe(204);
  expect((await huawei({ method: "GET", path })).json).toEqual([]);
  const replaced = await control(simulator, "PUT", "/state", { meshes: ["only"] });
  expect(replaced.json).toMatchObject({ meshes: ["only"], livedataApis: [], changeOrders: [] });
  expect((await huawei(list)).status).toBe(404);
});

test.each([
  ["PUT", "/progress", { advance: "sometimes" }, /advance/],
  ["POST", "/faults", { fault: { kind: "serverError", status: 404 } }, /status/],
  ["POST", "/faults", { match: { operation: "nothing" }, fault: { kind: "hang" } }, /operation/],
  ["PUT", "/state", { mesh: [] }, /mesh/],
  ["PATCH", "/state/livedataApis/api-1", { state: 4 }, /no state/],
  ["PATCH", "/state/livedataApis/api-9", {}, /no id api-9/],
  ["PATCH", "/state/nothing/1", {}, /no such collection/],
])("%s %s with %j is refused with a reason", async (method, rest, body, why) => {
  const { simulator } = await start();
  const answer = await control(simulator, method, rest, body);
  expect([answer.status, answer.json.error]).toEqual([400, expect.stringMatching(why)]);
});

test("pages in a browser are kept out", async () => {
  const { simulator } = await start();
  const headers = { origin: "http://localhost:3000" };
  expect((await exchange(simulator.url, { method: "GET", path: "/_control/state", headers })).status).toBe(
    403,
  );
});
