import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { vi } from "vitest";

const real = timers.setTimeout;

/** A clock that only the test moves. Vitest's own leaves `node:timers/promises` on the real one. */
export function startFakeClock(now = "2026-01-02T03:04:05Z"): void {
  vi.useFakeTimers({ now: new Date(now) });
  timers.setTimeout = fakeSleep as typeof timers.setTimeout;
  syncBuiltinESMExports();
}

export function stopFakeClock(): void {
  timers.setTimeout = real;
  syncBuiltinESMExports();
  vi.useRealTimers();
  vi.restoreAllMocks();
}

function fakeSleep<T>(milliseconds: number, value: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(Object.assign(new Error("The operation was aborted"), { name: "AbortError" }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, milliseconds);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
