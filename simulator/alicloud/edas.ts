import { randomUUID } from "node:crypto";
import { operation, Refused, type Call, type Operation, type Reply, type Service } from "../operation.js";
import {
  isActive,
  moveAtOnce,
  moveOnRead,
  orderStatus,
  startNextBatch,
  type ChangeOrder,
} from "./change-order.js";
import { checkedDeploy, deployParameters } from "./deploy.js";
import { envelope, failure, toInfo, toListItem } from "./replies.js";
import { popRefusal } from "./gateway.js";

const { waitingForConfirmation } = orderStatus;

function badRequest(message: string): Refused {
  return failure(message);
}

function required(call: Call, name: string): string {
  if (call.request.body.length > 0) throw badRequest("this operation takes no body");
  const value = call.query[name];
  if (value) return value;
  const message = `${name} is mandatory for this action.`;
  throw popRefusal(400, `Missing${name}`, message, call.requestId);
}

function getChangeOrderInfo(call: Call): Reply {
  const order = find(call, call.visible(call.cloud.changeOrders));
  moveOnRead(order, call.cloud.changeOrders, call.pace);
  return envelope(call, { changeOrderInfo: toInfo(order) });
}

function listRecentChangeOrder(call: Call): Reply {
  const appId = required(call, "AppId");
  requireApplication(call, appId);
  const own = call.cloud.changeOrders.filter((one) => isOwn(call, one) && one.appId === appId);
  const orders = call.visible(own);
  for (const order of orders) moveOnRead(order, call.cloud.changeOrders, call.pace);
  return envelope(call, { ChangeOrderList: { ChangeOrder: orders.toReversed().map(toListItem) } });
}

function abortChangeOrder(call: Call): Reply {
  const order = find(call, call.cloud.changeOrders);
  if (!isActive(order)) throw badRequest("The change order is not running and cannot be terminated.");
  order.aborting = true;
  moveAtOnce(order, call.cloud.changeOrders, call.pace);
  return accepted(call, order.changeOrderId);
}

function rollBack(call: Call, clusterType: ChangeOrder["clusterType"]): Reply {
  const order = find(call, call.cloud.changeOrders);
  if (order.clusterType !== clusterType) {
    throw badRequest(
      `The application is not in ${clusterType === "ecs" ? "an ECS" : "a Kubernetes"} cluster.`,
    );
  }
  if (order.status === orderStatus.succeeded || order.status === orderStatus.aborted) {
    throw badRequest("The change order is not running and cannot be rolled back.");
  }
  if (call.cloud.rollbackKeepsOrderId) {
    order.aborting = true;
    moveAtOnce(order, call.cloud.changeOrders, call.pace);
    return accepted(call, order.changeOrderId);
  }
  const rollback = call.cloud.addChangeOrder({
    // Whoever asks twice gets two: nothing says that EDAS would not.
    changeOrderId: order.rolledBackBy === undefined ? (order.rollbackOrderId ?? randomUUID()) : randomUUID(),
    appId: order.appId,
    clusterType,
    region: order.region,
    account: order.account,
  });
  rollback.coType = "Rollback Application";
  rollback.coTypeCode = "CoRollback";
  rollback.supportRollback = false;
  rollback.rollbackOf = order.changeOrderId;
  order.rolledBackBy = rollback.changeOrderId;
  moveAtOnce(rollback, call.cloud.changeOrders, call.pace);
  return accepted(call, rollback.changeOrderId);
}

function continuePipeline(call: Call): Reply {
  const pipelineId = required(call, "PipelineId");
  const confirm = call.query["Confirm"]?.toLowerCase() ?? "true";
  if (confirm !== "true" && confirm !== "false") throw badRequest("Confirm must be true or false.");
  const orders = call.cloud.changeOrders.filter((one) => isOwn(call, one));
  const order = orders.find((one) => one.pipelines.some((pipeline) => pipeline.pipelineId === pipelineId));
  const pipeline = order?.pipelines.find((one) => one.pipelineId === pipelineId);
  if (!order || !pipeline) throw badRequest(`The pipeline ${pipelineId} does not exist.`);
  if (order.status !== waitingForConfirmation || pipeline.status !== waitingForConfirmation) {
    throw badRequest("The pipeline does not wait for confirmation.");
  }
  if (confirm === "true") {
    startNextBatch(order, call.pace.now());
    moveAtOnce(order, call.cloud.changeOrders, call.pace);
  }
  return envelope(call, {});
}

function deployApplication(call: Call): Reply {
  const appId = required(call, "AppId");
  const { batches, batchType } = checkedDeploy(call.query, failure);
  requireApplication(call, appId);
  const busy = call.cloud.changeOrders.some(
    (one) => isOwn(call, one) && one.appId === appId && isActive(one),
  );
  if (busy) throw badRequest("The application has an ongoing change process.");
  const place = { region: call.region, account: call.account.name };
  const changeOrderId = randomUUID();
  const order = call.cloud.addChangeOrder({
    ...place,
    changeOrderId,
    appId,
    clusterType: "ecs",
    batches,
    batchType,
  });
  moveAtOnce(order, call.cloud.changeOrders, call.pace);
  return envelope(call, { ChangeOrderId: changeOrderId });
}

function requireApplication(call: Call, appId: string): void {
  const { region, account, cloud } = call;
  const known = cloud.applications.some(
    (one) => one.appId === appId && one.region === region && one.account === account.name,
  );
  if (!known) throw badRequest(`The application ${appId} does not exist.`);
}

function find(call: Call, orders: readonly ChangeOrder[]): ChangeOrder {
  const id = required(call, "ChangeOrderId");
  const found = orders.find((one) => one.changeOrderId === id && isOwn(call, one));
  if (!found) throw badRequest(`The change order ${id} does not exist.`);
  return found;
}

function isOwn(call: Call, order: ChangeOrder): boolean {
  return order.region === call.region && order.account === call.account.name;
}

function accepted(call: Call, changeOrderId: string): Reply {
  const trace = { TraceId: call.requestId.replaceAll("-", ""), ErrorCode: "success" };
  return envelope(call, { ...trace, Data: { ChangeOrderId: changeOrderId } });
}

const base = "/pop/v5/changeorder";
const byOrder = ["ChangeOrderId"];
const confirmation = ["PipelineId", "Confirm"];
const operations: Operation[] = [
  operation("getChangeOrderInfo", "read", "POST", `${base}/change_order_info`, byOrder, getChangeOrderInfo),
  operation(
    "listRecentChangeOrder",
    "list",
    "POST",
    `${base}/change_order_list`,
    ["AppId"],
    listRecentChangeOrder,
  ),
  operation("abortChangeOrder", "write", "PUT", `${base}/change_order_abort`, byOrder, abortChangeOrder),
  operation(
    "abortAndRollbackChangeOrder",
    "write",
    "PUT",
    `${base}/change_order_abort_and_rollback`,
    byOrder,
    (call) => rollBack(call, "kubernetes"),
  ),
  operation("rollbackChangeOrder", "write", "PUT", "/pop/v5/oam/changeorder/rollback", byOrder, (call) =>
    rollBack(call, "ecs"),
  ),
  operation(
    "continuePipeline",
    "write",
    "GET",
    `${base}/pipeline_batch_confirm`,
    confirmation,
    continuePipeline,
  ),
  operation("deployApplication", "write", "POST", `${base}/co_deploy`, deployParameters, deployApplication),
];

export const edasService: Service = { name: "edas", operations, badRequest };
