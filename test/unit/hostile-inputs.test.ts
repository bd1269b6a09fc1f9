// Whatever a program declares and a state holds: `check` and `diff` answer, and what is wrong is told by its field.
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import * as alicloud from "../../provider/alicloud/cloud.js";
import { check } from "../../provider/check.js";
import type { Inputs } from "../../provider/inputs.js";
import { unknownValue } from "../../provider/compare.js";
import { diff } from "../../provider/diff.js";
import * as huaweicloud from "../../provider/huaweicloud/failures.js";
import type { Failure } from "../../provider/retry.js";
import { secretNames } from "../../provider/secrets.js";
import { forgetRun } from "../../provider/run.js";
import { hostileTexts, monsters, monstrous, withValueAt } from "../hostile-values.js";
import { kindOf, kinds, sources, urnOf } from "./declared.js";

afterEach(() => forgetRun());

const value = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts, ...Object.keys(monsters), unknownValue, null, Number.NaN, [], {}),
  fc.constantFrom<unknown>({ a: unknownValue }, [unknownValue], `glued ${unknownValue}`, { toString: null }),
  fc.anything(),
);
const key = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "__secrets",
    "__urn",
    "__provider",
    "rollout",
    "region",
    "projectId",
    "name",
    "onDelete",
    "unfinished",
    "outcome",
    "status",
    "adopted",
    "a.b",
    "0",
    ...Object.values(kinds).flatMap(({ args }) => Object.keys(args)),
  ),
  fc.string(),
);
const added = fc.array(fc.tuple(key, value), { maxLength: 4 });
const news = fc.record({ at: fc.option(fc.nat()), value, added });

/** Right arguments with something wrong somewhere; keys such as `__proto__` are its own. */
function declared(
  name: string,
  { at, value: other, added: more }: typeof news extends fc.Arbitrary<infer T> ? T : never,
): Inputs {
  const { args } = kindOf(name);
  const base = at === null ? args : withValueAt(args, at, monstrous(other));
  const isObject = typeof base === "object" && base !== null && !Array.isArray(base);
  const entries: [string, unknown][] = [
    ...Object.entries({ __urn: urnOf("thing"), __provider: "text", ...(isObject ? base : args) }),
    ...more.map(([name_, inner]): [string, unknown] => [name_, monstrous(inner)]),
  ];
  return Object.fromEntries(entries);
}

const from = sources({ "huaweicloud:region": "cn-north-4", "alicloud:region": "cn-hangzhou" });

describe.each(Object.keys(kinds))("%s", (name) => {
  const { kind } = kindOf(name);

  test("check answers, and every failure names a field", () => {
    fc.assert(
      fc.property(news, news, fc.boolean(), (after, before, isNew) => {
        const declaredNow = declared(name, after);
        const { inputs, failures } = check(kind, isNew ? {} : declared(name, before), declaredNow, from);
        const unclear = failures.filter(({ property, reason }) => {
          // Of a secret the name stands in the reason: the engine would print its value.
          const isNamed = secretNames(inputs).some((secret) => reason.startsWith(`${secret}: `));
          const isOdd = /\[object |Cannot read|is not a function/.test(reason);
          return isOdd || reason === "" || (property === "" && !isNamed);
        });
        expect(unclear).toEqual([]);
        const { whileDeclared } = Object(inputs["rollout"]) as { whileDeclared?: unknown };
        const isTold = typeof whileDeclared === "string" || inputs["rollout"] === unknownValue;
        expect([failures.length > 0, isTold]).toContain(true);
        expect("polluted" in {}).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  test("diff answers, and what it gives as replacing are names", () => {
    fc.assert(
      fc.property(news, news, (before, after) => {
        const {
          changes,
          replaces = [],
          deleteBeforeReplace,
        } = diff(kind, declared(name, before), declared(name, after));
        expect([undefined, true, false]).toContain(changes);
        const known = new Set<string>([...kind.replaceOn, "region", "projectId", "unfinished", "outcome"]);
        expect(replaces.filter((field) => !known.has(field))).toEqual([]);
        expect(replaces.length === 0 || deleteBeforeReplace).toBe(true);
        expect("polluted" in {}).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a body of an error, whatever it is", () => {
  const scalar = fc.oneof(
    fc.constantFrom("", " ", "words"),
    fc.jsonValue({ maxDepth: 2 }),
    value.filter((inner) => typeof inner !== "symbol"),
  );
  const field = fc.constantFrom(
    "errors",
    "error",
    "error_code",
    "error_msg",
    "errorCode",
    "errorMsg",
    "errorMessage",
    "request_id",
    "code",
    "message",
    "Code",
    "Message",
    "RequestId",
    "__proto__",
  );
  const object = fc
    .array(fc.tuple(field, scalar), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries));
  const body = fc.oneof(
    fc.jsonValue(),
    object,
    fc.array(object, { maxLength: 2 }),
    fc.record({ errors: fc.array(object, { maxLength: 2 }) }),
    fc.record({ error: object }),
  );
  const wait = fc.constantFrom("", "0", "-1", "soon", "NaN", "1e999", "9".repeat(400), "Infinity", "0x10");
  const headers = fc.record({ "retry-after": wait, "x-acs-retry-after": wait }, { requiredKeys: [] });
  const status = fc.integer({ min: 100, max: 999 });

  test.each([
    ["Huawei Cloud", huaweicloud.failureOf],
    ["Alibaba Cloud", alicloud.failureOf],
  ])("%s: words, or nothing where the cloud gave none", (_, failureOf) => {
    fc.assert(
      fc.property(status, headers, body, (code, told, answered) => {
        const failure: Failure | undefined = failureOf({ status: code, headers: told, body: answered });
        const isServed = code >= 200 && code < 300;
        if (failure === undefined) return isServed;
        expect(typeof failure.words).toBe("string");
        expect(failure.words.trim()).not.toBe("");
        expect(failure.words).not.toContain("[object ");
        for (const text of [failure.code, failure.requestId])
          expect(["string", "undefined"]).toContain(typeof text);
        expect(failure.status).toBeGreaterThanOrEqual(100);
        const { waitMilliseconds = 0 } = failure;
        return Number.isFinite(waitMilliseconds) && waitMilliseconds >= 0;
      }),
      { numRuns: 1000 },
    );
  });
});
