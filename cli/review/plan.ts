// The resources of a plan, one by one, and how they hang together.
import type { Reviewed } from "./consequence.js";
import { grouped } from "./grouped.js";
import { kindOf } from "./kinds/index.js";
import type { State, Step } from "./preview.js";
import { isSamePlace } from "./removal.js";

export interface Planned extends Step {
  /** A replacement is "replace", whichever of its steps it is. */
  readonly op: string;
  readonly name: string;
  readonly type: string;
  readonly kind: Reviewed | undefined;
}

/** A URN is urn:pulumi:stack::project::parent$type::name. */
export function partsOf(
  urn: string,
): Record<"stack" | "project", string | undefined> & { type: string; name: string } {
  const [stack, project, types = "", ...name] = urn.split("::");
  return {
    stack: stack?.replace(/^urn:pulumi:/, "") || undefined,
    project: project || undefined,
    type: types.split("$").at(-1) ?? "",
    name: name.join("::"),
  };
}

/** A replacement is told as one step or as three, and what an earlier one left behind has a step of its own. */
export function plannedIn(steps: readonly Step[]): Planned[] {
  const planned: Planned[] = [];
  for (const [urn, all] of grouped(steps, (step) => step.urn)) {
    const { type, name } = partsOf(urn);
    const common = { type, name, kind: kindOf(type) };
    const find = (...ops: string[]): Step | undefined => all.find(({ op }) => ops.includes(op));
    const replace = find("replace", "create-replacement", "import-replacement");
    const own = replace ?? find("update", "create", "import", "read", "same");
    const gone = replace === undefined ? find("delete", "delete-replaced") : undefined;
    if (own !== undefined)
      planned.push({ ...own, ...common, op: replace === undefined ? own.op : "replace" });
    // What is declared in its place says how it goes.
    if (gone !== undefined) planned.push({ ...gone, ...common, op: "delete", after: own?.after });
  }
  return planned;
}

export interface Plan {
  /** The one that declares the same thing, where this one is deleted. */
  readonly twinOf: (kind: Reviewed, urn: string, gone: State) => Planned | undefined;
  /** The one that is deleted, where this one declares the same thing. */
  readonly goneOf: (kind: Reviewed, urn: string, declared: State) => Planned | undefined;
  readonly isDeleted: (urn: string) => boolean;
}

export function planOf(planned: readonly Planned[]): Plan {
  const [gone, kept] = [true, false].map((isGone) =>
    planned.filter(({ op }) => (op === "delete") === isGone),
  );
  const keyOf = (state: "before" | "after") => (one: Planned) =>
    one.kind && one[state] ? `${one.kind.name} ${one.kind.naturalKey(one[state])}` : "";
  const find = (those: readonly Planned[] | undefined, state: "before" | "after"): Plan["twinOf"] => {
    const byKey = grouped(those ?? [], keyOf(state));
    return (kind, urn, sought) =>
      byKey
        .get(`${kind.name} ${kind.naturalKey(sought)}`)
        ?.find((one) => one.urn !== urn && one[state] !== undefined && isSamePlace(kind, sought, one[state]));
  };
  const deleted = new Set((gone ?? []).map(({ urn }) => urn));
  return { twinOf: find(kept, "after"), goneOf: find(gone, "before"), isDeleted: (urn) => deleted.has(urn) };
}
