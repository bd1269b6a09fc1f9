import { expect, test } from "vitest";
import type { Simulator, SimulatorOptions } from "../../../simulator/index.js";
import { start } from "./start.js";

const path = (project: string): string => `/v2/${project}/apic/instances/instance-1/livedata-apis/api-1`;

/** Deploys a backend and tells its status at each read. */
async function deployed(
  options: SimulatorOptions,
): Promise<{ status: () => Promise<number>; simulator: Simulator }> {
  const { huawei, simulator } = await start(options);
  const project = simulator.cloud.livedataApis[0]?.projectId ?? "";
  await huawei({ method: "POST", path: `${path(project)}/deploy`, body: {} });
  return {
    simulator,
    status: async () => (await huawei({ method: "GET", path: path(project) })).json.status,
  };
}

test("by the clock", async () => {
  const time = { now: Date.parse("2026-01-02T03:04:05Z") };
  const { status } = await deployed({
    progress: { advance: "byClock", seconds: 10 },
    clock: () => time.now,
  });
  time.now += 9_999;
  expect(await status()).toBe(3);
  time.now += 1;
  expect(await status()).toBe(4);
});

test("by the clock, several steps between two reads", async () => {
  const time = { now: Date.parse("2026-01-02T03:04:05Z") };
  const { edas } = await start({
    progress: { advance: "byClock", seconds: 10 },
    clock: () => time.now,
    seed: { changeOrders: [{ changeOrderId: "order", appId: "app", clusterType: "ecs", batches: 2 }] },
  });
  const orderStatus = async (): Promise<number> =>
    (await edas("info", { ChangeOrderId: "order" })).json.changeOrderInfo.Status;
  time.now += 25_000;
  expect(await orderStatus()).toBe(1);
  time.now += 5_000;
  expect(await orderStatus()).toBe(2);
});

test("never, until told otherwise", async () => {
  const { status, simulator } = await deployed({ progress: { advance: "never" } });
  expect([await status(), await status()]).toEqual([3, 3]);
  simulator.setProgress({ advance: "immediately" });
  expect(await status()).toBe(4);
});
