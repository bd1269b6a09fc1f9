import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  backoff,
  learnedRate,
  nextStep,
  toldToWait,
  type Failure,
  type Limits,
  type Outcome,
  type Progress,
} from "../../provider/retry.js";

const limits: Limits = { maxAttempts: 6, remainingMilliseconds: 600_000, pauseMilliseconds: 0, random: 0.5 };

function progress(writes: boolean, more: Partial<Progress> = {}): Progress {
  return { writes, failures: 0, refusals: 0, renewed: false, ...more };
}

function failure(status: number, more: Partial<Failure> = {}): Outcome {
  return {
    kind: "failure",
    failure: {
      status,
      code: undefined,
      words: "",
      requestId: undefined,
      throttled: false,
      permanent: false,
      tokenExpired: false,
      waitMilliseconds: undefined,
      ...more,
    },
  };
}

const refusal = failure(429, { throttled: true });

/** The table of the design: what came back, and what follows for a read and for a write. */
const table: [string, Outcome, read: string, write: string][] = [
  ["no connection was made", { kind: "notSent" }, "retry", "retry"],
  ["a certificate error", { kind: "untrusted" }, "answer", "answer"],
  ["reset, timeout or cut reply", { kind: "lost" }, "retry", "look"],
  ["an answer longer than we read", { kind: "tooLarge" }, "answer", "look"],
  ["429", refusal, "retry", "retry"],
  ["403 that means not now", failure(403, { throttled: true }), "retry", "retry"],
  ["409 that means not now", failure(409, { throttled: true }), "retry", "retry"],
  ["400 Throttling", failure(400, { throttled: true }), "retry", "retry"],
  ["500", failure(500), "retry", "look"],
  ["502", failure(502), "retry", "look"],
  ["503", failure(503), "retry", "look"],
  ["504", failure(504), "retry", "look"],
  ["500 that is permanent", failure(500, { permanent: true }), "answer", "answer"],
  ["501", failure(501), "answer", "answer"],
  ["401 with a token we fetched", failure(401, { tokenExpired: true }), "renewToken", "renewToken"],
  ["401 with keys or a given token", failure(401), "answer", "answer"],
  ["302", failure(302), "answer", "answer"],
  ["400", failure(400), "answer", "answer"],
  ["403", failure(403), "answer", "answer"],
  ["404", failure(404), "answer", "answer"],
  ["409", failure(409), "answer", "answer"],
];

describe("the table", () => {
  test.each(table)("%s", (_, outcome, read, write) => {
    expect(nextStep(outcome, progress(false), limits).step).toBe(read);
    expect(nextStep(outcome, progress(true), limits).step).toBe(write);
  });
});

describe("how often", () => {
  const retried: [string, Outcome, boolean][] = [
    ["no connection", { kind: "notSent" }, true],
    ["a lost read", { kind: "lost" }, false],
    ["503 to a read", failure(503), false],
  ];

  test.each(retried)("%s: until maxAttempts are used up", (_, outcome, writes) => {
    const steps = [0, 1, 2, 3, 4, 5, 6].map(
      (failures) => nextStep(outcome, progress(writes, { failures }), limits).step,
    );
    expect(steps).toEqual(["retry", "retry", "retry", "retry", "retry", "answer", "answer"]);
  });

  test.each(retried)("%s: not at all where one attempt is allowed", (_, outcome, writes) => {
    expect(nextStep(outcome, progress(writes), { ...limits, maxAttempts: 1 }).step).toBe("answer");
  });

  test("refusals do not count as attempts", () => {
    const tired = progress(true, { failures: 5, refusals: 1000 });
    expect(nextStep(refusal, tired, limits).step).toBe("retry");
    expect(nextStep(refusal, progress(true), { ...limits, maxAttempts: 1 }).step).toBe("retry");
  });

  test("refusals do not shorten the attempts of failures", () => {
    expect(nextStep({ kind: "lost" }, progress(false, { refusals: 100 }), limits).step).toBe("retry");
  });

  test("a token is renewed once for one request", () => {
    const expired = failure(401, { tokenExpired: true });
    expect(nextStep(expired, progress(false, { renewed: true }), limits)).toEqual({ step: "answer" });
  });
});

