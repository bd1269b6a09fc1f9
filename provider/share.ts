// One list answers many: whoever asks joins the next list, never one that has begun – a read that confirms a write
// must start after it. Each list waits a little for company before it begins: for the writes that are under way, since
// each of them is followed by a look, and for a small part of the time that lists take.
import { setTimeout as sleep } from "node:timers/promises";

interface Shared {
  latest: { readonly startedAt: number; readonly running: Promise<unknown> } | undefined;
  /** The one that begins next, as soon as it has waited for company. */
  next: Promise<unknown> | undefined;
  /** Whatever comes of them; each is confirmed by a look. */
  readonly writes: Set<Promise<unknown>>;
}

const partOfARead = 0.15;
const longestMilliseconds = 500;

const shared = new Map<string, Shared>();
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
  const entry = entryOf(key);
  const { latest } = entry;
  if (latest !== undefined && reuse !== undefined && Date.now() - latest.startedAt < reuse.seconds * 1000) {
    const result = await orOwn(latest.running, read);
    if (reuse.where?.(result) ?? true) return result;
  }
  const { next } = entry;
  if (next !== undefined) return orOwn(next, read);
  const own = company(entry).then(() => start(entry, read));
  entry.next = own;
  return own;
}

/** Writes what the reads of `key` show: those that begin meanwhile wait for it, a little. */
export async function sharedWrite<T>(key: string, write: () => Promise<T>): Promise<T> {
  const { writes } = entryOf(key);
  const running = write();
  writes.add(running);
  try {
    return await running;
  } finally {
    writes.delete(running);
  }
}

function entryOf(key: string): Shared {
  const entry = shared.get(key) ?? { latest: undefined, next: undefined, writes: new Set() };
  shared.set(key, entry);
  return entry;
}

async function company({ writes }: Shared): Promise<void> {
  if (writes.size > 0) {
    const enough = sleep(longestMilliseconds, undefined, { ref: false });
    await Promise.race([Promise.allSettled(writes), enough]);
  }
  await sleep(Math.min(longestMilliseconds, lastMilliseconds * partOfARead));
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
async function orOwn<T>(running: Promise<unknown>, read: () => Promise<T>): Promise<T> {
  try {
    return (await running) as T;
  } catch {
    return read();
  }
}
