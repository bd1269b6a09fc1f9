import { Agent } from "node:http";
import { describe, expect, test } from "vitest";
import { simulatorCredentials } from "../../../simulator/index.js";
import { exchange } from "./client.js";
import { signHuawei } from "./signing.js";
import { start } from "./start.js";

const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const list = { method: "GET", path };
const create = {
  method: "POST",
  path,
  body: { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true },
};

describe("broken connections", () => {
  test.each([
    ["resetBefore", 0],
    ["lostReply", 1],
  ] as const)("%s leaves %i tasks", async (kind, tasks) => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind } });
    await expect(huawei(create)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(simulator.cloud.syncTasks).toHaveLength(tasks);
    expect(simulator.requests.at(-1)).toMatchObject({ status: "reset", fault: kind });
    expect((await huawei(list)).status).toBe(200);
  });

  test("a reset on a connection that was kept alive", async () => {
    const { simulator } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const keys = simulatorCredentials.huaweicloud;
    const call = (): ReturnType<typeof exchange> => {
      const headers = signHuawei(list, new URL(simulator.url).host, keys, Date.now());
      return exchange(simulator.url, { ...list, headers }, { agent });
    };
    expect((await call()).status).toBe(200);
    simulator.queueFault({ fault: { kind: "resetBefore" } });
    await expect(call()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await call()).status).toBe(200);
    agent.destroy();
  });

  test.each([
    [false, 0],
    [true, 1],
  ])("a hang (applied: %s) never answers and leaves %i tasks", async (applied, tasks) => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "hang", applied } });
    const pending = huawei(create);
    await expect.poll(() => simulator.requests.at(-1)?.status).toBe("hang");
    expect(simulator.cloud.syncTasks).toHaveLength(tasks);
    await Promise.all([simulator.close(), expect(pending).rejects.toMatchObject({ code: "ECONNRESET" })]);
  });
});

test("after an answer nobody is reached for a while", async () => {
  const { simulator, huawei } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  simulator.queueFault({ fault: { kind: "unreachableAfter", milliseconds: 50 } });
  const headers = signHuawei(list, new URL(simulator.url).host, simulatorCredentials.huaweicloud, Date.now());
  expect((await exchange(simulator.url, { ...list, headers }, { agent })).status).toBe(200);
  await expect(huawei(create)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(simulator.cloud.syncTasks).toHaveLength(0);
  await expect.poll(async () => (await huawei(create).catch(() => undefined))?.status).toBe(200);
  agent.destroy();
});

test("a cloud that is unreachable can be closed", async () => {
  const { simulator, huawei } = await start();
  simulator.queueFault({ fault: { kind: "unreachableAfter", milliseconds: 60_000 } });
  await huawei(list);
  await expect(simulator.close()).resolves.toBeUndefined();
});

describe("broken bodies", () => {
  test("cut JSON arrives as if it were whole", async () => {
    const { simulator, huawei } = await start();
    await huawei(create);
    const whole = await huawei(list);
    simulator.queueFault({ fault: { kind: "cutReply" } });
    const cut = await huawei(list);
    expect([cut.status, cut.json]).toEqual([200, undefined]);
    expect(whole.text.startsWith(cut.text)).toBe(true);
    expect(cut.text.length).toBeGreaterThan(10);
  });

  test("a connection breaks in the middle of a body", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "cutReply", dropped: true } });
    await expect(huawei({ method: "GET", path: "/v3/projects" })).rejects.toMatchObject({
      code: "ECONNRESET",
    });
  });

  test("a slow body comes whole in the end", async () => {
    const { simulator, huawei } = await start();
    simulator.queueFault({ fault: { kind: "slowBody", milliseconds: 20 } });
    const began = performance.now();
    expect(
      (await huawei({ method: "GET", path: "/v3/projects?name=cn-north-4" })).json.projects,
    ).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
  });
});

test("a client that goes away harms nobody", async () => {
  const { simulator, huawei } = await start();
  simulator.queueFault({ fault: { kind: "slowBody", milliseconds: 60_000 } });
  const headers = signHuawei(list, new URL(simulator.url).host, simulatorCredentials.huaweicloud, Date.now());
  const agent = new Agent({ keepAlive: true });
  const left = exchange(simulator.url, { ...list, headers }, { agent }).catch(
    (error: Error) => error.message,
  );
  await expect.poll(() => simulator.requests.length).toBe(1);
  agent.destroy();
  expect(await left).toMatch(/aborted|socket hang up/);
  expect((await huawei(list)).status).toBe(200);
});
