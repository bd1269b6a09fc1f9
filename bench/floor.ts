// What we cost over the bare engine, for a few and for many resources, and what the constant text saves.
import { startCloud } from "./cloud.js";
import { found, hostMemoryMore, limits, ratioGoals, type Compared } from "./compare.js";
import { imageSyncTask, kindNames, type KindName, type Side } from "./declared.js";
import { costs, expectedSizes, renderFloor, type Case } from "./floor-tables.js";
import { allCalls, figuresOfAll, inTurns, live } from "./lifecycle.js";
import { operations } from "./project.js";
import { recordOf } from "./record.js";
import type { Cases, Goal, Options, Section } from "./section.js";

interface Plan {
  readonly kind: KindName;
  readonly count: number;
  readonly runs: number;
  readonly sides: readonly Side[];
}

function plans({ quick, kinds = quick ? [imageSyncTask] : kindNames, sizes, runs }: Options): Plan[] {
  const counts = sizes ?? (quick ? [100] : expectedSizes);
  return counts.flatMap((count) =>
    kindNames
      .filter((kind) => kinds.includes(kind))
      .map((kind) => {
        // A thousand serialised ones take very long, and their text does not depend on the kind.
        const withTwin = !quick && (count < 1000 || kind === imageSyncTask);
        const usualRuns = quick || count >= 1000 ? 3 : 5;
        return {
          kind,
          count,
          runs: runs ?? usualRuns,
          sides: withTwin ? ["floor", "ours", "twin"] : ["floor", "ours"],
        };
      }),
  );
}

async function measureCase({ kind, count, runs, sides }: Plan, say: Options["say"]): Promise<Case> {
  const cloud = await startCloud();
  try {
    const empty = await live({ side: "floor", kind, count: 0 }, cloud, ["create"]);
    const measured = await inTurns(
      sides,
      runs,
      (side) => live({ side, kind, count: 1 }, cloud),
      async (side, round) => {
        say(`${kind} × ${count}: ${side}, ${round + 1} of ${runs}`);
        return live({ side, kind, count }, cloud);
      },
    );
    return {
      kind,
      count,
      runs,
      emptyBytes: empty.create.stateBytes,
      sides: recordOf(sides, (side) => figuresOfAll(operations, measured[side])),
    };
  } finally {
    await cloud.close();
  }
}

function goals(cases: Cases<Case>): Goal[] {
  const all = Object.values(cases).flatMap(({ data: { sides, ...measure } }): Compared[] => {
    const { floor: bare, ours } = sides;
    return bare === undefined || ours === undefined ? [] : [{ ...measure, floor: bare, ours }];
  });
  return [
    ...ratioGoals(all, ""),
    {
      what: "memory of the dynamic host, more than the floor's",
      limit: limits.hostMebibytes,
      unit: "MiB",
      found: found(all, operations, hostMemoryMore),
    },
    {
      what: "calls of `preview` and `up` without a change",
      limit: 0,
      unit: "calls",
      found: found(all, ["preview", "unchanged"], (ours) => Math.max(...allCalls(ours))),
    },
  ];
}

export const floor: Section<Case> = {
  name: "floor",
  inQuick: true,
  async measure(options, keep) {
    for (const plan of plans(options))
      await keep(`${plan.kind} ${plan.count}`, () => measureCase(plan, options.say));
  },
  render: renderFloor,
  goals,
  figures: (cases) => ({ costs: costs(cases) }),
};
