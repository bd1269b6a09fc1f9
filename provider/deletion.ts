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
  const makesRoom = deletion.step === "replace" && isInTheWay(kind, props, deletion.successor);
  let way =
    deletion.step === "replace" ? deletion.successor?.onDelete : (props["onDelete"] as string | undefined);
  // What stands where the new one shall stand has to go; "retain" speaks of a destroy.
  if (makesRoom && way === "retain") way = undefined;
  if (props["adopted"] === true && way === undefined && !makesRoom) {
    return {
      step: "leave",
      warning: `${id} was there before it was declared, and onDelete is not set: left as it is`,
    };
  }
  way ??= kind.defaults.onDelete;
  return way === "retain" ? { step: "leave" } : { step: "delete", way };
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
