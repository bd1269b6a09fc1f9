import type { Removal, Reviewed } from "./consequence.js";
import { choice, isGiven } from "./given.js";
import { quoted, say, type Phrase } from "./phrase.js";
import type { State } from "./preview.js";

/** What else is known of a removal. */
export interface Circumstances {
  /** What is declared in its place, where it is replaced. */
  readonly successor?: State | undefined;
  /** The resource that declares the same thing, where it was renamed. */
  readonly stillDeclaredAs?: string | undefined;
  /** Whether the resource that it is deleted with is deleted, too. */
  readonly goesWithAnother?: boolean;
}

/** What a removal does, by the rules of provider/deletion.ts. */
export function removalOf(kind: Reviewed, gone: State, circumstances: Circumstances = {}): Removal {
  const { successor, stillDeclaredAs, goesWithAnother = false } = circumstances;
  if (gone.protect && successor === undefined) {
    const refused = { one: "is protected", many: "are protected", to: say`stays as it is` };
    return { ...leaving(kind, say`this fails: it is protected`), ...refused };
  }
  if (gone.retainOnDelete) return leaving(kind, say`no call is made (retainOnDelete)`);
  if (goesWithAnother) return leaving(kind, say`no call is made: it goes with another resource`);
  const over = kind.over?.(gone);
  if (over !== undefined) return forgetting(over);
  if (stillDeclaredAs !== undefined) {
    const to = say`declared as ${quoted(stillDeclaredAs)}`;
    return { ...leaving(kind, say`no call is made: ${quoted(stillDeclaredAs)} declares the same`), to };
  }
  const makesRoom = successor !== undefined && isSamePlace(kind, gone, successor);
  const asked = choice(successor ?? stored(gone), "onDelete", [...kind.ways, "retain"]);
  // What stands where the new one shall stand has to go; "retain" speaks of a destroy.
  const way = makesRoom && asked === "retain" ? undefined : asked;
  if (way === undefined && gone.outputs["adopted"] === true && !makesRoom)
    return leaving(kind, say`no call is made: it was there before, and onDelete is not given`);
  return removalBy(kind, gone, way ?? kind.usualWay);
}

/** What a later destroy does with what is declared now; `kept` is what an update goes on from. */
export function destroyOf(
  kind: Reviewed,
  declared: State,
  { kept, mayBeThere }: { readonly kept: State | undefined; readonly mayBeThere: boolean },
): Phrase {
  if (declared.protect) return say`refused: it is protected`;
  if (declared.retainOnDelete) return say`${[kind.left]} (retainOnDelete)`;
  const over = kept && kind.over?.({ inputs: declared.inputs, outputs: kept.outputs });
  if (over !== undefined) return forgetting(over).destroy;
  const asked = choice(declared, "onDelete", [...kind.ways, "retain"]);
  const { destroy } = removalBy(kind, declared, asked ?? kind.usualWay);
  if (asked !== undefined || kind.usualWay === "retain") return destroy;
  if (kept?.outputs["adopted"] === true) return say`${[kind.left]}: it was there before`;
  // Whether it is there is asked by the update, not by a preview.
  return mayBeThere ? say`${destroy} (left, if it was there before)` : destroy;
}

/** Whether both mean the one thing of the cloud. */
export function isSamePlace(kind: Reviewed, one: State, other: State): boolean {
  const isSame = (key: string): boolean => {
    const [left, right] = [one, other].map((state) => state.inputs[key] ?? state.outputs[key]);
    return left === undefined || right === undefined || left === right;
  };
  return isSame("region") && isSame("projectId") && kind.naturalKey(one) === kind.naturalKey(other);
}

/** A destroy knows what the last update stored. */
function stored({ inputs, outputs }: State): Pick<State, "inputs" | "outputs"> {
  return { inputs: isGiven({ inputs: outputs, outputs }, "onDelete") ? outputs : inputs, outputs };
}

function removalBy(kind: Reviewed, gone: State, way: string): Removal {
  if (way === "retain") return leaving(kind, say`no call is made (onDelete is "retain")`);
  if (way !== "unknown") return kind.remove(gone, way);
  return {
    one: "is removed in a way that is not known yet",
    many: "are removed in a way that is not known yet",
    destroy: say`not known yet`,
    to: say`not known yet`,
    reversible: "notKnown",
    why: say`onDelete is not known yet`,
    moves: [],
  };
}

function leaving(kind: Reviewed, why: Phrase): Removal {
  return {
    one: "is left as it is",
    many: "are left as they are",
    destroy: [kind.left],
    to: say`${[kind.left]}, unmanaged`,
    reversible: "yes",
    why,
    moves: [],
    leaves: true,
  };
}

/** Nothing is left that a removal could act upon. */
function forgetting(over: Phrase): Removal {
  return {
    one: "leaves the state only",
    many: "leave the state only",
    destroy: say`no call is made: ${over}`,
    to: say`as it is, unmanaged`,
    reversible: "yes",
    why: say`no call is made: ${over}`,
    moves: [],
  };
}
