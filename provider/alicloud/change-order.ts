import type { Unwrap } from "@pulumi/pulumi";
import { z } from "zod";
import type { ChangeOrderArgs } from "../../sdk/alicloud/change-order.js";
import { unfinishedOf } from "../diff.js";
import { CloudError, UnfinishedError } from "../errors.js";
import { cloudId, commonInputs, evenIfOthersFail, type Context, type Kind, type Seen } from "../kind.js";
import { waitFor } from "../wait.js";
import { abort, orderIds, rollBack, traceRollBack } from "./act.js";
import { continuePipeline, getOrder, listOrders, rollsBack, type Order, type Pipeline } from "./edas.js";
import {
  afterUncertainRollBack,
  endOf,
  nextMove,
  stageOf,
  statusWord,
  type Asked,
  type Move,
  type Outcome,
  type Trace,
} from "./settle.js";

export type Given = Unwrap<ChangeOrderArgs>;

export interface State {
  readonly changeOrderId: string;
  readonly status: string;
  readonly statusCode: number;
  readonly outcome?: Outcome | undefined;
  readonly batchType?: string | undefined;
  readonly batches?: readonly { pipelineId: string; name?: string | undefined; status: number }[] | undefined;
  readonly supportRollback?: boolean | undefined;
  readonly rollbackOrderId?: string | undefined;
  /** Asked for, and the answer was lost; with the orders of the application that were there before, if it is known. */
  readonly uncertainRollback?: { readonly earlierOrderIds?: readonly string[] | undefined } | undefined;
  readonly requestId?: string | undefined;
}

const inputs: z.ZodType<Given> = z
  .strictObject({
    changeOrderId: cloudId.optional(),
    appId: cloudId.optional(),
    desiredState: z.enum(["completed", "aborted", "rolledBack"]),
    clusterType: z.enum(["ecs", "kubernetes"]).optional(),
    confirmBatches: z.boolean().optional(),
    ifFinished: z.enum(["accept", "fail"]).optional(),
    ...commonInputs(["retain", "abort"]),
  })
  .refine(({ changeOrderId, appId }) => (changeOrderId === undefined) !== (appId === undefined), {
    path: ["changeOrderId"],
    when: evenIfOthersFail,
    message: "either changeOrderId or appId must be given, and not both",
  })
  .refine(({ desiredState, clusterType }) => desiredState !== "rolledBack" || clusterType !== undefined, {
    path: ["clusterType"],
    when: evenIfOthersFail,
    message:
      'must be given for desiredState "rolledBack": a roll back is called otherwise on ecs and on kubernetes',
  });

