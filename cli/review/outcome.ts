// What comes of one planned operation, whatever the kind of resource.
import { unfinishedOf } from "../../provider/diff.js";
import { byRisk, type Consequence, type Reviewed } from "./consequence.js";
import { choice, isGiven, isUnknown, shown } from "./given.js";
import { joined, quoted, say, type Phrase } from "./phrase.js";
import type { Plan, Planned } from "./plan.js";
import type { State } from "./preview.js";
import { isSamePlace, removalOf } from "./removal.js";

export const operations = ["replace", "delete", "create", "update", "import"] as const;
export type Operation = (typeof operations)[number];

export type Outcome = Consequence & {
  /** Nothing where no preview can tell what is there. */
  readonly from: Phrase | undefined;
};

export function outcomeOf(
  kind: Reviewed,
  operation: Operation,
  { urn, before, after, changed, replacedFor }: Planned,
  plan: Plan,
): Outcome | undefined {
  if (operation === "delete" && before !== undefined) {
    const removal = removalOf(kind, before, {
      successor: after,
      stillDeclaredAs: plan.twinOf(kind, urn, before)?.name,
      goesWithAnother: before.deletedWith !== undefined && plan.isDeleted(before.deletedWith),
    });
    return { ...removal, from: kind.standing(before, before) };
  }
  if (after === undefined) return undefined;
  if (operation === "create") return begun(kind, after, plan.goneOf(kind, urn, after));
  if (operation === "replace" && before !== undefined) return replaced(kind, before, after, replacedFor);
  if (operation === "update" && before !== undefined) return updated(kind, before, after, changed);
  return { ...storedOnly(say`it is taken into the state`), from: undefined, to: kind.standing(after) };
}

/** What was declared under another name is there already: it is taken over. */
function begun(kind: Reviewed, after: State, renamed: Planned | undefined): Outcome {
  if (renamed?.before === undefined) return { ...created(kind, after), from: undefined };
  return {
    one: "is taken over",
    many: "are taken over",
    from: kind.standing(renamed.before, after),
    to: kind.standing(after, renamed.before),
    reversible: "yes",
    why: say`it was ${quoted(renamed.name)}; one that differs is refused, unless adopt is "always"`,
    moves: [],
  };
}

function created(kind: Reviewed, after: State): Consequence {
  const asked = choice(after, "onDelete", [...kind.ways, "retain"]) ?? kind.usualWay;
  const creation = kind.create(after, after.retainOnDelete ? "retain" : asked);
  if (asked !== "unknown" || after.retainOnDelete) return creation;
  const unknown = { reversible: "notKnown", why: say`onDelete is not known yet` } as const;
  return { ...creation, ...worse(creation, { ...creation, ...unknown }) };
}

function replaced(kind: Reviewed, before: State, after: State, reasons: readonly string[]): Outcome {
  const removal = removalOf(kind, before, { successor: after });
  const creation = created(kind, after);
  const isLost = removal.reversible === "no";
  const planned: Outcome = {
    one: isLost ? `${removal.one} and replaced` : kind.replaced[0],
    many: isLost ? `${removal.many} and replaced` : kind.replaced[1],
    from: kind.standing(before, after),
    to: isLost ? say`${removal.to}, then ${kind.standing(after, before)}` : kind.standing(after, before),
    ...worse(removal, creation),
    // What stays is what the removal leaves.
    moves: [
      ...removal.moves,
      ...creation.moves.filter(({ how }) => how === "begins" || removal.moves.length === 0),
    ],
  };
  if (before.retainOnDelete && isSamePlace(kind, before, after)) {
    const why = say`retainOnDelete keeps the one before, which stands in the way`;
    return { ...planned, reversible: "notKnown", why };
  }
  const isUncertain = reasons.length > 0 && reasons.every((name) => isUnknown(after, name));
  if (!isUncertain) return planned;
  const names = joined(reasons.slice(0, 3).map(quoted), ", ");
  return {
    ...planned,
    one: "may be replaced",
    many: "may be replaced",
    reversible: "notKnown",
    why: say`it depends on ${names}; if replaced: ${planned.why}`,
  };
}

function worse(one: Consequence, other: Consequence): Pick<Consequence, "reversible" | "why"> {
  const { reversible, why } =
    byRisk.indexOf(one.reversible) <= byRisk.indexOf(other.reversible) ? one : other;
  return { reversible, why };
}

function updated(kind: Reviewed, before: State, after: State, changed: readonly string[]): Outcome {
  const acted = kind.act?.(before, after);
  if (acted !== undefined) return { ...acted, from: kind.standing(before) };
  if (unfinishedOf(before.outputs) !== undefined) {
    const taken = { one: "is taken up again", many: "are taken up again" };
    return { ...created(kind, after), ...taken, from: say`unfinished` };
  }
  const names = [...new Set(changed.map((path) => path.split(/[.[]/)[0] ?? path))].slice(0, 3);
  const settings = (state: State): Phrase =>
    names.length === 0
      ? kind.standing(state)
      : joined(
          names.map((name) => say`${quoted(name)} ${settingOf(kind, state, name)}`),
          ", ",
        );
  return {
    ...storedOnly(say`only what is stored changes; nothing is called`),
    from: settings(before),
    to: settings(after),
  };
}

function storedOnly(why: Phrase): Omit<Consequence, "to"> {
  return {
    one: "changes settings only",
    many: "change settings only",
    reversible: "yes",
    why,
    moves: [],
  };
}

function settingOf(kind: Reviewed, state: State, name: string): Phrase {
  return name === "onDelete" && !isGiven(state, name)
    ? say`${quoted(kind.usualWay)} (default)`
    : shown(state, name);
}
