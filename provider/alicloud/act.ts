// What is asked of a change order.
import { CloudError } from "../errors.js";
import type { Context } from "../kind.js";
import { writeThenLook } from "../look.js";
import { actOnOrder, getOrder, type Acted, type Way } from "./edas.js";
import { isOpen, stageOf } from "./settle.js";

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
