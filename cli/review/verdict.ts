import type { Reversible } from "./consequence.js";
import { grouped } from "./grouped.js";
import type { Change, Judgement } from "./judge.js";

/** The one line that a reviewer in a hurry reads. */
export function verdictOf({ changes, errors, notJudged }: Judgement): string {
  if (errors.length > 0) {
    return changes.length === 0
      ? "The preview failed: what an update would do is not known"
      : `The preview failed. As far as it got: ${tally(changes)}`;
  }
  // "Nothing irreversible" must not be read as said of these.
  const rest =
    notJudged === 0
      ? ""
      : `; not judged: ${notJudged} other ${notJudged === 1 ? "resource" : "resources"} to replace or delete`;
  if (changes.length === 0) return `No release, API, image sync or change order changes${rest}`;
  return `${tally(changes)}; ${risk(changes)}${rest}`;
}

/** Of all of it: nobody knows what is lost with what is not judged. */
export function riskOf({ changes, notJudged }: Judgement): Reversible {
  const worst = changes[0]?.reversible ?? "yes";
  return notJudged > 0 && worst !== "no" ? "notKnown" : worst;
}

/** How many of what, and what happens to them. */
export function tally(changes: readonly Change[]): string {
  const groups = grouped(changes, ({ kind, one }) => `${kind.name} ${one}`);
  const words = [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return "";
    const { kind, one, many } = first;
    return group.length === 1 ? `1 ${kind.noun[0]} ${one}` : `${group.length} ${kind.noun[1]} ${many}`;
  });
  return words.join(", ");
}

function risk(changes: readonly Change[]): string {
  const count = (reversible: Change["reversible"]): number =>
    changes.filter((change) => change.reversible === reversible).length;
  const [no, notKnown] = [count("no"), count("notKnown")];
  const words = [
    no === 0 ? "nothing irreversible" : `${no} cannot be undone`,
    ...(notKnown === 0 ? [] : [`for ${notKnown} it is not known`]),
  ];
  return no === 0 && notKnown > 0 ? `whether ${notKnown} can be undone is not known` : words.join(", ");
}

const operationWords: Readonly<Record<string, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  read: "to read",
  import: "to import",
};

/** What else changes in the stack, and what does not. */
export function restOf({ others, unchanged }: Judgement): string {
  const foreign = Object.entries(others).map(([op, count]) => `${count} ${operationWords[op] ?? op}`);
  return [
    ...(foreign.length === 0 ? [] : [`Other resources: ${foreign.join(", ")}.`]),
    ...(unchanged === 0 ? [] : [`Unchanged: ${unchanged}.`]),
  ].join(" ");
}