function toState(changeOrderId: string, order: Order): State {
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

function fromId(id: string): { region: string | undefined; changeOrderId: string } {
  const [changeOrderId, region, ...rest] = id.split("/").toReversed();
  if (changeOrderId === undefined || changeOrderId === "" || rest.length > 0) {
    throw new Error(`the id of a ChangeOrder is region/changeOrderId, found ${id}`);
  }
  return { region, changeOrderId };
}

function isOpen(status: number): boolean {
  return ["active", "paused"].includes(stageOf(status));
}

/** An end that is stored is for good – except while a roll back is waited for, which may go on in the same order. */
function hasEnded(stored: Partial<State>): boolean {
  if (stored.outcome !== undefined) return true;
  return (
    stored.statusCode !== undefined && !isOpen(stored.statusCode) && unfinishedOf(stored)?.kind !== "waiting"
  );
}

/** With how it ended, if it has; while a wish is unfinished, that is for the next update to say. */
function withOutcome(state: State): State {
  if (unfinishedOf(state) !== undefined) return state;
  return { ...state, outcome: state.outcome ?? endOf(state.statusCode) };
}

/** The one order of the application that has not ended. */
async function findActive({ appId = "", desiredState }: Given, context: Context): Promise<string> {
  const listed = await listOrders(appId, context);
  const active = listed.filter(({ Status }) => isOpen(Status));
  const [only] = active;
  if (only === undefined || active.length > 1) {
    const which =
      active.length > 1 ? ` (${active.map(({ ChangeOrderId }) => ChangeOrderId).join(", ")})` : "";
    throw new Error(
      `application ${appId} has ${active.length} active change orders${which}: set changeOrderId to the one that is meant`,
    );
  }
  // A run that was killed may have begun it: to roll that one back would bring back what was to go.
  if (desiredState === "rolledBack" && rollsBack(only)) {
    throw new Error(
      `the active change order ${only.ChangeOrderId} of application ${appId} is a roll back itself, which is not rolled back: set changeOrderId to the order that is meant`,
    );
  }
  return only.ChangeOrderId;
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

/** Brings the order to the wanted end; what is known of it is kept at every step. */
async function settle(id: string, given: Given, before: Partial<State>, context: Context): Promise<State> {
  const { changeOrderId } = fromId(id);
  let { rollbackOrderId, requestId, uncertainRollback } = before;
  let [looks, tries] = [0, 0];
  const rolledBackBy = (orderId: string): Asked =>
    orderId === changeOrderId ? "rollBackInPlace" : "rollBack";
  // The id of a request is that of our own abort or roll back: nothing else is asked of an order.
  const askedToAbort = requestId === undefined ? undefined : "abort";
  let done: Asked | undefined = rollbackOrderId === undefined ? askedToAbort : rolledBackBy(rollbackOrderId);
  /** What the order does not tell, its application's list may. */
  const trace = async (): Promise<Exclude<Trace, object> | undefined> => {
    if (uncertainRollback === undefined) return undefined;
    looks += 1;
    const found = await traceRollBack(given.appId, uncertainRollback.earlierOrderIds, context);
    if (typeof found === "string") return found;
    rollbackOrderId = found.orderId;
    done = rolledBackBy(rollbackOrderId);
    uncertainRollback = undefined;
    return undefined;
  };
  const askRollBack = async (wasOpen: boolean): Promise<void> => {
    const earlierOrderIds = uncertainRollback?.earlierOrderIds ?? (await orderIds(given.appId, context));
    const acted = await rollBack(changeOrderId, given.clusterType, wasOpen, context);
    if (acted === "ended") return;
    if (acted instanceof CloudError) {
      uncertainRollback = { earlierOrderIds };
      [looks, tries] = [0, tries + 1];
      if (tries >= context.limits.maxAttempts) throw acted;
      context.log.info(`${acted.message}. Looking for the roll back before anything else`);
      return;
    }
    uncertainRollback = undefined;
    requestId = acted.requestId ?? requestId;
    rollbackOrderId = acted.changeOrderId ?? changeOrderId;
    done = rolledBackBy(rollbackOrderId);
  };
  const askAbort = async (): Promise<void> => {
    uncertainRollback = undefined;
    const acted = await abort(changeOrderId, context);
    if (acted === "ended") return;
    requestId = acted.requestId ?? requestId;
    done = "abort";
  };
  const look = async (): Promise<{ order: Order; move: Move; state: State }> => {
    const traced = await trace();
    const order = await getOrder(rollbackOrderId ?? changeOrderId, context);
    const move =
      traced === undefined
        ? nextMove(order.Status, given, done)
        : afterUncertainRollBack(order.Status, given, traced, looks);
    // How it ended is known at the end only; what was stored of an earlier wish is no longer true.
    const known = { ...toState(changeOrderId, order), outcome: undefined };
    const state = (): State => ({ ...known, rollbackOrderId, requestId, uncertainRollback });
    context.accepted(id, state());
    try {
      if (move.move === "confirm") await confirmFirstPaused(order, context);
      if (move.move === "abort") await askAbort();
      if (move.move === "rollBack") await askRollBack(isOpen(order.Status));
    } finally {
      context.accepted(id, state());
    }
    return { order, move, state: state() };
  };
  const check = ({ order, move }: { order: Order; move: Move }): void => {
    if (move.move === "fail" || move.move === "unknown") {
      const kind = move.move === "fail" ? "failed" : "waiting";
      throw new UnfinishedError(kind, `change order ${changeOrderId}: ${move.why}`);
    }
    if (move.move !== "pause") return;
    throw new UnfinishedError(
      "waiting",
      `change order ${changeOrderId} is waiting for confirmation of batch ${batchOf(order)}: release it in EDAS, or set confirmBatches`,
    );
  };
  const { move, state } = await waitFor(
    {
      what: `change order ${changeOrderId} to be ${given.desiredState}`,
      read: look,
      phase: ({ order }) => phaseOf(order),
      done: (seen) => seen.move.move === "done",
      check,
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return { ...state, uncertainRollback: undefined, ...(move.move === "done" && { outcome: move.outcome }) };
}

export const changeOrder: Kind<Given, State> = {
  name: "alicloud:ChangeOrder",
  cloud: "alicloud",
  inputs,
  defaults: { confirmBatches: false, onDelete: "retain" },
  idInputs: ["region", "changeOrderId"],
  replaceOn: ["changeOrderId", "appId"],
  actOn: ["desiredState"],
  computed: ["changeOrderId"],
  timeoutSeconds: 3600,
  pollSeconds: [2, 15],
  movesTraffic: true,

  rollout({ changeOrderId, appId, desiredState, confirmBatches, onDelete }) {
    const which =
      changeOrderId === undefined
        ? `the active change order of application ${appId}`
        : `change order ${changeOrderId}`;
    const how = {
      completed: `${which} runs to its end${confirmBatches === true ? "; its batches are released without a person" : ""}`,
      aborted: `${which} is aborted; updated instances stay updated`,
      rolledBack: `${which} is stopped and rolled back`,
    }[desiredState];
    return {
      whileDeclared: how,
      destroy: onDelete === "abort" ? "aborts the order if it still runs" : "leaves the order as it is",
    };
  },

  naturalKey: ({ changeOrderId, appId }) => changeOrderId ?? `application ${appId}`,

  parseId: fromId,

  async create(given, context) {
    const changeOrderId = given.changeOrderId ?? (await findActive(given, context));
    const id = `${context.place.region}/${changeOrderId}`;
    return { id, state: await settle(id, given, {}, context), adopted: false };
  },

  /** EDAS forgets orders, so that absence is never concluded, and a finished order is not asked for again. */
  async read(id, stored, context): Promise<Seen<Given, State>> {
    if (hasEnded(stored)) return { declared: {}, state: withOutcome(stored as State) };
    const { changeOrderId } = fromId(id);
    const order = await getOrder(stored.rollbackOrderId ?? changeOrderId, context);
    const state = { ...(stored as State), ...toState(changeOrderId, order) };
    const wasOpen = stored.statusCode !== undefined && isOpen(stored.statusCode);
    if (wasOpen && !isOpen(order.Status)) {
      context.log.info(`change order ${changeOrderId} has ended since: it is ${state.status}`);
    }
    return { declared: { changeOrderId }, state: withOutcome(state) };
  },

  resume: (id, given, state, context) => settle(id, given, state, context),

  async delete(id, stored, context) {
    if (hasEnded(stored)) return;
    const mayBeRolledBack = stored.uncertainRollback !== undefined;
    if (stored.rollbackOrderId !== undefined || mayBeRolledBack) {
      const how = mayBeRolledBack ? "may be being" : "is being";
      context.log.warning(`change order ${stored.changeOrderId} ${how} rolled back: that is left to end`);
      return;
    }
    const { requestId } = stored;
    await settle(id, { ...stored, desiredState: "aborted", ifFinished: "accept" }, { requestId }, context);
  },
};
