// Roll backs of change orders whose reply never came: what was not carried out is not called done.
import { orderStatus, type ChangeOrderSeed } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { cloudFor, destroy, failing, up } from "../resource-host.js";
import type { SimulatedCloud } from "../simulated-cloud.js";
import { args, info, kind, order, rollBack, running } from "../resources/change-order.js";

const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs" } as const;

function orderWith(status: number): ChangeOrderSeed {
  return { ...running, status, held: false };
}

test.each([{ kind: "serverError", status: 503 }, { kind: "resetBefore" }] as const)(
  "a failed order is not asked for its roll back twice when the first try met %j",
  async (fault) => {
    const cloud = await cloudFor({ seed: { changeOrders: [orderWith(orderStatus.failed)] } });
    cloud.queueFault({ match: { operation: "rollbackChangeOrder" }, fault });
    const { calls, message, stored } = await failing(up(cloud, kind, declared));
    expect(calls.filter((call) => call.startsWith("PUT"))).toHaveLength(1);
    expect(message).toContain("it is failed. Whether it is being rolled back is not known");
    if (stored === undefined) throw new Error("it should be kept");
    // Who has looked in EDAS replaces the resource: that leaves the order, and asks again.
    await destroy(cloud, stored);
    const again = await up(cloud, kind, declared);
    expect(again.calls).toContain(rollBack);
    expect(again.stored.outputs).toMatchObject({ outcome: "rolledBack" });
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
