// One list answers many: whoever asks joins the next list, never one that has begun – a read that confirms a write
// must start after it. Each list waits a little for company before it begins, for a small part of the time that lists
// take: that costs less than to wait for the end of one that is under way, and leaves fewer lists.
import { setTimeout as sleep } from "node:timers/promises";

interface Shared {
  latest: { readonly startedAt: number; readonly running: Promise<unknown> } | undefined;
  /** The one that begins next, as soon as it has waited for company. */
  next: Promise<unknown> | undefined;
}

const partOfARead = 0.15;
const longestMilliseconds = 500;

const reads = new Map<string, Shared>();
/** How long a read took last, of whatever key; at first an assumption. */
let lastMilliseconds = 100;

/** When the result of a read that began before is as good as a new one. */
export interface Reuse<T> {
  /** No longer ago than this. */
  readonly seconds: number;
  /** Only where it shows that. @default whatever it shows */
  readonly where?: (result: T) => boolean;
}

/** Reads, together with everyone who asks for the same `key`; or takes the result of a read that began before. */
export async function sharedRead<T>(key: string, read: () => Promise<T>, reuse?: Reuse<T>): Promise<T> {
  const entry = reads.get(key) ?? { latest: undefined, next: undefined };
  reads.set(key, entry);
  const { latest } = entry;
  if (latest !== undefined && reuse !== undefined && Date.now() - latest.startedAt < reuse.seconds * 1000) {
    const result = await orOwn(latest.running, read);
    if (reuse.where?.(result) ?? true) return result;
  }
  const { next } = entry;
  if (next !== undefined) return orOwn(next, read);
  const own = company().then(() => start(entry, read));
  entry.next = own;
  return own;
}

function company(): Promise<void> {
  return sleep(Math.min(longestMilliseconds, lastMilliseconds * partOfARead));
}

function start<T>(entry: Shared, read: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  entry.next = undefined;
  const running = read();
  const latest = { startedAt, running };
  entry.latest = latest;
  running.then(
    () => (lastMilliseconds = Date.now() - startedAt),
    // What failed is nothing to reuse.
    () => entry.latest === latest && (entry.latest = undefined),
  );
  return running;
}

/** Another one's read failed for reasons of its own, perhaps: then we read ourselves. */
async function orOwn<T>(shared: Promise<unknown>, read: () => Promise<T>): Promise<T> {
  try {
    return (await shared) as T;
  } catch {
    return read();
  }
}
