// A change order that somebody else ends: a refresh tells it, and an update takes note of it or says what is wrong.
import { alicloud } from "pulumi-grayscale";
import { orderStatus, type ChangeOrder } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { orderInfo, pausedOrder } from "./declarations.js";
import {
  expectStep,
  openSimulatedStack,
  operationsIn,
  toldOf,
  type SimulatedStack,
} from "./simulated-stack.js";

const name = "checkout";
const program = async () => void new alicloud.ChangeOrder(name, { ...pausedOrder, onDelete: "abort" });
const updated = [{ name, op: "update", keys: [] }];

function orderOf({ cloud }: SimulatedStack): ChangeOrder {
  const order = cloud.cloud.changeOrders.find(
    ({ changeOrderId }) => changeOrderId === pausedOrder.changeOrderId,
  );
  if (order === undefined) throw new Error("there is no such order");
  return order;
}

/** An order that waits for a person, and is unfinished therefore. */
async function openPaused(): Promise<SimulatedStack & { readonly urn: string | undefined }> {
  const stack = await openSimulatedStack(program);
  expect(await stack.perform("up")).toMatchObject({ succeeded: false });
  const [{ urn, outputs } = { urn: undefined }] = await stack.stored();
  expect(outputs).toMatchObject({ status: "waitingForConfirmation", unfinished: { kind: "waiting" } });
  return { ...stack, urn };
}

test("an order that somebody released to its end is taken note of", async () => {
  const stack = await openPaused();
  const { perform, stored, urn } = stack;
  orderOf(stack).status = orderStatus.succeeded;

  const refresh = await perform("refresh");
  expectStep(refresh, "same 1, update 1", [orderInfo]);
  expect(toldOf(urn, refresh)).toEqual([
    `info: change order ${pausedOrder.changeOrderId} has ended since: it is succeeded`,
  ]);
  const preview = await perform("preview");
  expectStep(preview, "same 1, update 1", []);
  expect(operationsIn(preview)).toEqual(updated);
  expectStep(await perform("up"), "same 1, update 1", [orderInfo]);
  const [after] = await stored();
  expect(after?.outputs).toMatchObject({ outcome: "completed", status: "succeeded" });
  expect(after?.outputs).not.toHaveProperty("unfinished");
  for (const operation of ["refresh", "up"] as const) expectStep(await perform(operation), "same 2", []);
  expectStep(await perform("destroy"), "delete 2", []);
});

test("an order that somebody aborted against what is declared is an error until that changes", async () => {
  const stack = await openPaused();
  const { perform, stored, urn } = stack;
  orderOf(stack).status = orderStatus.aborted;

  const refresh = await perform("refresh");
  expectStep(refresh, "same 1, update 1", [orderInfo]);
  expect(toldOf(urn, refresh)).toEqual([
    `info: change order ${pausedOrder.changeOrderId} has ended since: it is aborted`,
  ]);
  expectStep(await perform("preview"), "same 1, update 1", []);
  const up = await perform("up");
  expect(up).toMatchObject({ succeeded: false, calls: [orderInfo] });
  expect(up.text).toContain('it ended as aborted, and desiredState is "completed"');
  expect(await stored()).toMatchObject([{ outputs: { unfinished: { kind: "failed" } } }]);
  expect((await perform("refresh")).calls).toEqual([]);

  const aborted = async () =>
    void new alicloud.ChangeOrder(name, { ...pausedOrder, onDelete: "abort", desiredState: "aborted" });
  const preview = await perform("preview", { program: aborted });
  expectStep(preview, "same 1, update 1", []);
  expect(operationsIn(preview)).toEqual([{ name, op: "update", keys: ["desiredState", "rollout"] }]);
  expectStep(await perform("up"), "same 1, update 1", [orderInfo]);
  expect(await stored()).toMatchObject([{ outputs: { outcome: "alreadyAborted" } }]);
  expectStep(await perform("destroy"), "delete 2", []);
});

test("an order that EDAS has forgotten after it ended badly can be refreshed and destroyed", async () => {
  const stack = await openPaused();
  const { perform, cloud } = stack;
  orderOf(stack).status = orderStatus.failed;
  await perform("up");
  cloud.cloud.changeOrders = [];
  expect(await perform("refresh")).toMatchObject({ succeeded: true, calls: [] });
  expectStep(await perform("destroy"), "delete 2", []);
});
