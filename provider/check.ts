import type * as z from "./zod.js";
import { hasUnknown, unknownValue } from "./compare.js";
import { shape, type Sources } from "./config.js";
import { argumentsOf, urnOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind } from "./kind.js";
import { placeOf } from "./place.js";
import { rolloutOf } from "./rollout.js";
import { recallDeclared, rememberDeclared, type Declared } from "./run.js";
import { maskedText, secret, secretNames } from "./secrets.js";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Inputs;
  readonly failures: CheckFailure[];
  /** What is not wrong, but may not be meant. */
  readonly warnings: readonly string[];
}

/** Validates the arguments, and fills in what the run knows: place, name, and the sentence for the preview. */
export function check<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  sources: Sources,
): Checked {
  // An import brings nothing but our text; what a program declares has a URN.
  const isImport = [olds, news].every((given) => Object.keys(given).join() === "__provider");
  if (isImport) return { inputs: news, failures: [], warnings: [] };
  const urn = urnOf(news);
  const { place, warnings } = placeOf(kind.cloud, olds, news, recallDeclared(urn), sources);
  const inputs: Inputs = { ...news, ...place };
  const name = nameOf(kind, olds, news, urn);
  if (name !== undefined) inputs["name"] = name.value;
  // What stays as it was, because it is not given any more, stays as secret as it was.
  const secretBefore = [...secretNames(olds), ...(recallDeclared(urn)?.secrets ?? [])];
  const kept = [...new Set(secretBefore)].filter(
    (key) => news[key] === undefined && inputs[key] !== undefined,
  );
  if (kept.length > 0) inputs["__secrets"] = [...secretNames(news), ...kept];
  const secrets = secretNames(inputs);
  const failures = [...failuresOf(kind, inputs, name?.origin), ...secretIdFailures(kind, inputs)].map(
    // The engine prints the value of the property that is named, even of a secret one.
    (failure) => (secrets.includes(failure.property) ? unnamed(failure) : failure),
  );
  const given = argumentsOf(inputs);
  // Without one where something is wrong: in an update the engine says of the marker that it is wrong, and no more.
  if (failures.length === 0) inputs["rollout"] = hasUnknown(given) ? unknownValue : rolloutOf(kind, inputs);
  // What is wrong has no key: it may be of any shape, and is never made.
  const naturalKey = failures.length > 0 || hasUnknown(given) ? undefined : kind.naturalKey(given as Given);
  rememberDeclared(urn, { ...declaredOf(given), naturalKey, secrets }, Object.keys(olds).length === 0);
  for (const key of kept) inputs[key] = secret(inputs[key]);
  return { inputs: withoutUndefined(inputs), failures, warnings };
}

function unnamed({ property, reason }: CheckFailure): CheckFailure {
  return { property: "", reason: `${property}: ${reason}` };
}

/** A name that was not given stays what it was, and else is the resource's own. */
function nameOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  olds: Inputs,
  news: Inputs,
  urn: string,
): { value: unknown; origin: string | undefined } | undefined {
  if (!(kind.computed as readonly string[]).includes("name")) return undefined;
  if (news["name"] !== undefined) return { value: news["name"], origin: undefined };
  const before = olds["name"] ?? recallDeclared(urn)?.name;
  if (before !== undefined) return { value: before, origin: "what it was before" };
  return { value: urn.split("::").slice(3).join("::"), origin: "the resource's name in the program" };
}

function failuresOf<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
  nameOrigin: string | undefined,
): CheckFailure[] {
  const result = kind.inputs.safeParse(argumentsOf(inputs));
  if (result.success) return [];
  return result.error.issues
    .flatMap((issue) => flatten(issue))
    .filter((issue) => issue.code === "unrecognized_keys" || !isUnknownAt(inputs, issue.path))
    .map((issue) => {
      const value = valueAt(inputs, issue.path);
      const from =
        issue.path[0] === "name" && nameOrigin !== undefined ? ` (it is ${nameOrigin}; set name)` : "";
      return {
        property: propertyPath(issue.path),
        reason: maskedText(reasonOf(issue, value), inputs) + from,
      };
    });
}

type Issue = Pick<z.$ZodIssue, "path" | "message" | "code">;

/** Of what is not there, zod's words say less than ours; a rule of our own says itself what is missing. */
function reasonOf({ message, code }: Issue, value: unknown): string {
  if (value !== undefined) return `${message}, found ${shape(value)}`;
  return code === "custom" ? message : "must be given";
}

/** One failure for each unknown key, at its own path. */
function flatten(issue: z.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: "is not an input of this resource",
    code: issue.code,
  }));
}

/** What is not known yet cannot be wrong yet (unlike its name); the same marker stands for whole objects and lists. */
function isUnknownAt(inputs: Inputs, path: readonly PropertyKey[]): boolean {
  return (
    path.some((_, index) => valueAt(inputs, path.slice(0, index + 1)) === unknownValue) ||
    hasUnknown(valueAt(inputs, path))
  );
}

function valueAt(inputs: unknown, path: readonly PropertyKey[]): unknown {
  let value = inputs;
  for (const key of path) {
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined;
  }
  return value;
}

function propertyPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) =>
      typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${key === "" ? '""' : String(key)}`,
    )
    .join("");
}

function secretIdFailures<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  inputs: Inputs,
): CheckFailure[] {
  const secrets = secretNames(inputs);
  return kind.idInputs
    .filter((name) => secrets.includes(name))
    .map((property) => ({
      property,
      reason: "becomes part of the resource's id, which is shown in plain: it cannot be a secret",
    }));
}

function declaredOf(given: Inputs): Omit<Declared, "secrets" | "naturalKey"> {
  const known = (value: unknown): string | undefined =>
    typeof value === "string" && value !== unknownValue ? value : undefined;
  return {
    region: known(given["region"]),
    projectId: known(given["projectId"]),
    name: known(given["name"]),
    onDelete: known(given["onDelete"]),
  };
}

function withoutUndefined(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
