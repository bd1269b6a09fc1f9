import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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

const patience = (seconds = 3600, signal = new AbortController().signal) => ({
  signal,
  deadline: Date.now() + seconds * 1000,
  onWait: (milliseconds: number) => waits.push(milliseconds),
});

/** A request that tells when it was sent, and is answered when the test says so. */
function request() {
  let answer = (): void => undefined;
  const sentAt: number[] = [];
  const send = (): Promise<void> => {
    sentAt.push(Date.now() - started);
    return new Promise((resolve) => (answer = resolve));
  };
  return { send, sentAt, answer: () => answer() };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("at once", () => {
  test("no more than allowed, and the rest in the order in which they came", async () => {
    const throttle = new Throttle(2);
    const sent: number[] = [];
    const answers: (() => void)[] = [];
    let most = 0;
    let running = 0;
    const all = Array.from({ length: 6 }, (_, index) =>
      throttle.run(async () => {
        sent.push(index);
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => answers.push(resolve));
        running -= 1;
      }, patience()),
    );
    await settle();
    expect(sent).toEqual([0, 1]);
    for (let index = 0; index < 6; index += 1) {
      answers[index]?.();
      await settle();
    }
    await Promise.all(all);
    expect(sent).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test("a request that fails gives its place back", async () => {
    const throttle = new Throttle(1);
    const fail = throttle.run(async () => Promise.reject(new Error("lost")), patience());
    const next = throttle.run(async () => "sent", patience());
    await expect(fail).rejects.toThrow("lost");
    expect(await next).toBe("sent");
  });

  test("who gives up in the queue leaves it, and nobody behind loses a place", async () => {
    const throttle = new Throttle(1);
    const first = request();
    const running = throttle.run(first.send, patience());
    const interruption = new AbortController();
    const leaving = throttle.run(async () => "never", patience(60, interruption.signal));
    const next = throttle.run(async () => "sent", patience());
    interruption.abort(new Error("interrupted"));
    await expect(leaving).rejects.toThrow("interrupted");
    first.answer();
    await running;
    expect(await next).toBe("sent");
    expect(await throttle.run(async () => "again", patience())).toBe("again");
  });

  test("whoever is interrupted already does not begin", async () => {
    const { send, sentAt } = request();
    await expect(
      new Throttle(1).run(send, patience(60, AbortSignal.abort(new Error("stop")))),
    ).rejects.toThrow("stop");
    expect(sentAt).toEqual([]);
  });
});

/** Sends `count` requests at once that are answered at once; when each of them was sent. */
async function times(throttle: Throttle, count: number): Promise<number[]> {
  const sentAt: number[] = [];
  const all = Array.from({ length: count }, () =>
    throttle.run(async () => void sentAt.push(Date.now() - started), patience()),
  );
  await vi.runAllTimersAsync();
  await Promise.all(all);
  return sentAt;
}

describe("refused", () => {
  test("everyone waits as long as was told, and is told so", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 4);
    throttle.refused(7000, undefined);
    const [first] = await times(throttle, 1);
    expect(first).toBe(7000);
    expect(waits).toEqual([7000]);
  });

  test("then they start at half the pace of the last second", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    throttle.refused(1000, undefined);
    expect(await times(throttle, 4)).toEqual([1000, 1250, 1500, 1750]);
  });

  test("one refusal of many that were under way halves once", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    for (let index = 0; index < 8; index += 1) throttle.refused(1000, undefined);
    expect(await times(throttle, 3)).toEqual([1000, 1250, 1500]);
  });

  test("the longest of several waits holds", async () => {
    const throttle = new Throttle(16);
    throttle.refused(5000, undefined);
    throttle.refused(9000, undefined);
    throttle.refused(1000, undefined);
    expect(await times(throttle, 1)).toEqual([9000]);
  });

  test("again after the pause: half of the half", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    throttle.refused(1000, undefined);
    await times(throttle, 1);
    throttle.refused(0, undefined);
    const [first = 0, second = 0] = await times(throttle, 2);
    expect(second - first).toBeGreaterThanOrEqual(500);
  });

  test("a told rate holds where it is slower", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    throttle.refused(1000, 0.5);
    expect(await times(throttle, 3)).toEqual([1000, 3000, 5000]);
  });

  test("a told rate that is faster than half the pace does not", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    throttle.refused(1000, 100);
    expect(await times(throttle, 3)).toEqual([1000, 1250, 1500]);
  });

  test("never slower than one in five seconds by itself", async () => {
    const throttle = new Throttle(16);
    for (let index = 0; index < 20; index += 1) {
      throttle.refused(0, undefined);
      await vi.advanceTimersByTimeAsync(1);
    }
    started = Date.now();
    expect(await times(throttle, 3)).toEqual([0, 5000, 10_000]);
  });

  test("the pace grows with what is served", async () => {
    const throttle = new Throttle(16);
    await times(throttle, 8);
    throttle.refused(1000, undefined);
    for (let index = 0; index < 20; index += 1) throttle.served();
    const [first = 0, second = 0] = await times(throttle, 2);
    expect(second - first).toBeLessThan(125);
    expect(second - first).toBeGreaterThan(50);
  });

  test("nothing slows down who was never refused", async () => {
    const throttle = new Throttle(16);
    throttle.served();
    expect(await times(throttle, 30)).toEqual(Array.from({ length: 30 }, () => 0));
    expect(waits).toEqual([]);
  });
});

describe("patience", () => {
  test("a pause beyond the deadline fails at once", async () => {
    const throttle = new Throttle(1);
    throttle.refused(61_000, undefined);
    await expect(throttle.run(async () => "never", patience(60))).rejects.toThrow(
      "the cloud asks to wait 61 s, longer than the time that is left",
    );
    expect(Date.now()).toBe(started);
    throttle.refused(0, undefined);
    const later = throttle.run(async () => "sent", patience(120));
    await vi.runAllTimersAsync();
    expect(await later).toBe("sent");
  });

  test("an interruption ends the pause, and gives the place back", async () => {
    const throttle = new Throttle(1);
    throttle.refused(30_000, undefined);
    const interruption = new AbortController();
    const waiting = throttle.run(async () => "never", patience(60, interruption.signal));
    const failed = waiting.catch((error: unknown) => error);
    const next = throttle.run(async () => Date.now() - started, patience());
    await vi.advanceTimersByTimeAsync(1000);
    interruption.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    await vi.runAllTimersAsync();
    expect(await next).toBe(30_000);
  });
});
