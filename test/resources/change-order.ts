// What the tests of change orders declare, and which calls they expect.
import { orderStatus, type ChangeOrder, type ChangeOrderSeed } from "pulumi-grayscale/simulator";
import { inputNames } from "../../provider/diff.js";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import type { ResourceSpec } from "../contract.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

export const kind = "alicloud:ChangeOrder";
export const args = { changeOrderId: "order-1", desiredState: "aborted" };
export const running: ChangeOrderSeed = {
  changeOrderId: "order-1",
  appId: "app-1",
  clusterType: "ecs",
  batches: 2,
  held: true,
};
export const seed = { changeOrders: [running] };
export const orders = "/pop/v5/changeorder";
export const info = `POST ${orders}/change_order_info?ChangeOrderId=order-1 200`;
export const abort = `PUT ${orders}/change_order_abort?ChangeOrderId=order-1 200`;
export const rollBack = "PUT /pop/v5/oam/changeorder/rollback?ChangeOrderId=order-1 200";
export const abortAndRollBack = `PUT ${orders}/change_order_abort_and_rollback?ChangeOrderId=order-1 200`;
export const ofRollback = `POST ${orders}/change_order_info?ChangeOrderId={uid} 200`;

export function order({ cloud }: SimulatedCloud): ChangeOrder {
  const [first] = cloud.changeOrders;
  if (first === undefined) throw new Error("there is no order");
  return first;
}

export const changeOrderSpec: ResourceSpec = {
  kind,
  cloudName: "alicloud",
  inputNames: inputNames(changeOrder),
  args,
  seed,
  regions: ["cn-hangzhou", "cn-shanghai"],
  id: "cn-hangzhou/order-1",
  outputs: ["status", "statusCode", "outcome", "batchType", "batches", "supportRollback", "requestId"],
  bad: [
    { with: { desiredState: "done" }, property: "desiredState", reason: /"completed"/ },
    { with: { changeOrderId: "a b" }, property: "changeOrderId", reason: /only letters/ },
    { with: { appId: "a/b" }, property: "appId", reason: /only letters/ },
    { with: { confirmBatches: "yes" }, property: "confirmBatches", reason: /boolean/ },
    { with: { clusterType: "vm" }, property: "clusterType", reason: /"ecs"/ },
    {
      with: { desiredState: "rolledBack" },
      property: "clusterType",
      reason: /must be given for desiredState/,
    },
    { with: { ifFinished: "stop" }, property: "ifFinished", reason: /"accept"/ },
    { with: { onDelete: "cancel" }, property: "onDelete", reason: /"retain"/ },
  ],
  replaced: { changeOrderId: "order-2" },
  actedOn: { desiredState: "completed" },
  stored: { appId: "app-1", clusterType: "ecs", confirmBatches: true, ifFinished: "fail", onDelete: "abort" },
  secret: { args: { timeoutSeconds: 54321 }, name: "timeoutSeconds", value: "54321" },
  calls: {
    create: [info, abort, info],
    refresh: [],
    destroy: [],
    read: 0,
    write: 1,
    look: info,
    afterLook: [info],
    resume: [info],
  },
  operations: { read: "getChangeOrderInfo", write: "abortChangeOrder", refresh: "getChangeOrderInfo" },
  count: ({ cloud }) =>
    cloud.changeOrders.filter(({ status, aborting }) => status === orderStatus.aborted || aborting).length,
  stuck: {
    progress: { advance: "never" },
    phase:
      /^gave up waiting for change order order-1 to be aborted after \d+ s; the phase seen last is running$/,
  },
  failing: {
    args: { ...args, desiredState: "completed" },
    seed: { changeOrders: [{ ...running, status: orderStatus.failed }] },
    reason: /^change order order-1: it ended as failed, and desiredState is "completed"$/,
  },
  unknownId: {
    id: "order-9",
    message: /^POST \S+ answered 200 601: The change order order-9 does not exist/,
  },
  badId: "a/b/c",
};
