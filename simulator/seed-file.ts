import { readFileSync } from "node:fs";
import { parseSeed, type Seed } from "./seed.js";

/** Reads what a simulated cloud holds at its start from a JSON file; an error names the file, and what is wrong in it. */
export function readSeed(file: string): Seed {
  try {
    return parseSeed(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
