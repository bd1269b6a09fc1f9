import { expect, test } from "vitest";
import { judged, times } from "../../bench/markdown.js";
import { difference, exponent, middle } from "../../bench/runs.js";

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])("the middle of %j is %d", (runs, expected) => {
  expect(middle(runs)).toBe(expected);
});

test("sides are compared round by round, not by their middles", () => {
  // The machine was slow in the second round, for both.
  expect(times([2, 20, 4], [1, 10, 1])).toBe("2.00 (2.00 – 4.00)");
  expect(difference([2, 20, 4], [1, 10, 1])).toBe(3);
});

test.each([
  [(count: number) => 3 * count, 1],
  [(count: number) => 0.5 * count ** 2, 2],
])("the exponent of a power is found", (seconds, expected) => {
  const points = [100, 300, 1000].map((count) => [count, seconds(count)] as const);
  expect(exponent(points)).toBeCloseTo(expected, 10);
});

test.each([
  [1.24, "1.24"],
  [1.25, "1.25"],
  [1.2518, "**1.252**"],
  [1.2482, "1.248"],
  [1.3, "**1.30**"],
])("%d is judged by a goal of 1.25 before it is rounded: %s", (value, expected) => {
  expect(judged(value, 1.25)).toBe(expected);
});
