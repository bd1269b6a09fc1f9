// Absence and lost replies: both are settled by looking again, never by assuming.
import { setTimeout as sleep } from "node:timers/promises";
import { CloudError, wordsOf } from "./errors.js";
import type { Context } from "./kind.js";
import { backoff } from "./retry.js";

const secondLookMilliseconds = 700;
const growth = 1.5;

/** Looks; where nothing is seen, looks afresh after a short wait, and only then believes it. */
export async function lookTwice<T>(
  look: (fresh: boolean) => Promise<T | undefined>,
  context: Context,
): Promise<T | undefined> {
  const first = await look(false);
  if (first !== undefined) return first;
  const second = await later(secondLookMilliseconds, () => look(true), context);
  if (second === undefined) await context.confirmOwned();
  return second;
}

/** Looks until something is seen, so many times at most, less and less often. */
export async function lookOften<T>(
  looks: number,
  look: () => Promise<T | undefined>,
  context: Pick<Context, "signal">,
): Promise<T | undefined> {
  let found = await look();
  let pause = secondLookMilliseconds;
  for (let done = 1; found === undefined && done < looks; done += 1) {
    found = await later(pause, look, context);
    pause *= growth;
  }
  return found;
}

/** What was just made may be seen a little later. */
async function later<T>(
  milliseconds: number,
  look: () => Promise<T | undefined>,
  context: Pick<Context, "signal">,
): Promise<T | undefined> {
  await sleep(milliseconds, undefined, { signal: context.signal });
  return look();
}

/** The reply's own answer, or nothing where the cloud says that the thing is not there. */
export async function absent<T>(
  promise: Promise<T>,
  isAbsence: (error: CloudError) => boolean,
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof CloudError && isAbsence(error)) return undefined;
    throw error;
  }
}

interface Write<T> {
  readonly write: () => Promise<T>;
  /** Finds what the write was to bring about; nothing where it cannot be seen. */
  readonly look: () => Promise<T | undefined>;
  /** The id that the thing has if it was made, where that is known beforehand. */
  readonly id?: string;
  /** How many looks have to see nothing before that is believed: more where what is made shows late. @default 2 */
  readonly looks?: number;
}

/**
 * Sends a write. When nobody can tell whether it was carried out, `look` decides: what it finds is the result,
 * and only when it finds nothing is the write sent again. From then on the thing counts as made, whatever is answered:
 * what refuses a second one may be that the first has arrived.
 */
export async function writeThenLook<T>(
  context: Context,
  { write, look, id, looks = 2 }: Write<T>,
): Promise<T> {
  let uncertain = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      uncertain ||= error.uncertain;
      if (!uncertain) throw error;
      if (id !== undefined) context.accepted(id, {});
      context.log.info(`${error.message}. Looking before trying again`);
      const found = await lookAfter(error, look, looks, context);
      if (found !== undefined) return found;
      const wait = Math.max(error.waitMilliseconds ?? 0, backoff(attempt, Math.random()));
      const isLast = attempt >= context.limits.maxAttempts || Date.now() + wait > context.deadline;
      if (!error.uncertain || isLast) throw error;
      await sleep(wait, undefined, { signal: context.signal });
    }
  }
}

/** Where even looking is impossible, the write is what failed, and why it stays open is told beside. */
async function lookAfter<T>(
  failed: CloudError,
  look: () => Promise<T | undefined>,
  looks: number,
  context: Context,
): Promise<T | undefined> {
  try {
    return await lookOften(looks, look, context);
  } catch (error) {
    throw new Error(`${failed.message}. Looking for it failed: ${wordsOf(error)}`, { cause: error });
  }
}
