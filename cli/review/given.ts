// The inputs of a previewed resource, as far as they may be shown. Nothing about their shape is taken for granted.
import { hasUnknown } from "../../provider/compare.js";
import { isSecret, secretNames } from "../../provider/secrets.js";
import { quoted, type Phrase } from "./phrase.js";
import type { State } from "./preview.js";

export type Given = Pick<State, "inputs" | "outputs">;

const hidden = "[secret]";
const notKnown: Phrase = ["(not known yet)"];

/** What stands for an input of this name: the value, or words where it is secret, not known yet or not given. */
export function shown({ inputs }: Given, name: string): Phrase {
  return secretNames(inputs).includes(name) ? quoted(hidden) : shownValue(inputs[name]);
}

export function shownValue(value: unknown): Phrase {
  if (hasUnknown(value)) return notKnown;
  if (value === undefined || value === null) return ["(not given)"];
  if (typeof value === "string") return quoted(value);
  if (isSecret(value)) return quoted(hidden);
  return quoted(JSON.stringify(value, (_, part: unknown) => (isSecret(part) ? hidden : part)));
}

/** An input that says which of several ways is meant: one of them, nothing, or "unknown" where none can be told. */
export function choice<Way extends string>(
  { inputs }: Given,
  name: string,
  ways: readonly Way[],
): Way | "unknown" | undefined {
  const value = inputs[name];
  if (value === undefined || value === null) return undefined;
  return ways.find((way) => way === value) ?? "unknown";
}

/** Whether a switch is on; "unknown" where that cannot be told. */
export function isOn({ inputs }: Given, name: string): boolean | "unknown" {
  const value = inputs[name] ?? false;
  return typeof value === "boolean" ? value : "unknown";
}

export function isUnknown({ inputs }: Given, name: string): boolean {
  return hasUnknown(inputs[name]);
}

export function isGiven({ inputs }: Given, name: string): boolean {
  return inputs[name] !== undefined && inputs[name] !== null;
}

/** The objects in an input, which is one or a list of them; none where it is secret, not known yet or something else. */
export function objectsIn({ inputs }: Given, name: string): Record<string, unknown>[] {
  return secretNames(inputs).includes(name) ? [] : elements([inputs[name]].flat());
}

export function elements(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((element) => typeof element === "object" && element !== null)
    : [];
}
