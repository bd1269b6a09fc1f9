// What is seen of a change order: its state, its batches, and which of them waits.
import type { Order, Pipeline } from "./edas.js";
import { stageOf, statusWord, type Outcome } from "./settle.js";

/** Asked for, and the answer was lost. */
interface UncertainRollback {
  /** The orders of the application that were there before, if it is known. */
  readonly earlierOrderIds?: readonly string[] | undefined;
  /** Status of the order when it was asked for. */
  readonly statusCode?: number | undefined;
}

export interface State {
  readonly changeOrderId: string;
  readonly status: string;
  readonly statusCode: number;
  readonly outcome?: Outcome | undefined;
  readonly batchType?: string | undefined;
  readonly batches?: readonly { pipelineId: string; name?: string | undefined; status: number }[] | undefined;
  readonly supportRollback?: boolean | undefined;
  readonly rollbackOrderId?: string | undefined;
  readonly uncertainRollback?: UncertainRollback | undefined;
  readonly requestId?: string | undefined;
}

export function toState(changeOrderId: string, order: Order): State {
  return {
    changeOrderId,
    status: statusWord(order.Status),
    statusCode: order.Status,
    batchType: order.BatchType ?? undefined,
    supportRollback: order.SupportRollback ?? undefined,
    batches: pipelines(order).map(({ PipelineId, PipelineName, PipelineStatus }) => ({
      pipelineId: PipelineId,
      name: PipelineName ?? undefined,
      status: PipelineStatus,
    })),
  };
}

function pipelines(order: Order): readonly Pipeline[] {
  return order.PipelineInfoList?.PipelineInfo ?? [];
}

/** The batch that waits for a person. */
export function pausedBatch(order: Order): Pipeline | undefined {
  return pipelines(order)[firstPaused(order)];
}

function firstPaused(order: Order): number {
  return pipelines(order).findIndex(({ PipelineStatus }) => stageOf(PipelineStatus) === "paused");
}

export function batchOf(order: Order): string {
  return `${firstPaused(order) + 1} of ${pipelines(order).length}`;
}

export function phaseOf(order: Order): string {
  const word = statusWord(order.Status);
  return stageOf(order.Status) === "paused" ? `${word} (batch ${batchOf(order)})` : word;
}
