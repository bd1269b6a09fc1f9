import { describe, expect, test } from "vitest";
import type { ListedOrder } from "../../provider/alicloud/edas.js";
import { rollBackIn } from "../../provider/alicloud/trace.js";

const [running, succeeded, failed, aborted] = [1, 2, 3, 6];
const at = (minute: number): string => `2026-11-24 10:${String(minute).padStart(2, "0")}:00`;

const deploy = (ChangeOrderId: string, CreateTime: string | undefined, Status = succeeded): ListedOrder => ({
  ChangeOrderId,
  CreateTime,
  Status,
  CoTypeCode: "CoDeploy",
});
const rollback = (ChangeOrderId: string, CreateTime: string | undefined, Status = running): ListedOrder => ({
  ...deploy(ChangeOrderId, CreateTime, Status),
  CoTypeCode: "CoRollback",
});
const own = deploy("own", at(2), aborted);
const found = { orderId: "rb" };

describe("where it is not known which orders are new", () => {
  test.each<[string, readonly ListedOrder[], unknown]>([
    ["the next order, that goes on", [own, rollback("rb", at(3))], found],
    ["the next order, that went well", [rollback("rb", at(3), succeeded), own], found],
    ["none that has failed", [own, rollback("x", at(3), failed), rollback("y", at(4), aborted)], "nothing"],
    [
      "the one that went well after one that failed",
      [own, rollback("x", at(3), failed), rollback("rb", at(4), succeeded)],
      found,
    ],
    ["not that of another order", [own, deploy("other", at(3)), rollback("x", at(4), succeeded)], "nothing"],
    [
      "unclear while that of another order goes on",
      [own, deploy("other", at(3)), rollback("x", at(4))],
      "unclear",
    ],
    [
      "unclear while something goes on that does not say what it is",
      [own, deploy("x", at(3), running)],
      "unclear",
    ],
    [
      "the next, though there are more",
      [own, rollback("rb", at(3), succeeded), deploy("later", at(4))],
      found,
    ],
    ["no earlier one", [own, rollback("x", at(1))], "nothing"],
    ["of the same second only what goes on", [own, rollback("x", at(2), succeeded)], "nothing"],
    ["of the same second what goes on", [own, rollback("rb", at(2))], found],
    [
      "not of another group",
      [
        { ...own, GroupId: "1" },
        { ...rollback("x", at(3)), GroupId: "2" },
      ],
      "nothing",
    ],
    ["of a group that is not told", [{ ...own, GroupId: "1" }, rollback("rb", at(3))], found],
    ["never itself", [rollback("own", at(2))], "nothing"],
    ["nothing of a list without it", [rollback("x", at(3))], "unlisted"],
    ["nothing of an empty list", [], "unlisted"],
    ["without times, what goes on", [deploy("own", undefined), rollback("rb", undefined)], found],
    ["without times, nothing that has ended", [deploy("own", ""), rollback("x", "", succeeded)], "nothing"],
  ])("%s", (_, listed, expected) => {
    expect(rollBackIn(listed, "own")).toEqual(expected);
  });
});

describe("where the orders from before are known", () => {
  const earlier = ["own", "old"];
  const old = rollback("old", at(3));

  test.each<[string, readonly ListedOrder[], unknown]>([
    ["nothing new", [own, old], "nothing"],
    ["the new one, however it ended", [own, old, rollback("rb", at(2), failed)], found],
    ["the new one, before another new order", [own, old, deploy("x", at(5)), rollback("rb", at(4))], found],
    ["unclear where it does not say what it is", [own, old, deploy("x", at(4))], "unclear"],
    ["nothing of a list without the order itself", [rollback("x", at(4))], "unlisted"],
  ])("%s", (_, listed, expected) => {
    expect(rollBackIn(listed, "own", earlier)).toEqual(expected);
  });
});
