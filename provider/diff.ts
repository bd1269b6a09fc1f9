import { equal, hasUnknown, sameAsDeclared } from "./compare.js";
import { argumentsOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind } from "./kind.js";
import { secretNames } from "./secrets.js";

export interface Difference {
  /** Nothing where the engine shall find out itself, from the inputs: its own diff is the cleanest to read. */
  readonly changes?: boolean;
  readonly replaces?: string[];
  readonly deleteBeforeReplace?: boolean;
}

/** The outputs that say what is not done. */
export interface Unfinished {
  readonly kind: "waiting" | "failed";
  readonly reason: string;
}

export function unfinishedOf(outputs: object): Unfinished | undefined {
  const { unfinished: value } = outputs as { unfinished?: Partial<Unfinished> };
  return value?.kind === undefined ? undefined : { kind: value.kind, reason: value.reason ?? "" };
}

/** Compares what is stored with what is declared now, without asking any cloud. */
export function diff<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
): Difference {
  const changed = changedInputs(kind, olds, news);
  const unfinished = unfinishedOf(olds);
  const replaces: string[] = changed.filter((key) => replacesWhenChanged(kind, key, olds, news));
  if (unfinished?.kind === "failed" && news["ifFailed"] === "replace") replaces.push("unfinished");
  if (olds["outcome"] === "endedElsewhere" && news["ifEndedElsewhere"] === "recreate")
    replaces.push("outcome");
  const answer = replaces.length === 0 ? {} : { replaces, deleteBeforeReplace: true };
  // Even where we see no reason to replace, the user's `replaceOnChanges` may: never two things at once.
  if (changed.length > 0) return { deleteBeforeReplace: true, ...answer };
  const takesOver = isImported(olds) && news["__urn"] !== undefined;
  const isDue = unfinished !== undefined || olds["__provider"] === undefined || takesOver;
  if (replaces.length > 0 || isDue || isNewlySecret(olds, news)) return { changes: true, ...answer };
  return { changes: false };
}

/** Without an update the outputs would go on holding in plain what the program has declared a secret since. */
function isNewlySecret(olds: Inputs, news: Inputs): boolean {
  const before = secretNames(olds);
  return secretNames(news).some((name) => olds[name] !== undefined && !before.includes(name));
}

/** The arguments that mean something else than what is stored, those not known yet among them. */
export function changedInputs<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
): string[] {
  // Whether `onDelete` was written matters by itself: only then is an adopted thing deleted.
  const { onDelete: _onDelete, ...defaults } = kind.defaults as Inputs;
  const declared = argumentsOf(news);
  const inputKeys = new Set([...Object.keys(declared), ...inputNames(kind)]);
  return [...inputKeys].filter((key) => {
    if (declared[key] === undefined && isComputed(kind, key)) return false;
    if (hasUnknown(declared[key])) return true;
    const stored = olds[key] ?? defaults[key];
    const wanted = declared[key] ?? defaults[key];
    if (isImported(olds) && wanted !== undefined && stored !== undefined && sameAsDeclared(wanted, stored))
      return false;
    return !(kind.same?.(key, stored, wanted) ?? equal(stored, wanted));
  });
}

/** Imported, and not declared since: stored are the cloud's own words, with all that it adds to the program's. */
function isImported(olds: Inputs): boolean {
  return olds["__urn"] === undefined;
}

/** Every input that the kind's schema knows. */
export function inputNames<Given extends CommonGiven, State>(kind: Kind<Given, State>): string[] {
  return Object.keys((kind.inputs as unknown as { shape: object }).shape);
}

function isComputed<Given extends CommonGiven, State>(kind: Kind<Given, State>, key: string): boolean {
  return key === "region" || key === "projectId" || (kind.computed as readonly string[]).includes(key);
}

function replacesWhenChanged<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  key: string,
  olds: Inputs,
  news: Inputs,
): boolean {
  if (key === "region" || key === "projectId") return true;
  if (!(kind.replaceOn as readonly string[]).includes(key)) return false;
  return kind.replaces?.(key, olds[key], news[key]) ?? true;
}
