import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Verdict } from "../../provider/gate.js";
import { Throttle } from "../../provider/throttle.js";
import { startFakeClock, stopFakeClock } from "./fake-clock.js";

let started: number;
let waits: number[];

beforeEach(() => {
  startFakeClock();
  started = Date.now();
  waits = [];
});
afterEach(() => stopFakeClock());

const elapsed = (): number => Date.now() - started;

const patience = (seconds = 3600, signal = new AbortController().signal) => ({
  signal,
  deadline: Date.now() + seconds * 1000,
  onWait: (milliseconds: number) => waits.push(milliseconds),
});

/** No luck: every wait that nobody told is as long as it may be. */
const throttleFor = (maxConcurrent: number): Throttle => new Throttle(maxConcurrent, () => 1);

const refusal = (waitMilliseconds?: number, rate?: number): Verdict => ({ waitMilliseconds, rate });

/** A request that is answered at once. */
function ask(throttle: Throttle, verdict: Verdict = "served", given = patience()): Promise<number> {
  return throttle.run(
    async () => elapsed(),
    () => verdict,
    given,
  );
}

/** A request that is answered when the test says so. */
function hold(throttle: Throttle, given = patience()) {
  const sentAt: number[] = [];
  let answer: (verdict: Verdict) => void = () => undefined;
  const send = (): Promise<Verdict> => {
    sentAt.push(elapsed());
    return new Promise((resolve) => (answer = resolve));
  };
  const done = throttle.run(send, (verdict) => verdict, given);
  return { sentAt, done, answer: (verdict: Verdict) => answer(verdict) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

/** When each of so many requests is sent that come at once and are answered at once. */
async function times(throttle: Throttle, count: number): Promise<number[]> {
  const all = Array.from({ length: count }, () => ask(throttle));
  await vi.runAllTimersAsync();
  return Promise.all(all);
}

describe("at once", () => {
  test("no more than allowed, and the rest in the order in which they came", async () => {
    const throttle = throttleFor(2);
    const all = Array.from({ length: 6 }, () => hold(throttle));
    await settle();
    const sent = (): number[] => all.flatMap(({ sentAt }, index) => (sentAt.length > 0 ? [index] : []));
    for (const [index, { answer }] of all.entries()) {
      expect(sent()).toEqual([0, 1, 2, 3, 4, 5].slice(0, index + 2));
      answer("served");
      await settle();
    }
  });

  test("a request that fails gives its place back", async () => {
    const throttle = throttleFor(1);
    const fail = throttle.run(
      async () => Promise.reject(new Error("lost")),
      () => "served",
      patience(),
    );
    const next = ask(throttle);
    await expect(fail).rejects.toThrow("lost");
    expect(await next).toBe(0);
  });

  test("who gives up in the queue leaves it, and nobody behind loses a place", async () => {
    const throttle = throttleFor(1);
    const first = hold(throttle);
    const interruption = new AbortController();
    const leaving = ask(throttle, "served", patience(60, interruption.signal));
    const next = ask(throttle);
    interruption.abort(new Error("interrupted"));
    await expect(leaving).rejects.toThrow("interrupted");
    first.answer("served");
    await first.done;
    expect(await next).toBe(0);
    expect(await ask(throttle)).toBe(0);
  });

  test("whoever is interrupted already does not begin", async () => {
    const { sentAt, done } = hold(throttleFor(1), patience(60, AbortSignal.abort(new Error("stop"))));
    await expect(done).rejects.toThrow("stop");
    expect(sentAt).toEqual([]);
  });

  test("nothing slows down who was never refused", async () => {
    expect(await times(throttleFor(16), 30)).toEqual(Array.from({ length: 30 }, () => 0));
    expect(waits).toEqual([]);
  });
});

describe("after a refusal", () => {
  test("everyone waits as long as was told, and is told so once", async () => {
    const throttle = throttleFor(16);
    await ask(throttle, refusal(7000));
    expect(await times(throttle, 2)).toEqual([7000, 7500]);
    expect(waits).toEqual([7000, 7000]);
  });

  test("waits that nobody told grow with the refusals in a row, until one is served", async () => {
    const throttle = throttleFor(16);
    const sent: number[] = [];
    const next = async (verdict: Verdict): Promise<void> => {
      const [at] = await Promise.all([ask(throttle, verdict), vi.runAllTimersAsync()]);
      sent.push(at);
    };
    for (let count = 0; count < 8; count += 1) await next(refusal());
    expect(sent).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500, 51_500]);
    await next("served");
    const [servedAt = 0] = sent.slice(-1);
    await vi.advanceTimersByTimeAsync(60_000);
    sent.length = 0;
    await next(refusal());
    await next("served");
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBe(500);
    expect(servedAt).toBe(71_500);
  });

  test("one goes ahead, and only when it is served the others follow", async () => {
    const throttle = throttleFor(16);
    await ask(throttle, refusal(1000));
    const all = Array.from({ length: 4 }, () => hold(throttle));
    const sent = (): number[] => all.map(({ sentAt }) => sentAt.length);
    await vi.advanceTimersByTimeAsync(9000);
    expect(sent()).toEqual([1, 0, 0, 0]);
    all[0]?.answer("served");
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent()).toEqual([1, 1, 1, 1]);
    expect(waits).toEqual([5000, 5000, 5000]);
  });

  test("one that is refused lets everyone wait on", async () => {
    const throttle = throttleFor(16);
    await ask(throttle, refusal(1000));
    const [first, second] = [hold(throttle), hold(throttle)];
    await vi.advanceTimersByTimeAsync(1000);
    first.answer(refusal(3000));
    await vi.advanceTimersByTimeAsync(2999);
    expect(second.sentAt).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(second.sentAt).toEqual([4000]);
  });

  test.each<[string, (held: ReturnType<typeof hold>) => void]>([
    ["fails", ({ answer }) => answer("failed")],
    ["throws", ({ answer }) => answer(Promise.reject(new Error("lost")) as never)],
  ])("one that %s gives way to the next", async (_, end) => {
    const throttle = throttleFor(16);
    await ask(throttle, refusal(1000));
    const [first, second, third] = [hold(throttle), hold(throttle), hold(throttle)];
    first.done.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    end(first);
    await settle();
    expect([second.sentAt, third.sentAt]).toEqual([[1000], []]);
    second.answer("served");
    await vi.advanceTimersByTimeAsync(1000);
    expect(third.sentAt).toHaveLength(1);
  });

  test("what was under way before says nothing of what the host bears now", async () => {
    const throttle = throttleFor(16);
    const [early, late] = [hold(throttle), hold(throttle)];
    await ask(throttle, refusal(1000));
    const [probe, next] = [hold(throttle), hold(throttle)];
    early.answer("served");
    await vi.advanceTimersByTimeAsync(1000);
    late.answer("served");
    await settle();
    expect([probe.sentAt, next.sentAt]).toEqual([[1000], []]);
  });

  test("the refusals of one moment are one; the longest wait holds", async () => {
    const throttle = throttleFor(16);
    const all = [5000, 9000, 1000, undefined].map((wait) => ({ wait, held: hold(throttle) }));
    await settle();
    for (const { wait, held } of all) held.answer(refusal(wait));
    await settle();
    expect(throttle.pauseMilliseconds()).toBe(9000);
    await Promise.all([ask(throttle, refusal()), vi.runAllTimersAsync()]);
    expect(throttle.pauseMilliseconds()).toBe(1000);
  });
});

