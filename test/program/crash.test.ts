// The plug is pulled in the middle of a run; `recover`, `up` and `destroy`, unattended, lose nothing and make nothing twice.
import { beforeAll, expect, test } from "vitest";
import { runEachApart } from "../chaos/apart.js";
import { namedPoints } from "../chaos/points.js";
import type { Result } from "../chaos/run.js";

let results: Promise<Result>[] = [];
beforeAll(() => {
  results = runEachApart(namedPoints);
});

test.each(namedPoints.map((point, index) => [point.blow, point.name, index, point] as const))(
  "%s: %s",
  async (_blow, _name, index, { operation, leaves }) => {
    const result = await results[index];
    expect(result?.problems).toEqual([]);
    expect(result?.landed).toContain(operation);
    expect(result?.left).toMatch(leaves);
  },
);
