/** The names of the arguments that hold secrets, as the program told them in `__secrets`. */
export function secretNames(inputs: Readonly<Record<string, unknown>>): string[] {
  const names = inputs["__secrets"];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/** The text without any value of a secret argument. */
export function maskedText(text: string, inputs: Readonly<Record<string, unknown>>): string {
  let masked = text;
  // The longest first: a short one may be a part of it, and would leave the rest to be read.
  const values = secretNames(inputs)
    .flatMap((name) => leaves(inputs[name]))
    .toSorted((left, right) => right.length - left.length);
  for (const value of values) masked = masked.replaceAll(value, "[secret]");
  return masked;
}

/** Every text or number inside a value that is long enough to give something away. */
function leaves(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return text.length < 3 ? [] : [text];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}
