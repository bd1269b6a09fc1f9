import { appendFileSync } from "node:fs";

/** One attempt at a request. Neither headers nor bodies are in it, and so no key. */
export interface TraceLine {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>> | undefined;
  readonly attempt: number;
  readonly status?: number;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** What became of a request without an answer. */
  readonly outcome?: string;
  /** How long the cloud asked to wait. */
  readonly waitMilliseconds?: number | undefined;
}

/** Adds a line of JSON to the file of `grayscale:trace`, if it can be written. */
export function writeTrace(file: string, line: TraceLine): void {
  try {
    appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`, { mode: 0o600 });
  } catch {
    // A trace that cannot be written must not cost what the cloud has just accepted.
  }
}
