import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sharedRead } from "../../provider/share.js";
import { startFakeClock, stopFakeClock } from "./fake-clock.js";

interface Read {
  answer: (value: string) => Promise<void>;
  fail: (words: string) => Promise<void>;
}

let reads: Read[];
let key: string;
let count = 0;

beforeEach(() => {
  startFakeClock();
  reads = [];
  key = `key ${(count += 1)}`;
});
afterEach(() => stopFakeClock());

const settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));

/** Asks; the read itself is answered by the test, in the order in which the reads began. */
const ask = (reuseSeconds = 0): Promise<string> =>
  sharedRead(
    key,
    () =>
      new Promise<string>((resolve, reject) => {
        reads.push({
          answer: (value) => (resolve(value), settle()),
          fail: (words) => (reject(new Error(words)), settle()),
        });
      }),
    reuseSeconds,
  );

/** The words with which it was rejected. */
const failureOf = (asked: Promise<string>): Promise<string> =>
  asked.then(
    () => "no failure",
    (error: unknown) => (error as Error).message,
  );

describe("a read under way", () => {
  test("is not shared with who comes later: all of those share the next one", async () => {
    const first = ask();
    const later = [ask(), ask(), ask()];
    await settle();
    expect(reads).toHaveLength(1);
    await reads[0]?.answer("before");
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await first).toBe("before");
    expect(await Promise.all(later)).toEqual(["after", "after", "after"]);
    expect(reads).toHaveLength(2);
  });

  test("never runs beside another of the same key, however many ask", async () => {
    const asked = [ask()];
    for (let index = 0; index < 5; index += 1) {
      asked.push(ask(), ask());
      await settle();
      expect(reads).toHaveLength(index + 1);
      await reads[index]?.answer(`${index}`);
    }
    await reads[5]?.answer("5");
    expect(await Promise.all(asked)).toEqual(["0", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5"]);
  });

  test("is none of another key's business", async () => {
    void ask();
    key += " of another mesh";
    const other = ask();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("other");
    expect(await other).toBe("other");
  });
});

describe("a read that is over", () => {
  test("is not reused by who does not say so", async () => {
    const first = ask();
    await reads[0]?.answer("before");
    await first;
    const second = ask();
    await settle();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await second).toBe("after");
  });

  test("may be reused for as long as was said, counted from its beginning", async () => {
    const first = ask();
    await vi.advanceTimersByTimeAsync(3000);
    await reads[0]?.answer("before");
    await first;
    await vi.advanceTimersByTimeAsync(1999);
    expect(await ask(5)).toBe("before");
    await vi.advanceTimersByTimeAsync(1);
    const late = ask(5);
    await settle();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await late).toBe("after");
  });

  test("and one under way is shared by those who may reuse", async () => {
    const asked = [ask(5), ask(5), ask(5)];
    await reads[0]?.answer("one for all");
    expect(await Promise.all(asked)).toEqual(["one for all", "one for all", "one for all"]);
    expect(reads).toHaveLength(1);
  });
});

describe("a read that fails", () => {
  test("fails for who made it; who only shared it reads on their own", async () => {
    const first = ask();
    const next = ask();
    const sharer = ask();
    const failed = failureOf(next);
    await reads[0]?.answer("before");
    await reads[1]?.fail("expired");
    expect(await failed).toBe("expired");
    await reads[2]?.answer("own");
    expect(await sharer).toBe("own");
    expect(await first).toBe("before");
  });

  test("does not keep the next one from being made", async () => {
    const failed = failureOf(ask());
    const next = ask();
    await reads[0]?.fail("503");
    expect(await failed).toBe("503");
    await reads[1]?.answer("after");
    expect(await next).toBe("after");
  });

  test("is not reused", async () => {
    const failed = failureOf(ask());
    await reads[0]?.fail("503");
    expect(await failed).toBe("503");
    const next = [ask(60), ask(60)];
    await settle();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await Promise.all(next)).toEqual(["after", "after"]);
  });
});
