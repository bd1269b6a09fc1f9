import { sha256 } from "./canonical.js";
import { argumentsOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind } from "./kind.js";
import { deletionOf, type Successor } from "./run.js";

/** Whether a `delete` of Pulumi's deletes anything, and in which way. */
export type Decision =
  | { readonly step: "leave"; readonly warning?: string }
  | { readonly step: "delete"; readonly way: string | undefined };

/**
 * Pulumi does not tell why it deletes. What the program still declares is left alone; what makes room for its
 * successor goes in the way that is declared now; everything else goes as the last update stored it.
 */
export function decideDeletion<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  id: string,
  urn: string,
  props: Inputs,
): Decision {
  const deletion = deletionOf(kind.name, id, urn);
  if (deletion.step === "keep") {
    return { step: "leave", warning: `${id} is declared by ${deletion.urn}: left as it is` };
  }
  const way =
    deletion.step === "replace"
      ? wayOfReplacement(kind, props, deletion.successor)
      : wayOf(kind, props, props["onDelete"] as string | undefined);
  if (way === undefined) {
    return {
      step: "leave",
      warning: `${id} was there before it was declared, and onDelete is not set: left as it is`,
    };
  }
  return way === "retain" ? { step: "leave" } : { step: "delete", way };
}

/**
 * In which way a thing goes that is replaced by what is declared now: what stands where the new one shall stand has to
 * go, and "retain" speaks of a destroy.
 */
export function wayOfReplacement<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  props: Inputs,
  successor: Successor | undefined,
): string | undefined {
  const way = successor?.onDelete;
  if (!isInTheWay(kind, props, successor)) return wayOf(kind, props, way);
  return way === undefined || way === "retain" ? kind.defaults.onDelete : way;
}

/** Nothing where it was adopted, and nobody has said what shall become of it. */
export function wayOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  props: Inputs,
  way: string | undefined,
): string | undefined {
  return way ?? (props["adopted"] === true ? undefined : kind.defaults.onDelete);
}

/** Whether the old thing stands where the new one shall stand: the same key, in the same region and project. */
function isInTheWay<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  props: Inputs,
  successor: Successor | undefined,
): boolean {
  const isSame = (stored: unknown, wanted: string | undefined): boolean =>
    stored === undefined || wanted === undefined || sha256(stored as string) === wanted;
  return (
    isSame(props["region"], successor?.region) &&
    isSame(props["projectId"], successor?.projectId) &&
    isSame(kind.naturalKey(argumentsOf(props) as Given), successor?.naturalKey)
  );
}
