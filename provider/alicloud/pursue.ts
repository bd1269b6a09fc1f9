// Brings a change order to its wanted end: looks, asks for what is next, and keeps what is known at every step.
import { CloudError, UnfinishedError } from "../errors.js";
import type { Context } from "../kind.js";
import { waitFor } from "../wait.js";
import { abort, rollBack } from "./act.js";
import { continuePipeline, getOrder, type Order } from "./edas.js";
import { batchOf, pausedBatch, phaseOf, toState, type State } from "./seen.js";
import {
  afterUncertainRollBack,
  nextMove,
  type Asked,
  type Move,
  type Trace,
  type Wanted,
} from "./settle.js";
import { rollBackFromBefore, traceRollBack } from "./trace.js";

/** What is wanted of an order, and what has to be known for that. */
interface Goal extends Wanted {
  readonly appId?: string | undefined;
  readonly clusterType?: "ecs" | "kubernetes" | undefined;
}

interface Look {
  readonly order: Order;
  readonly move: Move;
  readonly state: State;
}

/** Pursues what is declared, from what was stored of the order before. */
export async function pursue(
  id: string,
  changeOrderId: string,
  given: Goal,
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
  private readonly given: Goal;
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
  private isTold = false;

  constructor(id: string, changeOrderId: string, given: Goal, before: Partial<State>, context: Context) {
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
    const { appId, desiredState } = this.given;
    const isKnown = this.rollbackOrderId !== undefined || this.uncertain !== undefined;
    if (desiredState !== "rolledBack" || appId === undefined || isKnown) return;
    const before = await rollBackFromBefore(appId, this.changeOrderId, this.context);
    this.earlierOrderIds = before.earlierOrderIds;
    if (before.orderId !== undefined) this.followRollBack(before.orderId);
  }

  /** What was just asked for may be there at once: then it is seen without a wait. */
  async look(): Promise<Look> {
    const seen = await this.step();
    const isAsked = seen.move.move === "abort" || seen.move.move === "rollBack";
    return isAsked && this.uncertain === undefined ? this.step() : seen;
  }

  /** Looks, and does what is next. */
  private async step(): Promise<Look> {
    const { changeOrderId, given, context, id } = this;
    const traced = await this.trace();
    const order = await getOrder(this.rollbackOrderId ?? changeOrderId, context);
    const move =
      traced === undefined
        ? nextMove(order.Status, given, this.asked)
        : afterUncertainRollBack(order.Status, given, traced, this.looks, this.uncertain?.statusCode);
    context.accepted(id, this.state(order));
    this.tell(move);
    try {
      if (move.move === "confirm") await confirmPaused(order, context);
      if (move.move === "abort") await this.askToAbort();
      if (move.move === "rollBack") await this.askToRollBack(order.Status);
    } finally {
      context.accepted(id, this.state(order));
    }
    return { order, move, state: this.state(order) };
  }

  /** Why it waits, where that cannot be seen from the order: once. */
  private tell(move: Move): void {
    if (move.move !== "wait" || move.why === undefined || this.isTold) return;
    this.isTold = true;
    this.context.log.info(`change order ${this.changeOrderId}: ${move.why}`);
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

async function confirmPaused(order: Order, context: Context): Promise<void> {
  const waiting = pausedBatch(order);
  if (waiting === undefined) return;
  await continuePipeline(waiting.PipelineId, context);
  context.log.info(`batch ${batchOf(order)} released`);
}
