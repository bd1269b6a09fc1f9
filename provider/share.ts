// One list answers many: whoever asks while a list is under way shares the next one, never the one that began
// before – a read that confirms a write must start after it.

interface Shared {
  startedAt: number;
  running: Promise<unknown>;
  next: Promise<unknown> | undefined;
}

const reads = new Map<string, Shared>();

/** Reads, together with everyone who asks for the same `key`; takes a result that began `reuseSeconds` ago. */
export async function sharedRead<T>(key: string, read: () => Promise<T>, reuseSeconds = 0): Promise<T> {
  const entry = reads.get(key);
  if (entry === undefined) return start(key, read);
  if (Date.now() - entry.startedAt < reuseSeconds * 1000) return orOwn(entry.running, read);
  if (entry.next !== undefined) return orOwn(entry.next, read);
  const next = settled(entry.running).then(() => start(key, read));
  entry.next = next;
  return next;
}

function start<T>(key: string, read: () => Promise<T>): Promise<T> {
  const running = read();
  const entry: Shared = { startedAt: Date.now(), running, next: undefined };
  reads.set(key, entry);
  // What failed is nothing to reuse.
  running.catch(() => reads.get(key) === entry && reads.delete(key));
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

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}
