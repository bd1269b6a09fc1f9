// Which order rolls another one back. An order does not tell that, the list of its application may: a roll back is an
// order of the same application, made after it.
import type { Context } from "../kind.js";
import { lookOften } from "../look.js";
import { listOrders, rollsBack, type ListedOrder } from "./edas.js";
import { isOpen, stageOf, type Trace } from "./settle.js";

/** Looks in the list of the application; `earlier` are the orders that were there before the roll back was asked for. */
export async function traceRollBack(
  appId: string | undefined,
  changeOrderId: string,
  earlier: readonly string[] | undefined,
  context: Context,
): Promise<Trace> {
  if (appId === undefined) return "unlisted";
  return rollBackIn(await listOrders(appId, context), changeOrderId, earlier);
}

/** Before it is believed that nobody has begun to roll an order back. */
const looksForRollBack = 2;

/** What the list shows before anything is asked for: a roll back that was begun before, or the orders that are there. */
interface Before {
  readonly orderId?: string;
  readonly earlierOrderIds?: readonly string[];
}

export async function rollBackFromBefore(
  appId: string,
  changeOrderId: string,
  context: Context,
): Promise<Before> {
  let listed: readonly ListedOrder[] = [];
  let trace = "unlisted" as Trace;
  const look = async (): Promise<Exclude<Trace, string> | undefined> => {
    listed = await listOrders(appId, context);
    trace = rollBackIn(listed, changeOrderId);
    return typeof trace === "object" ? trace : undefined;
  };
  const found = await lookOften(looksForRollBack, look, context);
  if (found !== undefined) {
    context.log.info(`change order ${found.orderId} rolls ${changeOrderId} back: it was begun before`);
    return found;
  }
  const own = listed.find((order) => order.ChangeOrderId === changeOrderId);
  if (own === undefined) {
    context.log.warning(
      `change order ${changeOrderId} is not among the recent orders of application ${appId}: whether it is being rolled back cannot be seen there`,
    );
    return {};
  }
  if (canBeRolledBack(own) && trace === "unclear") {
    throw new Error(
      `application ${appId} has another change order under way that may be the roll back of ${changeOrderId} or not: look at it in EDAS, and run this again when it has ended`,
    );
  }
  return { earlierOrderIds: listed.map(({ ChangeOrderId }) => ChangeOrderId) };
}

function canBeRolledBack({ Status }: ListedOrder): boolean {
  return isOpen(Status) || stageOf(Status) === "failed";
}

/** A list without the order itself is one of another application, or late: it tells nothing. */
export function rollBackIn(
  listed: readonly ListedOrder[],
  changeOrderId: string,
  earlier?: readonly string[],
): Trace {
  const own = listed.find((order) => order.ChangeOrderId === changeOrderId);
  if (own === undefined) return "unlisted";
  const others = listed
    .filter((order) => order !== own && isOfSameGroup(order, own))
    .toSorted((left, right) => timeOf(left).localeCompare(timeOf(right)));
  return earlier === undefined
    ? amongLater(others.filter((order) => isLater(order, own)))
    : amongNew(others.filter((order) => !earlier.includes(order.ChangeOrderId)));
}

/** One that goes on or went well: what has failed took nothing back. */
function amongLater(later: readonly ListedOrder[]): Trace {
  const last = leadingRollBacks(later).findLast(
    ({ Status }) => isOpen(Status) || stageOf(Status) === "succeeded",
  );
  if (last !== undefined) return { orderId: last.ChangeOrderId };
  return later.some(({ Status }) => isOpen(Status)) ? "unclear" : "nothing";
}

/** However it has ended: it is what was asked for. */
function amongNew(fresh: readonly ListedOrder[]): Trace {
  if (fresh.length === 0) return "nothing";
  const last = leadingRollBacks(fresh).at(-1);
  return last === undefined ? "unclear" : { orderId: last.ChangeOrderId };
}

/** Roll backs up to the first other order: those that follow may be of that one. */
function leadingRollBacks(orders: readonly ListedOrder[]): readonly ListedOrder[] {
  const end = orders.findIndex((order) => !rollsBack(order));
  return end === -1 ? orders : orders.slice(0, end);
}

/** Times are to the second, and may be missing: then only what still goes on counts as later. */
function isLater(order: ListedOrder, own: ListedOrder): boolean {
  const [time, since] = [timeOf(order), timeOf(own)];
  return time === "" || since === "" || time === since ? isOpen(order.Status) : time > since;
}

function timeOf({ CreateTime }: ListedOrder): string {
  return CreateTime ?? "";
}

function isOfSameGroup(order: ListedOrder, own: ListedOrder): boolean {
  return (order.GroupId ?? own.GroupId) === (own.GroupId ?? order.GroupId);
}
