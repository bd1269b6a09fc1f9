import { limits } from "../../provider/limits.js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CloudError } from "../../provider/errors.js";
import type { Context } from "../../provider/kind.js";
import { absent, lookTwice, writeThenLook } from "../../provider/look.js";
import { startFakeClock, stopFakeClock } from "./fake-clock.js";

let steps: string[];
let told: string[];
let interruption: AbortController;
let started: number;

beforeEach(() => {
  startFakeClock();
  steps = [];
  told = [];
  interruption = new AbortController();
  started = Date.now();
});
afterEach(() => stopFakeClock());

function context(confirmOwned: () => Promise<void> = async () => void steps.push("confirm")): Context {
  const say = (text: string): void => void told.push(text);
  return {
    place: { region: "cn-north-4", projectId: "p1" },
    call: () => Promise.reject(new Error("nothing is called here")),
    confirmOwned,
    signal: interruption.signal,
    deadline: Date.now() + 60_000,
    log: { info: say, warning: say, progress: say },
    sources: { config: () => undefined, environment: {} },
    pollSeconds: [1, 5],
    limits: limits({ config: () => undefined, environment: {} }),
    accepted: () => undefined,
    withdrawn: () => undefined,
  };
}

function cloudError(words: string, uncertain = false, status = 500): CloudError {
  return new CloudError({ method: "POST", path: "/things", words, uncertain, status });
}

/** Answers one after another; an error is thrown. Every answer is noted, with the time of it. */
function answers(name: string, ...given: (string | Error | undefined)[]): () => Promise<string> {
  return async () => {
    steps.push(name);
    const answer = given.shift();
    if (answer instanceof Error) throw answer;
    return answer as string;
  };
}

async function outcome<T>(running: Promise<T>): Promise<T | Error> {
  const settled = running.catch((error: unknown) => error as Error);
  await vi.runAllTimersAsync();
  return settled;
}

