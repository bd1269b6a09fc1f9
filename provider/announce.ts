// What a run says beside each resource's name before it does it, in previews and updates alike: Pulumi itself shows no
// values there. Of a planned deletion nobody can say anything, for no code of a provider runs.
import type { Difference } from "./diff.js";
import { urnOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind } from "./kind.js";
import { logFor } from "./log.js";
import { lineOfChange, lineOfCreate, lineOfRecreation, lineOfReplacement } from "./rollout.js";
import { recallDeclared, successorOf } from "./run.js";

/** As many of a kind that moves no traffic are told one by one: a stack may hold thousands. */
const toldOneByOne = 5;

interface Compared {
  /** `announced`: its replacement is told already. `dependent`: it goes with what it depends on. */
  readonly as: "kept" | "announced" | "dependent";
  readonly olds: Inputs;
}

/** What was stored of what the program still declares. */
const comparedByUrn = new Map<string, Compared>();
const linesByKind = new Map<string, number>();

/** Called with what is new, and once more with what is about to be replaced. */
export function announceCheck<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  inputs: Inputs,
): void {
  const urn = urnOf(inputs);
  const compared = comparedByUrn.get(urn);
  if (Object.keys(olds).length > 0) comparedByUrn.set(urn, { as: "kept", olds });
  else if (compared === undefined) say(kind, inputs, () => lineOfCreate(kind, inputs));
  else if (compared.as === "dependent")
    say(kind, inputs, () => lineOfRecreation(kind, compared.olds, inputs));
  else if (compared.as === "kept") {
    const how = (): string => lineOfReplacement(kind, compared.olds, inputs, successorOf(urn));
    say(kind, inputs, () => `Replaced, as was asked for. ${how()}`);
  }
}

/**
 * Pulumi compares also what nobody has checked: in a refresh, to show what it found, and where a thing is about to be
 * replaced, to see which of those that depend on it go first.
 */
export function announceChange<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  difference: Difference,
): void {
  if (difference.changes === false) return;
  const urn = urnOf(news);
  const isReplaced = (difference.replaces ?? []).length > 0;
  const isChecked = recallDeclared(urn) !== undefined;
  const replaced = isChecked ? "announced" : "dependent";
  if (isChecked || isReplaced) comparedByUrn.set(urn, { as: isReplaced ? replaced : "kept", olds });
  if (isChecked) say(kind, news, () => lineOfChange(kind, olds, news, difference, successorOf(urn)));
}

function say<Given extends CommonGiven, State>(
  { name, movesTraffic }: Kind<Given, State>,
  inputs: Inputs,
  lineOf: () => string | undefined,
): void {
  const before = linesByKind.get(name) ?? 0;
  // What nobody is told is not worked out.
  if (!movesTraffic && before > toldOneByOne) return;
  const line = lineOf();
  if (line === undefined) return;
  linesByKind.set(name, before + 1);
  // The lines are masked where they are made.
  if (movesTraffic || before < toldOneByOne) logFor(urnOf(inputs), String).info(line);
  else
    logFor("", String).info(
      `More changes of ${name} follow: --diff shows each, and \`pulumi-grayscale review\` sums them up.`,
    );
}
