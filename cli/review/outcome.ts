// What comes of one planned operation, whatever the kind of resource.
import { hasUnknown } from "../../provider/compare.js";
import { unfinishedOf } from "../../provider/diff.js";
import { byRisk, type Consequence, type Move, type Removal, type Reviewed } from "./consequence.js";
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

/** What was declared under another name is there already: it is taken over, or stands in the way. */
function begun(kind: Reviewed, after: State, renamed: Planned | undefined): Outcome {
  const before = renamed?.before;
  if (before === undefined) return { ...created(kind, after), from: undefined };
  const from = kind.standing(before, after);
  if (kind.again !== undefined) return { ...kind.again(before, after), from };
  const adopt = choice(after, "adopt", ["identical", "never", "always"]) ?? "identical";
  const [was, to] = [say`it was ${quoted(renamed?.name ?? "")}`, kind.standing(after, before)];
  const isUncertain = adopt === "unknown" || hasUnknown(after.inputs);
  if (!isUncertain && adopt !== "never" && kind.isSame?.(before, after) === true) {
    const taken = { one: "is taken over", many: "are taken over" };
    return { ...taken, from, to, reversible: "yes", why: was, moves: [] };
  }
  // That removal is the create's own: `retainOnDelete` has no say in it.
  if (adopt === "always") return replaced(kind, { ...before, retainOnDelete: false }, after, []);
  return {
    one: isUncertain ? "may be refused" : "is refused",
    many: isUncertain ? "may be refused" : "are refused",
    from,
    to: isUncertain ? to : from,
    reversible: isUncertain ? "notKnown" : "yes",
    why: say`${was}; \`up\` fails if it differs, unless adopt is "always"`,
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
  const planned: Outcome = {
    ...wordsOf(kind, removal, creation),
    from: kind.standing(before, after),
    to: standingAfter(removal, kind.standing(after, before)),
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
    moves: planned.moves.map(maybe),
  };
}

function maybe(move: Move): Move {
  if (move.how === "stays") return move;
  return { ...move, label: move.label === "" ? "if replaced" : `if replaced: ${move.label}` };
}

/** For the verdict: what cannot be undone is said there, whichever of the two it comes of. */
function wordsOf(kind: Reviewed, removal: Removal, creation: Consequence): Pick<Consequence, "one" | "many"> {
  const [one, many] = kind.replaced;
  if (removal.reversible === "no")
    return { one: `${removal.one} and replaced`, many: `${removal.many} and replaced` };
  if (creation.reversible !== "no") return { one, many };
  return { one: `${one} (the new one ${creation.one})`, many: `${many} (the new ones ${creation.many})` };
}

function standingAfter(removal: Removal, standing: Phrase): Phrase {
  if (removal.reversible === "no") return say`${removal.to}, then ${standing}`;
  return removal.leaves ? say`${standing}; of the one before: ${removal.destroy}` : standing;
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
    ...storedOnly(say`only what is stored changes; no call is made`),
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