describe("the pace", () => {
  const gaps = (sent: number[]): number[] => sent.slice(1).map((at, index) => at - (sent[index] ?? 0));

  test("then is half of what was sent in the busiest second, whatever was sent before", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 1);
    await vi.advanceTimersByTimeAsync(8000);
    await times(throttle, 7);
    await ask(throttle, refusal(1000));
    for (const gap of gaps(await times(throttle, 4))) {
      expect(gap).toBeGreaterThan(220);
      expect(gap).toBeLessThanOrEqual(250);
    }
  });

  test("is not lowered by those who go ahead", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 7);
    for (let count = 0; count < 5; count += 1)
      await Promise.all([ask(throttle, refusal(1000)), vi.runAllTimersAsync()]);
    expect(gaps(await times(throttle, 2))[0]).toBe(250);
  });

  test("is halved again by a refusal of those who follow", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 7);
    await ask(throttle, refusal(1000));
    await times(throttle, 3);
    await Promise.all([ask(throttle, refusal(1000)), vi.runAllTimersAsync()]);
    const [gap = 0] = gaps(await times(throttle, 2));
    expect(gap).toBeGreaterThan(400);
    expect(gap).toBeLessThanOrEqual(500);
  });

  test("doubles in eight seconds, and after half a minute nothing slows down any more", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 15);
    await ask(throttle, refusal(1000));
    await times(throttle, 1);
    await vi.advanceTimersByTimeAsync(8000);
    const [, second = 0] = gaps(await times(throttle, 3));
    expect(second).toBeGreaterThan(55);
    expect(second).toBeLessThanOrEqual(63);
    await vi.advanceTimersByTimeAsync(24_000);
    expect(gaps(await times(throttle, 16))).toEqual(Array.from({ length: 15 }, () => 0));
  });

  test("does not grow while everyone waits", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 7);
    await ask(throttle, refusal(60_000));
    expect(gaps(await times(throttle, 2))[0]).toBe(250);
  });

  test("is never faster than the host has told", async () => {
    const throttle = throttleFor(16);
    await times(throttle, 7);
    await ask(throttle, refusal(1000, 0.5));
    expect(gaps(await times(throttle, 3))).toEqual([2000, 2000]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(gaps(await times(throttle, 3))).toEqual([2000, 2000]);
  });

  test("of a quiet host stays: one refusal costs those that follow nothing but its wait", async () => {
    const throttle = throttleFor(16);
    const delays: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      const asked = elapsed();
      const [at] = await Promise.all([
        ask(throttle, count % 10 === 5 ? refusal(300) : "served"),
        vi.advanceTimersByTimeAsync(1000),
      ]);
      delays.push(at - asked);
    }
    expect(delays).toEqual(Array.from({ length: 30 }, () => 0));
  });
});