describe("lookTwice", () => {
  test("what is seen is believed", async () => {
    expect(await outcome(lookTwice(answers("look", "thing"), context()))).toBe("thing");
    expect(steps).toEqual(["look"]);
    expect(Date.now()).toBe(started);
  });

  test("what is seen at the second look too, and that one is fresh", async () => {
    const fresh: boolean[] = [];
    const look = async (isFresh: boolean): Promise<string | undefined> => {
      fresh.push(isFresh);
      return isFresh ? "thing" : undefined;
    };
    expect(await outcome(lookTwice(look, context()))).toBe("thing");
    expect(fresh).toEqual([false, true]);
    expect(Date.now() - started).toBeGreaterThan(300);
    expect(steps).toEqual([]);
  });

  test("absence is believed after two looks, by the right account", async () => {
    expect(await outcome(lookTwice(answers("look"), context()))).toBeUndefined();
    expect(steps).toEqual(["look", "look", "confirm"]);
  });

  test("absence seen with a foreign account is an error", async () => {
    const foreign = context(() => Promise.reject(new Error("another project")));
    expect(await outcome(lookTwice(answers("look"), foreign))).toMatchObject({ message: "another project" });
  });

  test("an error is no absence", async () => {
    expect(await outcome(lookTwice(answers("look", new Error("403")), context()))).toBeInstanceOf(Error);
    expect(await outcome(lookTwice(answers("look", undefined, new Error("403")), context()))).toMatchObject({
      message: "403",
    });
    expect(steps).toEqual(["look", "look", "look"]);
  });

  test("an interruption ends it before the second look", async () => {
    const looking = lookTwice(answers("look"), context()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    interruption.abort();
    expect(await looking).toMatchObject({ name: "AbortError" });
    expect(steps).toEqual(["look"]);
  });
});

describe("absent", () => {
  const is404 = ({ status }: CloudError): boolean => status === 404;

  test("an answer stays an answer", async () => {
    expect(await absent(Promise.resolve("thing"), is404)).toBe("thing");
  });

  test("what the cloud calls absence is none", async () => {
    expect(await absent(Promise.reject(cloudError("gone", false, 404)), is404)).toBeUndefined();
  });

  test("anything else is thrown on", async () => {
    await expect(absent(Promise.reject(cloudError("denied", false, 403)), is404)).rejects.toThrow("denied");
    await expect(absent(Promise.reject(new Error("no cloud said so")), () => true)).rejects.toThrow(
      "no cloud said so",
    );
  });
});

describe("writeThenLook", () => {
  const lost = (): CloudError => cloudError("the answer was lost", true);
  const refused = (): CloudError => cloudError("it exists already", false, 409);
  const run = (write: () => Promise<string>, look: () => Promise<string | undefined>) =>
    outcome(writeThenLook(context(), { write, look }));

  test("an answer needs no look", async () => {
    expect(await run(answers("write", "made"), answers("look"))).toBe("made");
    expect(steps).toEqual(["write"]);
  });

  test("a refusal is final, and is not followed by a look", async () => {
    expect(await run(answers("write", refused()), answers("look", "somebody else's"))).toMatchObject({
      status: 409,
    });
    expect(steps).toEqual(["write"]);
  });

  test("what is found after a lost answer is the result", async () => {
    expect(await run(answers("write", lost()), answers("look", "found"))).toBe("found");
    expect(steps).toEqual(["write", "look"]);
    expect(told).toEqual([
      "POST /things answered 500: the answer was lost. The request may have been carried out. Looking before trying again",
    ]);
  });

  test("it is looked for twice before the write is sent again", async () => {
    expect(await run(answers("write", lost(), "made"), answers("look"))).toBe("made");
    expect(steps).toEqual(["write", "look", "look", "write"]);
  });

  test("what appears at the second look is found", async () => {
    expect(await run(answers("write", lost()), answers("look", undefined, "late"))).toBe("late");
    expect(steps).toEqual(["write", "look", "look"]);
  });

  test("what shows late is looked for as often as is asked, and not once more", async () => {
    const looking = (found: readonly (string | undefined)[]): Promise<unknown> =>
      outcome(
        writeThenLook(context(), {
          write: answers("write", lost(), "made"),
          look: answers("look", ...found),
          looks: 4,
        }),
      );
    const [write, look] = ["write", "look"];
    expect(await looking([undefined, undefined, undefined, "late"])).toBe("late");
    expect(steps).toEqual([write, look, look, look, look]);
    steps.length = 0;
    expect(await looking([undefined])).toBe("made");
    expect(steps).toEqual([write, look, look, look, look, write]);
  });

  test("a refusal after a lost answer may be of our own making: what is there is ours", async () => {
    const look = answers("look", undefined, undefined, "found");
    expect(await run(answers("write", lost(), refused()), look)).toBe("found");
    expect(steps).toEqual(["write", "look", "look", "write", "look"]);
  });

  test("a refusal after a lost answer ends it where nothing is seen", async () => {
    expect(await run(answers("write", lost(), refused()), answers("look"))).toMatchObject({ status: 409 });
    expect(steps.filter((step) => step === "write")).toHaveLength(2);
  });

  test("it gives up after as many writes as are allowed, with a look after the last", async () => {
    const error = await run(
      answers("write", ...Array.from({ length: 6 }, lost), "too late"),
      answers("look"),
    );
    expect(error).toMatchObject({ uncertain: true });
    expect(steps.filter((step) => step === "write")).toHaveLength(6);
    expect(steps.slice(-3)).toEqual(["write", "look", "look"]);
  });

  test("an error of our own is thrown on", async () => {
    expect(await run(answers("write", new Error("ours")), answers("look"))).toMatchObject({
      message: "ours",
    });
    expect(steps).toEqual(["write"]);
  });

  test("a look that fails ends it: nothing is sent without having looked", async () => {
    expect(await run(answers("write", lost(), "made"), answers("look", cloudError("403")))).toMatchObject({
      message: expect.stringContaining("403") as string,
    });
    expect(steps).toEqual(["write", "look"]);
  });
});
