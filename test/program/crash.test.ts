// The plug is pulled in the middle of a run; `recover`, `up` and `destroy`, unattended, lose nothing and make nothing twice.
import { expect, test } from "vitest";
import { runApart } from "../chaos/apart.js";
import { namedPoints } from "../chaos/points.js";

test.concurrent.each(namedPoints.map((point) => [point.blow, point.name, point] as const))(
  "%s: %s",
  async (_blow, _name, point) => {
    const { problems, landed, left } = await runApart(point);
    expect(problems).toEqual([]);
    expect(landed).toContain(point.operation);
    expect(left).toMatch(point.leaves);
  },
);
