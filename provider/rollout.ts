// What a reviewer reads: what is going on while a thing is declared, and what becomes of it.
import { argumentsOf, type Inputs } from "./inputs.js";
import { hasUnknown } from "./compare.js";
import { wayOfReplacement } from "./deletion.js";
import { changedInputs, unfinishedOf, type Difference } from "./diff.js";
import type { CommonGiven, Kind, Rollout } from "./kind.js";
import type { Successor } from "./run.js";
import { maskedText, secretNames } from "./secrets.js";

/** The two clauses that are stored, with secret values hidden and long ones shortened. */
export function rolloutOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
): Rollout {
  const given = shortened({ ...kind.defaults, ...argumentsOf(inputs) }) as Given;
  const { whileDeclared, destroy } = kind.rollout(given);
  // A value that was shortened is masked by its shortened form.
  const secrets = shortened(inputs) as Inputs;
  return { whileDeclared: maskedText(whileDeclared, secrets), destroy: maskedText(destroy, secrets) };
}

const longestValue = 200;

function shortened(value: unknown): unknown {
  if (typeof value === "string")
    return value.length <= longestValue ? value : `${value.slice(0, longestValue - 1)}…`;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]));
}

/** What a run says of a thing that it is about to create. */
export function lineOfCreate<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
): string {
  const unknown = unknownsIn(inputs);
  if (unknown.length > 0) return `Starts; what exactly ${depending(unknown)}.`;
  return `From now on: ${rolloutOf(kind, inputs).whileDeclared}.`;
}

/** What a run says of a thing that it is about to change; nothing where nothing changes. */
export function lineOfChange<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  { changes, replaces = [] }: Difference,
  successor: Successor | undefined,
): string | undefined {
  if (changes === false) return undefined;
  const changed = changedInputs(kind, olds, news);
  const unknown = unknownsIn(news);
  if (replaces.length > 0) {
    const certain = replaces.filter((key) => !unknown.includes(key));
    if (certain.length === 0)
      return `May be replaced: ${listed(replaces)} ${isOrAre(replaces)} not known yet.`;
    return `Replaced because ${reasonFor(certain)}. ${lineOfReplacement(kind, olds, news, successor)}`;
  }
  const unfinished = unfinishedOf(olds);
  if (unfinished !== undefined)
    return maskedText(`Goes on with what is not done: ${unfinished.reason}.`, news);
  if (unknown.length > 0) return undefined;
  const now = rolloutOf(kind, news);
  // What an import did not bring is taken from the program without a call.
  if (changed.some((key) => (kind.actOn as readonly string[]).includes(key) && olds[key] !== undefined))
    return `From now on: ${now.whileDeclared}.`;
  const before = rolloutOf(kind, { ...argumentsOf(olds), __secrets: news["__secrets"] });
  if (now.destroy !== before.destroy) return `Nothing moves. From now on, a destroy ${now.destroy}.`;
  return changed.length === 0 ? undefined : `Nothing moves: only ${changing(changed)}.`;
}

/** First the old thing goes, if it does, in the way that is declared now; then the new one comes. */
export function lineOfReplacement<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  successor: Successor | undefined,
): string {
  const unknown = unknownsIn(news);
  const next =
    unknown.length > 0 ? `what exactly ${depending(unknown)}` : rolloutOf(kind, news).whileDeclared;
  if (olds["outcome"] === "endedElsewhere") return `From now on: ${next}.`;
  const onDelete = wayOfReplacement(kind, olds, successor);
  if (onDelete === undefined || onDelete === "retain")
    return `What is there stays as it is. From now on: ${next}.`;
  const before = { ...argumentsOf(olds), onDelete, __secrets: [...secretNames(olds), ...secretNames(news)] };
  return `First this ${rolloutOf(kind, before).destroy}. Then: ${next}.`;
}

function unknownsIn(inputs: Inputs): string[] {
  return Object.entries(argumentsOf(inputs))
    .filter(([, value]) => hasUnknown(value))
    .map(([key]) => key);
}

/** Two of the reasons are no inputs. */
function reasonFor(replaces: readonly string[]): string {
  if (replaces.includes("unfinished")) return "it ended badly";
  return replaces.includes("outcome") ? "it was ended elsewhere" : changing(replaces);
}

function changing(names: readonly string[]): string {
  return `${listed(names)} ${names.length === 1 ? "changes" : "change"}`;
}

function depending(unknown: readonly string[]): string {
  return `depends on ${listed(unknown)}, which ${isOrAre(unknown)} not known yet`;
}

function isOrAre(names: readonly string[]): string {
  return names.length === 1 ? "is" : "are";
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
