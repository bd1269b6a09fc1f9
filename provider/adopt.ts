import type { CommonGiven } from "./kind.js";

/**
 * What becomes of a thing that was there before it was created: taken over as it is, or replaced. Refused with
 * the fields that differ, and with the way on, where the program does not allow either.
 */
export function adopting(
  given: CommonGiven,
  what: string,
  differing: readonly string[],
): "adopt" | "replace" {
  const adopt = given.adopt ?? "identical";
  if (adopt === "never") {
    throw new Error(
      `${what} exists already, and adopt is "never": remove it, or set adopt to "identical" or "always"`,
    );
  }
  if (differing.length === 0) return "adopt";
  if (adopt === "always") return "replace";
  throw new Error(
    `${what} exists already and differs from what is declared in ${differing.join(", ")}: declare it as it is, remove it, or set adopt to "always" to replace it. If another stack declares it, one of the two has to go`,
  );
}
