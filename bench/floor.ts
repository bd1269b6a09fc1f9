// What we cost over the bare engine, for a few and for many resources, and what the constant text saves.
import { startCloud } from "./cloud.js";
import { imageSyncTask, kindNames, type KindName, type Side } from "./declared.js";
import {
  bytesOf,
  costs,
  cpuRatio,
  expectedSizes,
  hostMemoryMore,
  limits,
  renderFloor,
  wallRatio,
  type Case,
} from "./floor-tables.js";
import { allCalls, figuresOfAll, inTurns, live, type Figures } from "./lifecycle.js";
import { operations, type Operation } from "./project.js";
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
        // A thousand serialised ones take very long, and are as much of a kind as any other.
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
  const measured = Object.values(cases).flatMap(({ data }) => {
    const { floor, ours } = data.sides;
    return floor === undefined || ours === undefined ? [] : [{ data, floor, ours }];
  });
  const find = (
    steps: readonly Operation[],
    value: (ours: Figures, floor: Figures) => number,
    least = 1,
  ): Goal["found"] =>
    measured
      .filter(({ data }) => data.count >= least)
      .flatMap(({ data: { kind, count }, floor, ours }) =>
        steps.map((step) => ({
          where: `${kind} × ${count.toLocaleString("en")}, ${step}`,
          value: value(ours[step], floor[step]),
        })),
      );
  const still = ["preview", "unchanged"] as const;
  const writing = ["create", "destroy"] as const;
  const state = measured.map(({ data, floor, ours }) => ({
    where: `${data.kind} × ${data.count.toLocaleString("en")}`,
    value: bytesOf(data, ours) / bytesOf(data, floor),
  }));
  const calls = find(still, (ours) => Math.max(...allCalls(ours)));
  return [
    {
      what: "`preview` and `up` without a change, from 100: wall",
      limit: limits.still,
      unit: "×",
      found: find(still, wallRatio, 2),
    },
    { what: "the same: CPU", limit: limits.still, unit: "×", found: find(still, cpuRatio, 2) },
    {
      what: "create and destroy, from 100: wall",
      limit: limits.writing,
      unit: "×",
      found: find(writing, wallRatio, 2),
    },
    { what: "the same: CPU", limit: limits.writing, unit: "×", found: find(writing, cpuRatio, 2) },
    { what: "state of a resource", limit: limits.state, unit: "×", found: state },
    {
      what: "memory of the dynamic host, more than the floor's",
      limit: limits.hostMebibytes,
      unit: "MiB",
      found: find(operations, hostMemoryMore),
    },
    { what: "calls of `preview` and `up` without a change", limit: 0, unit: "calls", found: calls },
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
