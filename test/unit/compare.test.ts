import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differences, equal, hasUnknown, sameAsDeclared, unknownValue } from "../../provider/compare.js";

/** What JSON can hold, `__proto__` and `constructor` as keys included. */
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const awkwardKeys = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "name", "a");
const awkward = fc
  .array(fc.tuple(awkwardKeys, json))
  .map(
    (entries) =>
      JSON.parse(
        `{${entries.map(([key, value]) => `"${key}":${JSON.stringify(value)}`).join(",")}}`,
      ) as unknown,
  );
const anything = fc.oneof(json, awkward);

/** The same value, with the keys of every object in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return JSON.parse(
    `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(turned(inner))}`).join(",")}}`,
  );
}

/** The same value as a cloud would give it back: with fields that nobody declared, in every object. */
function withDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDefaults);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withDefaults(inner)] as const);
  return Object.fromEntries([["terminationGracePeriodSeconds", 30], ...entries, ["dnsPolicy", { a: [1] }]]);
}

describe("equal", () => {
  test("everything equals itself, whatever the order of keys", () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(equal(value, structuredClone(value))).toBe(true);
        expect(equal(value, turned(value))).toBe(true);
      }),
    );
  });

  test("is what Node says of values that came as JSON", () => {
    const few = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, true, 0, 1, "", "1"),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { maxKeys: 2, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(few, few, (left, right) => {
        expect(equal(left, right)).toBe(isDeepStrictEqual(left, right));
        expect(equal(right, left)).toBe(equal(left, right));
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, unknown, unknown, boolean]>([
    ["an absent key and an undefined one", { a: 1, b: undefined }, { a: 1 }, true],
    ["an absent key and null", { a: null }, {}, false],
    ["a text and a number", "1", 1, false],
    ["a list and an object like it", [1], { 0: 1 }, false],
    ["lists in another order", [1, 2], [2, 1], false],
    ["lists of another length", [1], [1, 2], false],
    ["nothing and null", undefined, null, false],
    ["a key that every object inherits", JSON.parse('{"constructor":{}}'), {}, false],
    ["an inherited key that is undefined", { toString: undefined }, {}, true],
    ["a prototype as a key", JSON.parse('{"__proto__":{}}'), {}, false],
    [
      "a prototype as a key of both",
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":2}}'),
      false,
    ],
  ])("%s", (_, left, right, isEqual) => {
    expect(equal(left, right)).toBe(isEqual);
    expect(equal(right, left)).toBe(isEqual);
  });
});

describe("sameAsDeclared", () => {
  test("everything is the same as itself, with other order of keys and with defaults added", () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(sameAsDeclared(value, structuredClone(value))).toBe(true);
        expect(sameAsDeclared(value, turned(value))).toBe(true);
        expect(sameAsDeclared(value, withDefaults(value))).toBe(true);
      }),
    );
  });

  test("a value that the cloud shows otherwise is seen, however deep it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.integer(), (keys, number) => {
        const nest = (value: unknown): unknown =>
          keys.reduceRight<unknown>(
            (inner, key) => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(inner)}}`),
            value,
          );
        expect(sameAsDeclared(nest(number), withDefaults(nest(number + 1)))).toBe(false);
        expect(sameAsDeclared(nest(number), withDefaults(nest(number)))).toBe(true);
      }),
    );
  });

  test("lists of named things are matched by name", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: fc.string(), value: json }), { selector: ({ name }) => name }),
        (things) => {
          expect(sameAsDeclared(things, withDefaults(things.toReversed()))).toBe(true);
        },
      ),
    );
  });

  test.each<[string, unknown, unknown, boolean]>([
    ["what the cloud does not show", { a: 1, b: 2 }, { a: 1 }, true],
    ["what the cloud shows as null", { a: 1 }, { a: null }, true],
    ["what is not declared", { a: undefined }, { a: 1 }, true],
    ["another value", { a: 1 }, { a: 2 }, false],
    ["a number given back as a text", { port: 8080 }, { port: "8080" }, true],
    ["a text given back as a number", { cpu: "1" }, { cpu: 1 }, true],
    ["a text given back as a list", { cpu: "1" }, { cpu: ["1"] }, false],
    ["true given back as a text", { on: true }, { on: "true" }, false],
    ["a declared list that is longer", [1, 2], [1], false],
    ["a declared list that is shorter", [1], [1, 2], false],
    ["lists without names in another order", [1, 2], [2, 1], false],
    ["a named thing under another name", [{ name: "a" }], [{ name: "b" }], false],
    ["a named thing that changed", [{ name: "a", image: "1" }], [{ name: "a", image: "2" }], false],
    [
      "two things of one name, in their order",
      [
        { name: "a", value: "1" },
        { name: "a", value: "2" },
      ],
      [
        { name: "a", value: "1" },
        { name: "a", value: "2" },
      ],
      true,
    ],
    ["a list instead of an object", {}, [], false],
    ["an object instead of a list", [], {}, false],
    ["a label named like what is inherited", { constructor: "x" }, {}, true],
    ["the same one shown otherwise", { constructor: "x" }, { constructor: "y" }, false],
  ])("%s", (_, declared, observed, isSame) => {
    expect(sameAsDeclared(declared, observed)).toBe(isSame);
  });

  test("differences are named, by their declared key", () => {
    expect(differences({ a: 1, b: { c: 2 }, d: [1] }, { a: 1, b: { c: 3, x: 0 }, d: [2], e: 5 })).toEqual([
      "b",
      "d",
    ]);
    expect(differences({ toString: "x" }, {})).toEqual([]);
  });
});

test("nothing is ever written into a prototype", () => {
  const evil: unknown = JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  );
  equal(evil, {});
  sameAsDeclared(evil, evil);
  differences(evil as Record<string, unknown>, {});
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

describe("what is not known yet", () => {
  test.each<[string, unknown, boolean]>([
    ["the marker itself", unknownValue, true],
    ["in an object", { a: { b: unknownValue } }, true],
    ["in a list", [1, [unknownValue]], true],
    ["as a part of a text it is no marker", `v-${unknownValue}`, false],
    ["nothing", undefined, false],
    ["null", { a: null }, false],
    ["anything else", { a: [1, "x", true] }, false],
  ])("%s", (_, value, isUnknown) => {
    expect(hasUnknown(value)).toBe(isUnknown);
  });
});
