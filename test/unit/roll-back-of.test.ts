import { expect, test } from "vitest";
import { rollBackOf } from "../../provider/alicloud/act.js";
import type { ListedOrder } from "../../provider/alicloud/edas.js";

const running = 1;
const succeeded = 2;

function order(
  ChangeOrderId: string,
  CreateTime: string | undefined,
  more: Partial<ListedOrder> = {},
): ListedOrder {
  return { ChangeOrderId, CreateTime, Status: succeeded, CoTypeCode: "CoDeploy", ...more };
}
const rollback = { CoTypeCode: "CoRollback" };
const at = (minute: number): string => `2026-11-24 10:${String(minute).padStart(2, "0")}:00`;

test.each<[string, readonly ListedOrder[], string | undefined]>([
  ["the next order, that rolls back", [order("own", at(1)), order("next", at(2), rollback)], "next"],
  ["in whatever order they are listed", [order("next", at(2), rollback), order("own", at(1))], "next"],
  ["no later one", [order("own", at(3)), order("earlier", at(2), rollback)], undefined],
  [
    "not that of another order",
    [order("own", at(1)), order("other", at(2)), order("next", at(3), rollback)],
    undefined,
  ],
  [
    "the next, though there are more",
    [order("own", at(1)), order("next", at(2), rollback), order("later", at(3))],
    "next",
  ],
  [
    "none of two at the same time",
    [order("own", at(1)), order("a", at(2), rollback), order("b", at(2))],
    undefined,
  ],
  ["not one of the same second", [order("own", at(1)), order("next", at(1), rollback)], undefined],
  ["never itself", [order("own", at(1), rollback)], undefined],
  ["nothing of an order that is not listed, once it has ended", [order("next", at(2), rollback)], undefined],
  [
    "without times, the one that goes on",
    [order("own", ""), order("a", "", { ...rollback, Status: running })],
    "a",
  ],
  [
    "without times, none that has ended",
    [order("own", undefined), order("a", undefined, rollback)],
    undefined,
  ],
  [
    "without times, none of two",
    ["a", "b"].map((id) => order(id, undefined, { ...rollback, Status: running })),
    undefined,
  ],
])("%s", (_, listed, expected) => {
  expect(rollBackOf("own", listed)).toBe(expected);
});
