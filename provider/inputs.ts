/** What Pulumi's host hands over of a resource: its arguments, and what we store beside them. */
export type Inputs = Record<string, unknown>;

/** What is stored beside the arguments: who we are, what not to show, and the words for a reviewer. */
const internal = new Set(["__provider", "__urn", "__secrets", "rollout"]);

/** The arguments alone. */
export function argumentsOf(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !internal.has(key)));
}

/** The resource that they are of; empty for what no program has declared. */
export function urnOf(inputs: Inputs): string {
  return typeof inputs["__urn"] === "string" ? inputs["__urn"] : "";
}
