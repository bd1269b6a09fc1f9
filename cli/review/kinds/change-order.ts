import { changeOrder } from "../../../provider/alicloud/change-order.js";
import { nextMove, stageOf, statusWord } from "../../../provider/alicloud/settle.js";
import { unfinishedOf } from "../../../provider/diff.js";
import { secretNames } from "../../../provider/secrets.js";
import type { Consequence, Move, Reviewed } from "../consequence.js";
import { choice, isGiven, isOn, shown, type Given } from "../given.js";
import { say, type Phrase } from "../phrase.js";

const ends = ["completed", "aborted", "rolledBack"] as const;

export const order: Reviewed = {
  name: changeOrder.name,
  noun: ["change order", "change orders"],
  replaced: ["is exchanged for another", "are exchanged for others"],
  left: "left as it is",
  ways: ["abort"],
  usualWay: "retain",

  naturalKey: ({ inputs }) => JSON.stringify([inputs["changeOrderId"] ?? inputs["appId"]]),

  what: (given) =>
    isGiven(given, "changeOrderId") || !isGiven(given, "appId")
      ? say`change order ${shown(given, "changeOrderId")}`
      : say`the active change order of ${shown(given, "appId")}`,

  where: (given) => (isGiven(given, "appId") ? say`EDAS application ${shown(given, "appId")}` : say`EDAS`),

  standing: (given) =>
    isOn(given, "confirmBatches") === true && given.inputs["desiredState"] === "completed"
      ? say`${shown(given, "desiredState")}, batches are released`
      : shown(given, "desiredState"),

  create: (given) => toEnd(given),

  remove: (given) => ({
    ...toEnd({ ...given, inputs: { ...given.inputs, desiredState: "aborted" } }),
    destroy: say`aborted, if it still runs`,
    to: say`aborted, if it still runs`,
  }),

  over: ({ outputs }) => {
    if (hasEnded(outputs)) return say`it has ended already`;
    const isRolledBack =
      outputs["rollbackOrderId"] !== undefined || outputs["uncertainRollback"] !== undefined;
    return isRolledBack ? say`it is being rolled back` : undefined;
  },

  act(before, after) {
    const wished = before.outputs["desiredState"] ?? before.inputs["desiredState"];
    // What an import did not bring is taken from the program.
    if (wished === undefined) return undefined;
    // Of a secret nobody can say that it stays the same.
    const isKnown = !secretNames(after.inputs).includes("desiredState");
    return isKnown && wished === after.inputs["desiredState"] ? undefined : towards(before, after);
  },

  again: towards,
};

function towards(before: Given, after: Given): Consequence {
  return (hasEnded(before.outputs) ? afterEnd(before, after) : undefined) ?? toEnd(after);
}

/** What is wanted of an order, whose status no preview asks for. */
function toEnd(given: Given): Consequence {
  const desired = choice(given, "desiredState", ends) ?? "unknown";
  const common = { to: order.standing(given), moves: [move(given, labels[desired])] };
  switch (desired) {
    case "completed":
      return { ...common, ...toCompletion(isOn(given, "confirmBatches")) };
    case "aborted":
      return {
        ...common,
        one: "is aborted",
        many: "are aborted",
        reversible: "no",
        why: say`an aborted order cannot be resumed; instances already updated stay so`,
      };
    case "rolledBack":
      return {
        ...common,
        one: "is rolled back",
        many: "are rolled back",
        reversible: "no",
        why: say`an order that is rolled back cannot be resumed`,
      };
    case "unknown":
      return {
        ...common,
        one: "is brought to an end that is not known yet",
        many: "are brought to an end that is not known yet",
        reversible: "notKnown",
        why: say`desiredState is not known yet`,
      };
  }
}

const labels = {
  completed: "runs to its end",
  aborted: "is aborted",
  rolledBack: "is rolled back",
  unknown: "not known yet",
};

function toCompletion(
  confirms: ReturnType<typeof isOn>,
): Pick<Consequence, "one" | "many" | "reversible" | "why"> {
  if (confirms === false) {
    return {
      one: "is waited for",
      many: "are waited for",
      reversible: "yes",
      why: say`nothing is done to it`,
    };
  }
  return {
    one: "is run to its end",
    many: "are run to their end",
    reversible: confirms === true ? "inPart" : "notKnown",
    why: say`released batches go back by a roll back only, while the order runs`,
  };
}

/** An order that has ended cannot be brought to another end – except that a failed one can be rolled back. */
function afterEnd({ outputs }: Given, after: Given): Consequence | undefined {
  const { statusCode, rollbackOrderId } = outputs;
  const desiredState = choice(after, "desiredState", ends) ?? "unknown";
  if (typeof statusCode !== "number" || rollbackOrderId !== undefined || desiredState === "unknown")
    return undefined;
  const ifFinished = choice(after, "ifFinished", ["accept", "fail"]);
  if (ifFinished === "unknown") return undefined;
  const next = nextMove(statusCode, { desiredState, ifFinished });
  const common = { to: order.standing(after), moves: [], reversible: "yes" } as const;
  const ended: Phrase = say`it has ended already: ${[statusWord(statusCode)]}`;
  if (next.move === "done")
    return { ...common, one: "has ended already", many: "have ended already", why: ended };
  if (next.move !== "fail") return undefined;
  return {
    ...common,
    one: "cannot be changed any more",
    many: "cannot be changed any more",
    why: say`\`up\` will fail: ${[next.why]}`,
  };
}

function hasEnded(outputs: Given["outputs"]): boolean {
  if (outputs["outcome"] !== undefined) return true;
  const { statusCode } = outputs;
  if (typeof statusCode !== "number" || unfinishedOf(outputs)?.kind === "waiting") return false;
  return !["active", "paused"].includes(stageOf(statusCode));
}

function move(given: Given, label: string): Move {
  return {
    place: order.naturalKey(given),
    from: order.what(given),
    to: say`${[label]}`,
    how: label === labels.aborted ? "ends" : "begins",
    label: "",
  };
}
