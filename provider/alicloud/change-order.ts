import type { Unwrap } from "@pulumi/pulumi";
import * as z from "../zod.js";
import type { ChangeOrderArgs } from "../../sdk/alicloud/change-order.js";
import { unfinishedOf } from "../diff.js";
import { cloudId, commonInputs, evenIfOthersFail, type Context, type Kind, type Seen } from "../kind.js";
import { getOrder, listOrders, rollsBack } from "./edas.js";
import { pursue } from "./pursue.js";
import { toState, type State } from "./seen.js";
import { endOf, isOpen } from "./settle.js";

export type Given = Unwrap<ChangeOrderArgs>;

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
  .refine(({ changeOrderId, appId }) => changeOrderId !== undefined || appId !== undefined, {
    path: ["changeOrderId"],
    when: evenIfOthersFail,
    message: "changeOrderId or appId must be given",
  })
  .refine(({ desiredState, clusterType }) => desiredState !== "rolledBack" || clusterType !== undefined, {
    path: ["clusterType"],
    when: evenIfOthersFail,
    message:
      'must be given for desiredState "rolledBack": a roll back is called otherwise on ecs and on kubernetes',
  });

function fromId(id: string): { region: string | undefined; changeOrderId: string } {
  const [changeOrderId, region, ...rest] = id.split("/").toReversed();
  if (changeOrderId === undefined || changeOrderId === "" || rest.length > 0) {
    throw new Error(`the id of a ChangeOrder is region/changeOrderId, found ${id}`);
  }
  return { region, changeOrderId };
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

/** The one order of the application that has not ended; one that rolls back is not itself rolled back. */
async function findActive({ appId = "", desiredState }: Given, context: Context): Promise<string> {
  const listed = await listOrders(appId, context);
  const active = listed.filter(({ Status }) => isOpen(Status));
  // A run that was killed may have begun it: to roll that one back would bring back what was to go.
  const meant = desiredState === "rolledBack" ? active.filter((order) => !rollsBack(order)) : active;
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return only.ChangeOrderId;
  const [rollBack] = active;
  if (only === undefined && rollBack !== undefined) {
    throw new Error(
      `the active change order ${rollBack.ChangeOrderId} of application ${appId} is a roll back itself, which is not rolled back: set changeOrderId, too, to the order that it rolls back`,
    );
  }
  const which = only === undefined ? "" : ` (${meant.map(({ ChangeOrderId }) => ChangeOrderId).join(", ")})`;
  throw new Error(
    `application ${appId} has ${meant.length} active change orders${which}: set changeOrderId to the one that is meant`,
  );
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

  /** The application may be told later, or not any more: the order stays the same. */
  replaces: (key, stored, declared) => key !== "appId" || (stored !== undefined && declared !== undefined),

  rollout({ changeOrderId, appId, desiredState, confirmBatches, onDelete }) {
    const which =
      changeOrderId === undefined
        ? `the active change order of application ${appId}`
        : `change order ${changeOrderId}`;
    const how = {
      completed: `${which} runs to its end${confirmBatches === true ? "; its batches are released without anybody being asked" : ""}`,
      aborted: `${which} is aborted; instances already updated stay so`,
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
    return { id, state: await pursue(id, changeOrderId, given, {}, context), adopted: false };
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

  resume: (id, given, state, context) => pursue(id, fromId(id).changeOrderId, given, state, context),

  async delete(id, stored, context) {
    if (hasEnded(stored)) return;
    const mayBeRolledBack = stored.uncertainRollback !== undefined;
    if (stored.rollbackOrderId !== undefined || mayBeRolledBack) {
      const how = mayBeRolledBack ? "may be being" : "is being";
      context.log.warning(`change order ${stored.changeOrderId} ${how} rolled back: that is left to end`);
      return;
    }
    const { requestId } = stored;
    const wanted: Given = { ...stored, desiredState: "aborted", ifFinished: "accept" };
    await pursue(id, stored.changeOrderId, wanted, { requestId }, context);
  },
};
