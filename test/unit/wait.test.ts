import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { interrupted } from "../../provider/host.js";
import { UnfinishedError } from "../../provider/errors.js";
import { waitFor, type Wait } from "../../provider/wait.js";
import { startFakeClock, stopFakeClock } from "./fake-clock.js";

let told: string[];
let reads: number[];
let started: number;

beforeEach(() => {
  startFakeClock();
  told = [];
  reads = [];
  started = Date.now();
});
afterEach(() => stopFakeClock());

const context = (limitSeconds: number, signal = new AbortController().signal) => ({
  signal,
  deadline: Date.now() + limitSeconds * 1000,
  log: { progress: (text: string) => told.push(text) },
});

/** A thing whose phase is given by the seconds that have passed. */
function thing(phaseAt: (seconds: number) => string, more: Partial<Wait<string>> = {}): Wait<string> {
  return {
    what: "the thing to be done",
    read: async () => {
      reads.push(Date.now() - started);
      return phaseAt((Date.now() - started) / 1000);
    },
    phase: (seen) => seen,
    done: (seen) => seen === "done",
    everySeconds: [2, 15],
    ...more,
  };
}

/** Runs out the clock; the outcome of the wait, or what it was rejected with. */
async function outcome<T>(waiting: Promise<T>): Promise<T | Error> {
  const settled = waiting.catch((error: unknown) => error as Error);
  await vi.runAllTimersAsync();
  return settled;
}

test("what is done already is read once", async () => {
  expect(
    await outcome(
      waitFor(
        thing(() => "done"),
        context(60),
      ),
    ),
  ).toBe("done");
  expect(reads).toEqual([0]);
  expect(told).toEqual([]);
});

test("progress tells phase, time gone and limit", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  await outcome(
    waitFor(
      thing((seconds) => (seconds < 4 ? "starting" : "done")),
      context(60),
    ),
  );
  expect(told).toEqual([
    "waiting for the thing to be done: phase starting, 0 s of 60 s",
    "waiting for the thing to be done: phase starting, 2 s of 60 s",
  ]);
  expect(reads).toEqual([0, 2000, 5000]);
});

describe("intervals", () => {
  test.each([
    ["smallest", 0, 0.8],
    ["middle", 0.5, 1],
    ["largest", 0.999_999, 1.2],
  ])("%s jitter: grow by half to the ceiling", async (_, random, factor) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    await outcome(
      waitFor(
        thing(() => "starting"),
        context(600),
      ),
    );
    const pauses = reads.slice(1, 9).map((at, index) => at - (reads[index] ?? 0));
    const expected = [2, 3, 4.5, 6.75, 10.125, 15, 15, 15].map((seconds) => seconds * 1000 * factor);
    for (const [index, pause] of pauses.entries()) expect(pause).toBeCloseTo(expected[index] ?? 0, -1);
  });

  test("differ from each other by chance", async () => {
    await outcome(
      waitFor(
        thing(() => "starting", { everySeconds: [10, 10] }),
        context(600),
      ),
    );
    const pauses = reads.slice(1, -1).map((at, index) => at - (reads[index] ?? 0));
    expect(new Set(pauses).size).toBeGreaterThan(pauses.length / 2);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(8000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(12_000);
  });
});

describe("the end of the time", () => {
  test("the last look is at the deadline, and the phase seen last is named", async () => {
    const waiting = waitFor(
      thing((seconds) => (seconds < 29 ? "starting" : "phase-nobody-documents")),
      context(30),
    );
    const error = await outcome(waiting);
    expect(error).toBeInstanceOf(UnfinishedError);
    expect(error).toMatchObject({
      kind: "waiting",
      message:
        "gave up waiting for the thing to be done after 30 s; the phase seen last is phase-nobody-documents",
    });
    expect(reads.at(-1)).toBe(30_000);
  });

  test("what is done by the last look counts", async () => {
    expect(
      await outcome(
        waitFor(
          thing((seconds) => (seconds < 30 ? "starting" : "done")),
          context(30),
        ),
      ),
    ).toBe("done");
  });

  test("a deadline that is past allows one look", async () => {
    expect(
      await outcome(
        waitFor(
          thing(() => "done"),
          context(-1),
        ),
      ),
    ).toBe("done");
    expect(
      await outcome(
        waitFor(
          thing(() => "starting"),
          context(-1),
        ),
      ),
    ).toBeInstanceOf(UnfinishedError);
    expect(reads).toHaveLength(2);
  });
});

describe("interruption", () => {
  test("ends a wait at once, with the phase seen last", async () => {
    const interruption = new AbortController();
    const waiting = waitFor(
      thing(() => "starting"),
      context(60, interruption.signal),
    );
    const settled = waiting.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(500);
    interruption.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(await settled).toMatchObject({
      name: "UnfinishedError",
      kind: "waiting",
      message: "interrupted while waiting for the thing to be done; the phase seen last is starting",
    });
    expect(vi.getTimerCount()).toBe(0);
    expect(reads).toEqual([0]);
  });

  test("before the first pause: the thing is looked at, and then left", async () => {
    expect(
      await outcome(
        waitFor(
          thing(() => "starting"),
          context(60, AbortSignal.abort()),
        ),
      ),
    ).toMatchObject({ message: expect.stringContaining("interrupted") as string });
    expect(reads).toEqual([0]);
    expect(told).toEqual([]);
  });

  test("what is done is done, interrupted or not", async () => {
    expect(
      await outcome(
        waitFor(
          thing(() => "done"),
          context(60, AbortSignal.abort()),
        ),
      ),
    ).toBe("done");
  });
});

describe("what can never become done", () => {
  const check = (seen: string): void => {
    if (seen === "broken") throw new UnfinishedError("failed", "it broke");
  };

  test("ends the wait with the error of the check", async () => {
    const broken = thing((seconds) => (seconds < 5 ? "starting" : "broken"), { check });
    expect(await outcome(waitFor(broken, context(60)))).toMatchObject({
      kind: "failed",
      message: "it broke",
    });
  });

  test("is not asked of what is done", async () => {
    const done = (): boolean => true;
    expect(
      await outcome(
        waitFor(
          thing(() => "broken", { check, done }),
          context(60),
        ),
      ),
    ).toBe("broken");
  });
});

test("a read that fails ends the wait with its own error", async () => {
  const read = async (): Promise<string> => {
    throw new Error("403");
  };
  expect(
    await outcome(
      waitFor(
        thing(() => "", { read }),
        context(60),
      ),
    ),
  ).toMatchObject({ message: "403" });
});

test("any number of resources may wait for the same interruption, without a warning by Node.js", async () => {
  stopFakeClock();
  const warnings: string[] = [];
  const hear = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", hear);
  const waits = Array.from({ length: 20 }, async () => {
    const limit = { ...context(0.05, interrupted), deadline: Date.now() + 50 };
    await expect(
      waitFor(
        thing(() => "working"),
        limit,
      ),
    ).rejects.toThrow("gave up");
  });
  await Promise.all(waits);
  // Warnings are told in the order of their causes.
  const lastOne = once(process, "warning");
  process.emitWarning("the last one");
  await lastOne;
  process.off("warning", hear);
  expect(warnings).toEqual(["the last one"]);
});