describe("how long", () => {
  const wait = (outcome: Outcome, given: Progress, more: Partial<Limits> = {}): number | undefined => {
    const step = nextStep(outcome, given, { ...limits, ...more });
    return step.step === "retry" ? step.afterMilliseconds : undefined;
  };

  test("by itself it grows with the failures, to a ceiling", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7].map((failures) =>
      wait({ kind: "notSent" }, progress(false, { failures }), { maxAttempts: 20 }),
    );
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  test("after a refusal as long as its host is paused", () => {
    const told = failure(429, { throttled: true, waitMilliseconds: 7000 });
    expect(wait(told, progress(true), { pauseMilliseconds: 9000 })).toBe(9000);
    expect(wait(refusal, progress(true, { refusals: 3, failures: 1 }))).toBe(0);
  });

  test("what the cloud says is what is done, without jitter", () => {
    const told = { waitMilliseconds: 7000 };
    expect(wait(failure(503, told), progress(false))).toBe(7000);
    expect(wait(failure(503, { waitMilliseconds: 0 }), progress(false))).toBe(0);
  });

  test("a wait beyond the deadline fails at once", () => {
    const far = { pauseMilliseconds: 60_001 };
    expect(wait(refusal, progress(true), { ...far, remainingMilliseconds: 60_000 })).toBeUndefined();
    expect(wait(refusal, progress(true), { ...far, remainingMilliseconds: 60_001 })).toBe(60_001);
    expect(wait(failure(503), progress(false), { remainingMilliseconds: 249 })).toBeUndefined();
    expect(wait(refusal, progress(true), { remainingMilliseconds: -1, random: 0 })).toBeUndefined();
  });

  test("backoff stays within its bounds, whatever the number", () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, random) => {
          const milliseconds = backoff(n, random);
          expect(Number.isInteger(milliseconds)).toBe(true);
          expect(milliseconds).toBeGreaterThanOrEqual(0);
          expect(milliseconds).toBeLessThanOrEqual(Math.min(20_000, 500 * 2 ** n));
          expect(backoff(n + 1, random)).toBeGreaterThanOrEqual(milliseconds);
        },
      ),
    );
  });
});

describe("what the cloud says about waiting", () => {
  const now = Date.parse("2026-01-02T03:04:05Z");

  test.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "7" }, 7000],
    ["a part of a second", { "retry-after": " 0.5 " }, 500],
    ["zero", { "retry-after": "0" }, 0],
    ["a date", { "retry-after": "Fri, 02 Jan 2026 03:04:35 GMT" }, 30_000],
    ["a date that is past", { "retry-after": "Fri, 02 Jan 2026 03:00:00 GMT" }, 0],
    ["milliseconds of Alibaba Cloud", { "x-acs-retry-after": "1500" }, 1500],
    ["both", { "x-acs-retry-after": "1500", "retry-after": "9" }, 1500],
    ["nothing", {}, undefined],
    ["an empty header", { "retry-after": " " }, undefined],
    ["words", { "retry-after": "soon" }, undefined],
    ["words of Alibaba Cloud", { "x-acs-retry-after": "soon" }, undefined],
  ])("%s", (_, headers, milliseconds) => {
    expect(toldToWait(headers, now)).toBe(milliseconds);
  });
});

describe("the rate in the gateway's words", () => {
  test.each([
    ["policy user over ratelimit,limit:200,time:5 minute", 200 / 300],
    ["policy ip over ratelimit,limit:5,time:1 second", 5],
    ["limit: 60, time: 1 hour", 1 / 60],
    ["limit:86400,time:1 day", 1],
    ["limit:0,time:1 second", undefined],
    ["limit:5,time:0 second", undefined],
    ["limit:5,time:1 fortnight", undefined],
    ["too many requests", undefined],
  ])("%s", (words, rate) => {
    expect(learnedRate(words)).toBe(rate);
  });
});
