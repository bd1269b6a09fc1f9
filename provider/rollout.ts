// What a reviewer reads: what is going on while a thing is declared, and what becomes of it.
import { argumentsOf, type Inputs } from "./inputs.js";
import { hasUnknown } from "./compare.js";
import { wayOf, wayOfReplacement } from "./deletion.js";
import { changedInputs, unfinishedOf, type Difference, type Unfinished } from "./diff.js";
import type { CommonGiven, Kind, Rollout } from "./kind.js";
import type { Successor } from "./run.js";
import { maskedText, secretNames } from "./secrets.js";

/** The two clauses that are stored, with secret values hidden and long ones shortened. */
export function rolloutOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
): Rollout {
  const given = hidden(
    shortened({ ...kind.defaults, ...argumentsOf(inputs) }) as Inputs,
    secretNames(inputs),
  );
  const { whileDeclared, destroy } = kind.rollout(given as Given);
  // Another argument may hold the same value; one that was shortened is masked by its shortened form.
  const secrets = shortened(inputs) as Inputs;
  // A choice that is not known yet leads to no words.
  const masked = (clause: string | undefined): string => maskedText(clause ?? "", secrets);
  return { whileDeclared: masked(whileDeclared), destroy: masked(destroy) };
}

/** These choose between words of ours, and are not shown. */
const choices = new Set(["onDelete", "desiredState"]);

/** However short they are. */
function hidden(given: Inputs, names: readonly string[]): Inputs {
  const isHidden = (key: string): boolean => names.includes(key) && !choices.has(key);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, isHidden(key) ? withoutTexts(value) : value]),
  );
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === "string") return "[secret]";
  // A list is counted and not shown.
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutTexts(one)]));
}

const longestValue = 200;

function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    if (value.length <= longestValue) return value;
    // Half of a character is none.
    return `${value.slice(0, longestValue - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]));
}

/** What a run says of a thing that it is about to create. */
export function lineOfCreate<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
): string {
  const unknown = unsettledIn(inputs);
  if (unknown.length > 0) return `What starts ${depending(unknown)}.`;
  return `From now on: ${whileDeclaredOf(kind, inputs)}.`;
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
  if (replaces.length > 0) {
    const certain = replaces.filter((key) => !hasUnknown(news[key]));
    if (certain.length === 0)
      return `May be replaced: ${listed(replaces)} ${isOrAre(replaces)} not known yet.`;
    return `Replaced because ${reasonFor(certain)}. ${lineOfReplacement(kind, olds, news, successor)}`;
  }
  // What an import did not bring is taken from the program without a call.
  const acts = changed.some(
    (key) => (kind.actOn as readonly string[]).includes(key) && olds[key] !== undefined,
  );
  const unfinished = unfinishedOf(olds);
  const moves = [
    ...(unfinished === undefined ? [] : [lineOfUnfinished(unfinished, news)]),
    ...(acts ? [nextOf(kind, news, "From now on")] : []),
    ...(acts || unfinished === undefined ? [] : [nextOf(kind, news, "Taken up again")]),
  ];
  const destroy = lineOfDestroy(kind, olds, news);
  if (moves.length > 0) return [...moves, ...(destroy === undefined ? [] : [destroy])].join(" ");
  if (destroy !== undefined) return `Nothing moves. ${destroy}`;
  return changed.length === 0 ? undefined : `Nothing moves: only ${changing(changed)}.`;
}

/** First the old thing goes, if it does, in the way that is declared now; then the new one comes. */
export function lineOfReplacement<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  successor: Successor | undefined,
): string {
  if (hasUnknown(news["onDelete"]))
    return `How this goes ${depending(["onDelete"])}. ${nextOf(kind, news, "Then")}`;
  return lineOfExchange(kind, olds, news, wayOfReplacement(kind, olds, successor));
}

/** What depends on a thing that is replaced goes before the program has declared it again, as the last update stored it. */
export function lineOfRecreation<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
): string {
  const onDelete = wayOf(kind, olds, olds["onDelete"] as string | undefined);
  return `Replaced with what it depends on. ${lineOfExchange(kind, olds, news, onDelete)}`;
}

function lineOfExchange<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  onDelete: string | undefined,
): string {
  if (olds["outcome"] === "endedElsewhere") return nextOf(kind, news, "From now on");
  if (onDelete === undefined || onDelete === "retain")
    return `What is there stays as it is. ${nextOf(kind, news, "From now on")}`;
  const before = { ...argumentsOf(olds), onDelete, __secrets: [...secretNames(olds), ...secretNames(news)] };
  return `First this ${rolloutOf(kind, before).destroy}. ${nextOf(kind, news, "Then")}`;
}

function lineOfUnfinished({ kind, reason }: Unfinished, news: Inputs): string {
  return maskedText(`${kind === "failed" ? "It failed" : "Not done yet"}: ${reason}.`, news);
}

function nextOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  news: Inputs,
  when: "From now on" | "Taken up again" | "Then",
): string {
  const unknown = unsettledIn(news);
  if (unknown.length > 0) return `What goes on then ${depending(unknown)}.`;
  return `${when}: ${whileDeclaredOf(kind, news)}.`;
}

/** Nothing where a destroy does the same as before. */
function lineOfDestroy<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
): string | undefined {
  if (hasUnknown(news["onDelete"])) return `What a destroy does ${depending(["onDelete"])}.`;
  const before = rolloutOf(kind, { ...argumentsOf(olds), __secrets: news["__secrets"] });
  const now = rolloutOf(kind, news);
  return now.destroy === before.destroy ? undefined : `From now on, a destroy ${now.destroy}.`;
}

function whileDeclaredOf<Given extends CommonGiven, State>(kind: Kind<Given, State>, inputs: Inputs): string {
  const { onDelete, ...others } = inputs;
  return rolloutOf(kind, hasUnknown(onDelete) ? others : inputs).whileDeclared;
}

/** Of these nothing is seen in what goes on. */
const settings = new Set(["onDelete", "adopt", "ifFailed", "timeoutSeconds"]);

/** The inputs on which it depends what goes on, and that are not known yet. */
function unsettledIn(inputs: Inputs): string[] {
  return Object.entries(argumentsOf(inputs))
    .filter(([key, value]) => !settings.has(key) && hasUnknown(value))
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
