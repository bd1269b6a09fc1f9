// Roll backs of change orders whose reply never came: what was not carried out is not called done.
import { orderStatus, type ChangeOrderSeed } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { cloudFor, failing, up } from "../resource-host.js";
import type { SimulatedCloud } from "../simulated-cloud.js";
import { args, info, kind, order, rollBack, running } from "../resources/change-order.js";

const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs" } as const;

function orderWith(status: number): ChangeOrderSeed {
  return { ...running, status, held: false };
}

test.each([{ kind: "serverError", status: 503 }, { kind: "resetBefore" }] as const)(
  "a failed order is rolled back although the first try met %j",
  async (fault) => {
    const cloud = await cloudFor({ seed: { changeOrders: [orderWith(orderStatus.failed)] } });
    cloud.queueFault({ match: { operation: "rollbackChangeOrder" }, fault });
    const { calls, stored } = await up(cloud, kind, declared);
    expect(calls.filter((call) => call.startsWith("PUT"))).toHaveLength(2);
    expect(calls).toContain(rollBack);
    expect(stored.outputs).toMatchObject({ outcome: "rolledBack" });
    expect(cloud.cloud.changeOrders).toHaveLength(2);
  },
);

test("an order that succeeds before its roll back arrives is not called rolled back", async () => {
  const finish = (cloud: SimulatedCloud): void => {
    order(cloud).status = orderStatus.succeeded;
  };
  const cloud = await cloudFor({
    seed: { changeOrders: [running] },
    onRequest: ({ operation }) => operation === "rollbackChangeOrder" && finish(cloud),
  });
  cloud.queueFault({
    match: { operation: "rollbackChangeOrder" },
    fault: { kind: "serverError", status: 503 },
  });
  const failed = await failing(up(cloud, kind, declared));
  expect(failed.message).toContain("it succeeded before it could be rolled back");
  expect(failed.partial?.properties).toMatchObject({ status: "succeeded", unfinished: { kind: "failed" } });
  expect(failed.partial?.properties).not.toHaveProperty("rollbackOrderId");
  expect(cloud.calls().at(-1)).toBe(info);
});