describe("patience", () => {
  test("a pause beyond the deadline fails at once", async () => {
    const throttle = throttleFor(1);
    await ask(throttle, refusal(61_000));
    await expect(ask(throttle, "served", patience(60))).rejects.toThrow(
      "the cloud asks to wait 61 s, longer than the time that is left",
    );
    expect(elapsed()).toBe(0);
    const later = ask(throttle, "served", patience(120));
    await vi.runAllTimersAsync();
    expect(await later).toBe(61_000);
  });

  test("whoever waits behind one that is never answered fails by the deadline", async () => {
    const throttle = throttleFor(1);
    hold(throttle);
    const failed = ask(throttle, "served", patience(60)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(62_000);
    expect(await failed).toMatchObject({ message: "the time for this operation is up" });
  });

  test("an interruption ends the pause, and the next one goes ahead", async () => {
    const throttle = throttleFor(1);
    await ask(throttle, refusal(30_000));
    const interruption = new AbortController();
    const failed = ask(throttle, "served", patience(60, interruption.signal)).catch(
      (error: unknown) => error,
    );
    const next = ask(throttle);
    await vi.advanceTimersByTimeAsync(1000);
    interruption.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    await vi.runAllTimersAsync();
    expect(await next).toBe(30_000);
  });
});

describe("whatever the host answers", () => {
  interface Planned {
    readonly answers: readonly ("served" | "failed" | "refused" | "told")[];
    readonly comesAfter: number;
    readonly takes: number;
    readonly seconds: number;
    readonly interruptedAfter: number | undefined;
  }

  const planned: fc.Arbitrary<Planned> = fc.record({
    answers: fc.array(fc.constantFrom("served", "failed", "refused", "told"), { maxLength: 6 }),
    comesAfter: fc.nat(20_000),
    takes: fc.nat(4000),
    seconds: fc.integer({ min: 1, max: 90 }),
    interruptedAfter: fc.option(fc.nat(30_000), { nil: undefined, freq: 6 }),
  });
  const verdicts = {
    served: "served",
    failed: "failed",
    refused: refusal(),
    told: refusal(3000, 3),
  } as const;
  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** Nobody gives up who could still be sent. */
  const isDue = ({ name, message }: Error, { signal, deadline }: ReturnType<typeof patience>): boolean => {
    if (name === "AbortError") return signal.aborted;
    const [, seconds] = /^the cloud asks to wait (\d+) s/.exec(message) ?? [];
    const isUp = message === "the time for this operation is up" && Date.now() > deadline;
    return isUp || Date.now() + Number(seconds) * 1000 + 500 >= deadline;
  };

  test("every request is served, or ends by its deadline; never too many at once, nobody left behind", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(planned, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      async (maxConcurrent, plans, luck) => {
        const throttle = new Throttle(maxConcurrent, () => Number(luck.next().value));
        let [running, most] = [0, 0];
        const carryOut = async (plan: Planned): Promise<boolean> => {
          await sleep(plan.comesAfter);
          const interruption = new AbortController();
          const { interruptedAfter } = plan;
          if (interruptedAfter !== undefined) setTimeout(() => interruption.abort(), interruptedAfter);
          const given = patience(plan.seconds, interruption.signal);
          const send = async (answer: Planned["answers"][number]): Promise<Verdict> => {
            most = Math.max(most, (running += 1));
            await sleep(plan.takes);
            running -= 1;
            return verdicts[answer];
          };
          let failed: Error | undefined;
          for (const answer of [...plan.answers, "served" as const]) {
            if (failed !== undefined) break;
            const done = throttle.run(
              () => send(answer),
              (verdict) => verdict,
              given,
            );
            failed = await done.then(
              () => undefined,
              (error: Error) => error,
            );
          }
          const isInTime = Date.now() <= given.deadline + 1001 + plan.takes;
          return isInTime && (failed === undefined || isDue(failed, given));
        };
        const all = plans.map(carryOut);
        const ended = vi.fn<() => void>();
        for (const one of all) void one.then(ended);
        await vi.advanceTimersByTimeAsync(150_000);
        expect(ended).toHaveBeenCalledTimes(plans.length);
        expect(await Promise.all(all)).not.toContain(false);
        expect(most).toBeLessThanOrEqual(maxConcurrent);
        expect(vi.getTimerCount()).toBe(0);
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });
});
