import { encode } from "./canonical.js";

/** The names of the arguments that hold secrets, as the program told them in `__secrets`. */
export function secretNames(inputs: Readonly<Record<string, unknown>>): string[] {
  const names = inputs["__secrets"];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/** By this key the engine tells its wrappers of secrets, and by its value those of secrets from others. */
const wrapperKey = "4dabf18193072939515e22adb298388d";

/** A value that the engine encrypts where it stores it: its own wrapper, which it takes from a provider too. */
export function secret(value: unknown): object {
  return { [wrapperKey]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** Whether it is such a wrapper, whatever holds the secret in it. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, wrapperKey);
}

/** The text without any value of a secret argument. */
export function maskedText(text: string, inputs: Readonly<Record<string, unknown>>): string {
  let masked = text;
  // The longest first: a short one may be a part of it, and would leave the rest to be read.
  const values = secretNames(inputs)
    .flatMap((name) => leaves(inputs[name]))
    .flatMap(formsOf)
    .toSorted((left, right) => right.length - left.length);
  for (const value of values) masked = masked.replaceAll(value, "[secret]");
  return masked;
}

/** As it is, and as a cloud that repeats it may have written it. */
function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encode(value)];
}

/** Every text or number inside a value that is long enough to give something away. */
function leaves(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return text.length < 3 ? [] : [text];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}
