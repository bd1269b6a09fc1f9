import type { Unwrap } from "@pulumi/pulumi";
import { z } from "zod";
import type { ChangeOrderArgs } from "../../sdk/alicloud/change-order.js";
import { unfinishedOf } from "../diff.js";
import { CloudError, UnfinishedError } from "../errors.js";
import { cloudId, commonInputs, evenIfOthersFail, type Context, type Kind, type Seen } from "../kind.js";
import { writeThenLook } from "../look.js";
import { waitFor } from "../wait.js";
import {
  actOnOrder,
  continuePipeline,
  getOrder,
  listOrders,
  rollsBack,
  type Acted,
  type Order,
  type Pipeline,
} from "./edas.js";
import { endOf, nextMove, stageOf, statusWord, type Asked, type Move, type Outcome } from "./settle.js";

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

/**
 * Aborts, or rolls back in the way of the cluster. An order that turns out to have ended by itself was not stopped:
 * only being aborted shows that an action arrived whose reply was lost.
 */
async function act(
  changeOrderId: string,
  { clusterType }: Given,
  move: "abort" | "rollBack",
  wasOpen: boolean,
  context: Context,
): Promise<Acted | "ended"> {
  const rollBack = clusterType === "ecs" ? "rollBackOnEcs" : "rollBackOnKubernetes";
  const how = move === "abort" ? "abort" : rollBack;
  const look = async (): Promise<Acted | "ended" | undefined> => {
    const stage = stageOf((await getOrder(changeOrderId, context)).Status);
    if (stage === "aborted" && wasOpen) return { changeOrderId: undefined, requestId: undefined };
    return stage === "succeeded" || (stage === "failed" && wasOpen) ? "ended" : undefined;
  };
  try {
    return await writeThenLook(context, { write: () => actOnOrder(changeOrderId, how, context), look });
  } catch (error) {
    // What EDAS refuses because the order has just ended is no error.
    const found = error instanceof CloudError && !error.uncertain ? await look() : undefined;
    if (found === "ended" || (found !== undefined && move === "abort")) return found;
    throw error;
  }
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
  let rollbackOrderId = before.rollbackOrderId;
  let requestId = before.requestId;
  const rolledBackBy = (orderId: string): Asked =>
    orderId === changeOrderId ? "rollBackInPlace" : "rollBack";
  // The id of a request is that of our own abort or roll back: nothing else is asked of an order.
  const askedToAbort = requestId === undefined ? undefined : "abort";
  let done: Asked | undefined = rollbackOrderId === undefined ? askedToAbort : rolledBackBy(rollbackOrderId);
  const look = async (): Promise<{ order: Order; move: Move; state: State }> => {
    const order = await getOrder(rollbackOrderId ?? changeOrderId, context);
    const move = nextMove(order.Status, given, done);
    // How it ended is known at the end only; what was stored of an earlier wish is no longer true.
    const known = { ...toState(changeOrderId, order), outcome: undefined };
    context.accepted(id, { ...known, rollbackOrderId, requestId });
    if (move.move === "confirm") await confirmFirstPaused(order, context);
    if (move.move === "abort" || move.move === "rollBack") {
      const acted = await act(changeOrderId, given, move.move, isOpen(order.Status), context);
      if (acted !== "ended") {
        requestId = acted.requestId ?? requestId;
        if (move.move === "rollBack") rollbackOrderId = acted.changeOrderId ?? changeOrderId;
        done = rollbackOrderId === undefined ? "abort" : rolledBackBy(rollbackOrderId);
        context.accepted(id, { ...known, rollbackOrderId, requestId });
      }
    }
    return { order, move, state: { ...known, rollbackOrderId, requestId } };
  };
  const check = ({ order, move }: { order: Order; move: Move }): void => {
    if (move.move === "fail")
      throw new UnfinishedError("failed", `change order ${changeOrderId}: ${move.why}`);
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
  return { ...state, ...(move.move === "done" && { outcome: move.outcome }) };
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
    if (stored.rollbackOrderId !== undefined) {
      context.log.warning(`change order ${stored.changeOrderId} is being rolled back: that is left to end`);
      return;
    }
    const { requestId } = stored;
    await settle(id, { ...stored, desiredState: "aborted", ifFinished: "accept" }, { requestId }, context);
  },
};
