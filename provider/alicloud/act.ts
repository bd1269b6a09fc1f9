// What is asked of a change order, and what became of it where the answer was lost.
import { CloudError } from "../errors.js";
import type { Context } from "../kind.js";
import { writeThenLook } from "../look.js";
import {
  actOnOrder,
  getOrder,
  listOrders,
  rollsBack,
  type Acted,
  type ListedOrder,
  type Way,
} from "./edas.js";
import { isOpen, stageOf, type Trace } from "./settle.js";

/**
 * Aborts. An order that turns out to have ended by itself was not stopped: only being aborted shows that an action
 * arrived whose reply was lost.
 */
export async function abort(changeOrderId: string, context: Context): Promise<Acted | "ended"> {
  const look = async (): Promise<Acted | "ended" | undefined> => {
    const stage = stageOf((await getOrder(changeOrderId, context)).Status);
    if (stage === "aborted") return { changeOrderId: undefined, requestId: undefined };
    return stage === "succeeded" || stage === "failed" ? "ended" : undefined;
  };
  try {
    return await writeThenLook(context, { write: () => actOnOrder(changeOrderId, "abort", context), look });
  } catch (error) {
    // What EDAS refuses because the order has just ended is no error.
    const found = error instanceof CloudError && !error.uncertain ? await look() : undefined;
    if (found !== undefined) return found;
    throw error;
  }
}

/**
 * Rolls back, in the way of the cluster. Where the answer is lost, the order itself does not tell whether EDAS took
 * the request: that is left to the looks that follow.
 */
export async function rollBack(
  changeOrderId: string,
  clusterType: "ecs" | "kubernetes" | undefined,
  statusCode: number,
  context: Context,
): Promise<Acted | "ended" | CloudError> {
  const way: Way = clusterType === "ecs" ? "rollBackOnEcs" : "rollBackOnKubernetes";
  try {
    return await actOnOrder(changeOrderId, way, context);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.uncertain) return error;
    // What EDAS refuses because the order has just ended is no error.
    const stage = stageOf((await getOrder(changeOrderId, context)).Status);
    if (stage === "succeeded" || (stage === "failed" && isOpen(statusCode))) return "ended";
    throw error;
  }
}

/**
 * The order among those of its application that takes this one back: the next one after it, for an application changes
 * one thing at a time. Where no times are told, the only roll back that goes on at this moment.
 */
export function rollBackOf(changeOrderId: string, listed: readonly ListedOrder[]): string | undefined {
  const others = listed.filter((order) => order.ChangeOrderId !== changeOrderId);
  const since = listed.find((order) => order.ChangeOrderId === changeOrderId)?.CreateTime;
  const times = others.map(({ CreateTime }) => CreateTime ?? "");
  const isTold = since && !times.includes("");
  const next = times.toSorted().find((time) => isTold && time > since);
  const [only, ...more] = isTold
    ? others.filter(({ CreateTime }) => CreateTime === next)
    : others.filter((order) => isOpen(order.Status) && rollsBack(order));
  return only !== undefined && more.length === 0 && rollsBack(only) ? only.ChangeOrderId : undefined;
}

/**
 * Looks for the roll back whose answer was lost: the one order that is new since, if it says that it rolls back. Where
 * it is not known what is new, its place among the others tells.
 */
export async function traceRollBack(
  appId: string | undefined,
  changeOrderId: string,
  earlier: readonly string[] | undefined,
  context: Context,
): Promise<Trace> {
  if (appId === undefined) return "unlisted";
  const listed = await listOrders(appId, context);
  if (earlier === undefined) {
    const orderId = rollBackOf(changeOrderId, listed);
    return orderId === undefined ? "unlisted" : { orderId };
  }
  const [only, ...others] = listed.filter(({ ChangeOrderId }) => !earlier.includes(ChangeOrderId));
  if (only === undefined) return "nothing";
  return others.length === 0 && rollsBack(only) ? { orderId: only.ChangeOrderId } : "unclear";
}
