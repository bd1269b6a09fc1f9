import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sharedRead, sharedWrite } from "../../provider/share.js";
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
/** Longer than any read waits for company. */
const companyMilliseconds = 500;
const begin = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(companyMilliseconds));

/** Asks; the read itself is answered by the test, in the order in which the reads began. */
const ask = (seconds = 0, where?: (result: string) => boolean): Promise<string> =>
  sharedRead(
    key,
    () =>
      new Promise<string>((resolve, reject) => {
        reads.push({
          answer: (value) => (resolve(value), settle()),
          fail: (words) => (reject(new Error(words)), settle()),
        });
      }),
    { seconds, ...(where && { where }) },
  );

/** The words with which it was rejected. */
const failureOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "no failure",
    (error: unknown) => (error as Error).message,
  );

describe("a read", () => {
  test("answers whoever asked before it began, and nobody who came later", async () => {
    const before = [ask(), ask(), ask()];
    await begin();
    const later = [ask(), ask()];
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("second");
    await reads[0]?.answer("first");
    expect(await Promise.all(before)).toEqual(["first", "first", "first"]);
    expect(await Promise.all(later)).toEqual(["second", "second"]);
    expect(reads).toHaveLength(2);
  });

  test("waits for company for a small part of what the last one took, and half a second at most", async () => {
    /** How long one waits that is asked for after a read that took so long. */
    const waited = async (tookMilliseconds: number): Promise<number> => {
      void ask();
      await next();
      await vi.advanceTimersByTimeAsync(tookMilliseconds);
      await reads.at(-1)?.answer("done");
      void ask();
      const milliseconds = await next();
      await reads.at(-1)?.answer("done");
      return milliseconds;
    };
    const next = async (): Promise<number> => {
      const [already, asked] = [reads.length, Date.now()];
      while (reads.length === already) await vi.advanceTimersByTimeAsync(1);
      return Date.now() - asked;
    };
    expect(await waited(40)).toBeLessThanOrEqual(6);
    expect(await waited(200)).toBeLessThanOrEqual(30);
    expect(await waited(200)).toBeGreaterThan(6);
    expect(await waited(60_000)).toBe(companyMilliseconds);
  });

  test("waits for the writes that are under way, for they will be looked for, too", async () => {
    const ends: (() => void)[] = [];
    const write = (): Promise<void> => sharedWrite(key, () => new Promise((resolve) => ends.push(resolve)));
    const first = write().then(() => ask());
    const second = write().then(() => ask());
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(100);
    expect(reads).toHaveLength(0);
    ends[1]?.();
    await begin();
    await reads[0]?.answer("both");
    expect(await Promise.all([first, second])).toEqual(["both", "both"]);
    expect(reads).toHaveLength(1);
  });

  test("waits for no write longer than half a second, and for none that failed or began later", async () => {
    void sharedWrite(key, () => new Promise(() => undefined));
    void ask();
    await vi.advanceTimersByTimeAsync(companyMilliseconds - 1);
    expect(reads).toHaveLength(0);
    await begin();
    expect(reads).toHaveLength(1);

    key += " of another repository";
    const refused = sharedWrite(key, () => Promise.reject(new Error("refused")));
    expect(await failureOf(refused)).toBe("refused");
    void ask();
    void sharedWrite(key, () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(100);
    expect(reads).toHaveLength(2);
  });

  test("is none of another key's business", async () => {
    void ask();
    key += " of another mesh";
    const other = ask();
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("other");
    expect(await other).toBe("other");
  });
});

describe("a read that is over", () => {
  test("is not reused by who does not say so", async () => {
    const first = ask();
    await begin();
    await reads[0]?.answer("before");
    await first;
    const second = ask();
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await second).toBe("after");
  });

  test("may be reused for as long as was said, counted from its beginning", async () => {
    const first = ask();
    while (reads.length === 0) await vi.advanceTimersByTimeAsync(1);
    await vi.advanceTimersByTimeAsync(3000);
    await reads[0]?.answer("before");
    await first;
    await vi.advanceTimersByTimeAsync(1999);
    expect(await ask(5)).toBe("before");
    await vi.advanceTimersByTimeAsync(1);
    const late = ask(5);
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await late).toBe("after");
  });

  test("may be reused only where it shows what is asked for", async () => {
    const first = ask();
    await begin();
    await reads[0]?.answer("nothing there");
    await first;
    expect(await ask(5, (result) => result === "nothing there")).toBe("nothing there");
    const other = ask(5, (result) => result === "something");
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("something else");
    expect(await other).toBe("something else");
  });

  test("and one under way is shared by those who may reuse", async () => {
    const asked = [ask(5), ask(5)];
    await begin();
    asked.push(ask(5));
    await reads[0]?.answer("one for all");
    expect(await Promise.all(asked)).toEqual(["one for all", "one for all", "one for all"]);
    expect(reads).toHaveLength(1);
  });
});

describe("a read that fails", () => {
  test("fails for who made it; who only shared it reads on their own", async () => {
    const maker = failureOf(ask());
    const sharer = ask();
    await begin();
    await reads[0]?.fail("expired");
    expect(await maker).toBe("expired");
    await reads[1]?.answer("own");
    expect(await sharer).toBe("own");
  });

  test("does not keep the next one from being made", async () => {
    const failed = failureOf(ask());
    await begin();
    const next = ask();
    await reads[0]?.fail("503");
    expect(await failed).toBe("503");
    await begin();
    await reads[1]?.answer("after");
    expect(await next).toBe("after");
  });

  test("is not reused", async () => {
    const failed = failureOf(ask());
    await begin();
    await reads[0]?.fail("503");
    expect(await failed).toBe("503");
    const next = [ask(60), ask(60)];
    await begin();
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("after");
    expect(await Promise.all(next)).toEqual(["after", "after"]);
  });
});
