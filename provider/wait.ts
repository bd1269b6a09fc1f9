import { setTimeout as sleep } from "node:timers/promises";
import { UnfinishedError } from "./errors.js";

/** What a wait needs of the operation that it is part of. */
export interface WaitContext {
  /** Ends the wait at once, with something unfinished. */
  readonly signal: AbortSignal;
  /** When the time is up, in the terms of `Date.now()`. */
  readonly deadline: number;
  readonly log: { progress(text: string): void };
}

export interface Wait<T> {
  /** What is waited for, in words: "release reviews-v2 to become ready". */
  readonly what: string;
  readonly read: () => Promise<T>;
  /** The phase, in the cloud's own word; unknown ones keep waiting. */
  readonly phase: (seen: T) => string;
  readonly done: (seen: T) => boolean;
  /** Throws for what can never become done. */
  readonly check?: (seen: T) => void;
  /** First and longest interval between two reads. */
  readonly everySeconds: readonly [number, number];
}

/**
 * Reads until what was read is done, less and less often while the phase stays the same. Always bounded: by the operation's deadline and by its signal, and then
 * fails as unfinished, naming the phase seen last.
 */
export async function waitFor<T>(wait: Wait<T>, context: WaitContext): Promise<T> {
  const started = Date.now();
  const limitSeconds = Math.max(0, Math.round((context.deadline - started) / 1000));
  const [first, ceiling] = wait.everySeconds;
  let interval = first;
  let phase: string | undefined;
  const read = async (): Promise<T> => {
    try {
      return await wait.read();
    } catch (error) {
      throw context.signal.aborted ? interrupted(wait, phase) : error;
    }
  };
  for (;;) {
    const seen = await read();
    if (wait.done(seen)) return seen;
    wait.check?.(seen);
    // Things that move are looked at more often than those that do not.
    interval = wait.phase(seen) === phase ? Math.min(ceiling, interval * 1.5) : first;
    phase = wait.phase(seen);
    const elapsed = Math.round((Date.now() - started) / 1000);
    const told = `waiting for ${wait.what}: phase ${phase}, ${elapsed} s of ${limitSeconds} s`;
    const remaining = context.deadline - Date.now();
    if (context.signal.aborted) throw interrupted(wait, phase);
    if (remaining <= 0) {
      throw new UnfinishedError(
        "waiting",
        `gave up waiting for ${wait.what} after ${elapsed} s; the phase seen last is ${phase}`,
      );
    }
    context.log.progress(told);
    const pause = Math.min(remaining, interval * 1000 * (0.8 + 0.4 * Math.random()));
    await sleep(pause, undefined, { signal: context.signal }).catch(() => {
      throw interrupted(wait, phase);
    });
  }
}

function interrupted<T>({ what }: Wait<T>, phase = "not known"): UnfinishedError {
  return new UnfinishedError(
    "waiting",
    `interrupted while waiting for ${what}; the phase seen last is ${phase}`,
  );
}
