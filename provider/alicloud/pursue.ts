// Brings a change order to its wanted end: looks, asks for what is next, and keeps what is known at every step.
import { CloudError, UnfinishedError } from "../errors.js";
import type { Context } from "../kind.js";
import { waitFor } from "../wait.js";
import { abort, rollBack, rollBackOf, traceRollBack } from "./act.js";
import type { Given, State } from "./change-order.js";
import { continuePipeline, getOrder, listOrders, type Order, type Pipeline } from "./edas.js";
import {
  afterUncertainRollBack,
  nextMove,
  stageOf,
  statusWord,
  type Asked,
  type Move,
  type Trace,
} from "./settle.js";

interface Look {
  readonly order: Order;
  readonly move: Move;
  readonly state: State;
}

/** Pursues what is declared, from what was stored of the order before. */
export async function pursue(
  id: string,
  changeOrderId: string,
  given: Given,
  before: Partial<State>,
  context: Context,
): Promise<State> {
  const pursuit = new Pursuit(id, changeOrderId, given, before, context);
  await pursuit.takeOverRollBack();
  const { move, state } = await waitFor(
    {
      what: `change order ${changeOrderId} to be ${given.desiredState}`,
      read: () => pursuit.look(),
      phase: ({ order }) => phaseOf(order),
      done: (seen) => seen.move.move === "done",
      check: (seen) => refuse(changeOrderId, seen),
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return { ...state, uncertainRollback: undefined, ...(move.move === "done" && { outcome: move.outcome }) };
}

class Pursuit {
  private readonly id: string;
  private readonly changeOrderId: string;
  private readonly given: Given;
  private readonly context: Context;
  private rollbackOrderId: string | undefined;
  private requestId: string | undefined;
  private uncertain: State["uncertainRollback"];
  private asked: Asked | undefined;
  /** Those of the application before anything was asked for, where it is known. */
  private earlierOrderIds: readonly string[] | undefined;
  /** Since the answer to a roll back was lost last, and how often that happened. */
  private looks = 0;
  private tries = 0;

  constructor(id: string, changeOrderId: string, given: Given, before: Partial<State>, context: Context) {
    this.id = id;
    this.changeOrderId = changeOrderId;
    this.given = given;
    this.context = context;
    this.requestId = before.requestId;
    this.uncertain = before.uncertainRollback;
    if (before.rollbackOrderId !== undefined) this.followRollBack(before.rollbackOrderId);
    // The id of a request is that of our own abort or roll back: nothing else is asked of an order.
    else if (before.requestId !== undefined) this.asked = "abort";
  }

  /** A run that was killed may have begun what is wanted, and nobody has stored it. */
  async takeOverRollBack(): Promise<void> {
    const { changeOrderId, context } = this;
    const { appId, desiredState } = this.given;
    const isKnown = this.rollbackOrderId !== undefined || this.uncertain !== undefined;
    if (desiredState !== "rolledBack" || appId === undefined || isKnown) return;
    const listed = await listOrders(appId, context);
    this.earlierOrderIds = listed.map(({ ChangeOrderId }) => ChangeOrderId);
    const found = rollBackOf(changeOrderId, listed);
    if (found === undefined) return;
    context.log.info(`change order ${changeOrderId} is rolled back by change order ${found} already`);
    this.followRollBack(found);
  }

  async look(): Promise<Look> {
    const { changeOrderId, given, context, id } = this;
    const traced = await this.trace();
    const order = await getOrder(this.rollbackOrderId ?? changeOrderId, context);
    const move =
      traced === undefined
        ? nextMove(order.Status, given, this.asked)
        : afterUncertainRollBack(order.Status, given, traced, this.looks, this.uncertain?.statusCode);
    context.accepted(id, this.state(order));
    try {
      if (move.move === "confirm") await confirmFirstPaused(order, context);
      if (move.move === "abort") await this.askToAbort();
      if (move.move === "rollBack") await this.askToRollBack(order.Status);
    } finally {
      context.accepted(id, this.state(order));
    }
    return { order, move, state: this.state(order) };
  }

  private state(order: Order): State {
    const { rollbackOrderId, requestId, uncertain: uncertainRollback } = this;
    // How it ended is known at the end only; what was stored of an earlier wish is no longer true.
    return {
      ...toState(this.changeOrderId, order),
      outcome: undefined,
      rollbackOrderId,
      requestId,
      uncertainRollback,
    };
  }

  private followRollBack(orderId: string): void {
    this.rollbackOrderId = orderId;
    this.asked = orderId === this.changeOrderId ? "rollBackInPlace" : "rollBack";
    this.uncertain = undefined;
  }

  /** What the order does not tell, its application's list may. */
  private async trace(): Promise<Exclude<Trace, object> | undefined> {
    if (this.uncertain === undefined) return undefined;
    this.looks += 1;
    const { given, changeOrderId, uncertain, context } = this;
    const found = await traceRollBack(given.appId, changeOrderId, uncertain.earlierOrderIds, context);
    if (typeof found === "string") return found;
    this.followRollBack(found.orderId);
    return undefined;
  }

  private async askToRollBack(statusCode: number): Promise<void> {
    const { changeOrderId, given, context } = this;
    const earlierOrderIds = this.uncertain?.earlierOrderIds ?? this.earlierOrderIds;
    const acted = await rollBack(changeOrderId, given.clusterType, statusCode, context);
    if (acted === "ended") return;
    if (acted instanceof CloudError) {
      this.uncertain = { earlierOrderIds, statusCode };
      [this.looks, this.tries] = [0, this.tries + 1];
      if (this.tries >= context.limits.maxAttempts) throw acted;
      context.log.info(`${acted.message}. Looking for the roll back before anything else`);
      return;
    }
    this.requestId = acted.requestId ?? this.requestId;
    this.followRollBack(acted.changeOrderId ?? changeOrderId);
  }

  private async askToAbort(): Promise<void> {
    this.uncertain = undefined;
    const acted = await abort(this.changeOrderId, this.context);
    if (acted === "ended") return;
    this.requestId = acted.requestId ?? this.requestId;
    this.asked = "abort";
  }
}

function refuse(changeOrderId: string, { order, move }: Look): void {
  if (move.move === "fail" || move.move === "unknown") {
    const kind = move.move === "fail" ? "failed" : "waiting";
    throw new UnfinishedError(kind, `change order ${changeOrderId}: ${move.why}`);
  }
  if (move.move !== "pause") return;
  throw new UnfinishedError(
    "waiting",
    `change order ${changeOrderId} is waiting for confirmation of batch ${batchOf(order)}: release it in EDAS, or set confirmBatches`,
  );
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

function firstPaused(order: Order): number {
  return pipelines(order).findIndex(({ PipelineStatus }) => stageOf(PipelineStatus) === "paused");
}

function batchOf(order: Order): string {
  return `${firstPaused(order) + 1} of ${pipelines(order).length}`;
}

function phaseOf(order: Order): string {
  const word = statusWord(order.Status);
  return stageOf(order.Status) === "paused" ? `${word} (batch ${batchOf(order)})` : word;
}

async function confirmFirstPaused(order: Order, context: Context): Promise<void> {
  const waiting = pipelines(order)[firstPaused(order)];
  if (waiting === undefined) return;
  await continuePipeline(waiting.PipelineId, context);
  context.log.info(`batch ${batchOf(order)} released`);
}
