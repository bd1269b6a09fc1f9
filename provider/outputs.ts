// What is stored of a resource, in Pulumi's terms: inputs, and outputs.
import { sameAsDeclared } from "./compare.js";
import { inputNames, unfinishedOf } from "./diff.js";
import { argumentsOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind, Place, Seen } from "./kind.js";
import { rolloutOf } from "./rollout.js";

/** What is stored of a resource: its arguments, where it lives, what the cloud says of it. */
export function outputsOf(inputs: Inputs, place: Place, state: Inputs): Inputs {
  const { __urn, __secrets, __provider } = inputs;
  const outputs = { ...argumentsOf(inputs), ...place, ...state, __urn, __secrets, __provider };
  // Plain JSON: Pulumi's host refuses undefined, and turns dates and maps into nothing.
  return JSON.parse(JSON.stringify(outputs)) as Inputs;
}

/** The outputs that are no inputs, or were worked out when the thing was made. */
export function stateOf<Given extends CommonGiven, State>(kind: Kind<Given, State>, outputs: Inputs): Inputs {
  const names = new Set([...inputNames(kind), "unfinished"]);
  for (const computed of kind.computed) names.delete(computed);
  return Object.fromEntries(Object.entries(argumentsOf(outputs)).filter(([key]) => !names.has(key)));
}

/** What is known now; the id of the request that made the thing stays, for no read shows it. */
export function merged(before: Inputs, now: object): Inputs {
  const requestId = (now as Inputs)["requestId"] ?? before["requestId"];
  return { ...before, ...now, requestId };
}

/** Inputs that were worked out when the thing was made, and that the program does not name. */
export function keptInputs<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  outputs: Inputs,
): Inputs {
  return Object.fromEntries(kind.computed.map((key) => [key, outputs[key]]));
}

/** What is stored after a read: the declared inputs word for word, except where the cloud shows something else. */
export function refreshed<Given extends CommonGiven, State extends object>(
  kind: Kind<Given, State>,
  props: Inputs,
  seen: Seen<Given, State>,
  isBare: boolean,
  place: Place,
): { props: Inputs; inputs: Inputs } {
  const { __urn, __secrets, __provider } = props;
  const names = new Set(inputNames(kind));
  const inputs: Inputs = Object.fromEntries(
    Object.entries(argumentsOf(props)).filter(([key]) => names.has(key)),
  );
  const defaults = kind.defaults as Inputs;
  for (const [key, observed] of Object.entries(seen.declared)) {
    if (observed === undefined) continue;
    const stored = inputs[key] ?? defaults[key];
    if (stored === undefined ? isBare : !sameAsDeclared(stored, observed)) inputs[key] = observed;
  }
  if (isBare) Object.assign(inputs, place);
  const unfinished = unfinishedOf(props);
  const before = { adopted: false, ...stateOf(kind, props) };
  const now = merged(before, seen.state);
  const state = { ...now, unfinished: now["outcome"] === "endedElsewhere" ? undefined : unfinished };
  // What no program has declared yet means nothing yet.
  const rollout = __urn === undefined ? undefined : rolloutOf(kind, { ...inputs, __secrets });
  return {
    props: outputsOf({ ...inputs, __urn, __secrets, __provider }, place, state),
    inputs: JSON.parse(JSON.stringify({ ...inputs, rollout, __urn, __secrets, __provider })) as Inputs,
  };
}
