/** The marker that Pulumi puts in place of every value that is not known yet, whole objects included. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything in it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** Equality of JSON values: the order of keys does not matter, and an absent key equals an undefined one. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((value, index) => equal(value, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    equal(own(left, key), own(right, key)),
  );
}

/**
 * Whether what a cloud shows is what was declared. Only declared keys count, for clouds add defaults; lists of
 * named things are matched by name, for clouds reorder them; what the cloud does not show is taken as equal.
 */
export function sameAsDeclared(declared: unknown, observed: unknown): boolean {
  if (observed === undefined || observed === null || declared === undefined || declared === null) return true;
  if (Array.isArray(declared)) {
    if (!Array.isArray(observed) || declared.length !== observed.length) return false;
    const names = areNamed(declared) && areNamed(observed);
    return declared.every((value, index) =>
      sameAsDeclared(
        value,
        names ? (observed.find(({ name }) => name === value.name) ?? false) : observed[index],
      ),
    );
  }
  if (isObject(declared)) {
    return (
      isObject(observed) &&
      Object.keys(declared).every((key) => sameAsDeclared(own(declared, key), own(observed, key)))
    );
  }
  return declared === observed || isSameScalar(declared, observed);
}

/** The names of the declared fields that the cloud shows with another value. */
export function differences(
  declared: Readonly<Record<string, unknown>>,
  observed: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(declared).filter((key) => !sameAsDeclared(declared[key], own(observed, key)));
}

/** Named, each by a name of its own. */
function areNamed(values: readonly unknown[]): values is { name: string }[] {
  const names = values.map((value) => (isObject(value) ? own(value, "name") : undefined));
  return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
}

/** Labels may be named like what every object inherits ("constructor"). */
function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Kubernetes writes numbers as text and text as numbers in some fields, and quantities in their shortest form:
 * "1000m" comes back as "1", "1024Mi" as "1Gi".
 */
function isSameScalar(declared: unknown, observed: unknown): boolean {
  const isScalar = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
  if (!isScalar(declared) || !isScalar(observed)) return false;
  const [left, right] = [String(declared), String(observed)];
  if (left === right) return true;
  // Without a unit on either side, "1.0" and "1" are words that differ, such as versions.
  if (!quantity.test(left) || !quantity.test(right) || !/[a-zA-Z]/.test(left + right)) return false;
  return amountOf(left) === amountOf(right);
}

const quantity = /^([+-]?\d+(?:\.\d+)?)(m|k|[MGTPE]|[KMGTPE]i)?$/;
const units = ["k", "M", "G", "T", "P", "E"];

function amountOf(text: string): number {
  const [, number, unit = ""] = quantity.exec(text) ?? [];
  if (unit === "m") return Number(number) / 1000;
  const power = units.indexOf(unit.replace("K", "k").charAt(0)) + 1;
  return Number(number) * (unit.endsWith("i") ? 1024 : 1000) ** (unit === "" ? 0 : power);
}
