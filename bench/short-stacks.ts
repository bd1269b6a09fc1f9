// What short stacks alone are worth, and what the constant text alone: the floor and the twin, with stacks as ours has them.
import { startCloud } from "./cloud.js";
import {
  bytesOf,
  cpuRatio,
  goalOf,
  ratioGoals,
  wallRatio,
  type Compared,
  type Measure,
  type SideFigures,
} from "./compare.js";
import { imageSyncTask as kind } from "./declared.js";
import { allCpu, figuresOfAll, inTurns, live } from "./lifecycle.js";
import { judged, missing, table, tellRuns, times } from "./markdown.js";
import { operationNames, operations, type Operation } from "./project.js";
import { recordOf } from "./record.js";
import type { Cases, Goal, Measured, Options, Section } from "./section.js";

const expected = [100, 1000];
const variants = ["floor", "floor, short stacks", "ours", "twin", "twin, short stacks"] as const;
type Variant = (typeof variants)[number];

interface Case extends Measure {
  readonly runs: number;
  readonly variants: Readonly<Partial<Record<Variant, SideFigures>>>;
}

async function measureCase(count: number, runs: number, say: Options["say"]): Promise<Case> {
  // A thousand serialised ones take very long; × 1,000 the floor's chapter has them.
  const measured = count < 1000 ? variants : variants.filter((name) => !name.startsWith("twin"));
  const cloud = await startCloud();
  const variantLife = (variant: Variant, size: number): ReturnType<typeof live<Operation>> => {
    const [side] = variant.split(", ") as ["floor" | "ours" | "twin"];
    return live({ side, kind, count: size, shortStacks: variant.endsWith("short stacks") }, cloud);
  };
  try {
    const empty = await live({ side: "floor", kind, count: 0 }, cloud, ["create"]);
    const lives = await inTurns(
      measured,
      runs,
      (variant) => variantLife(variant, 1),
      (variant, round) => {
        say(`stacks × ${count}: ${variant}, ${round + 1} of ${runs}`);
        return variantLife(variant, count);
      },
    );
    return {
      kind,
      count,
      runs,
      emptyBytes: empty.create.stateBytes,
      variants: recordOf(measured, (variant) => figuresOfAll(operations, lives[variant])),
    };
  } finally {
    await cloud.close();
  }
}

function renderCase({ data, note }: Measured<Case>): string {
  const { floor, "floor, short stacks": short, ours } = data.variants;
  if (floor === undefined || short === undefined || ours === undefined) return "";
  const rows = operations.map((name) => [
    operationNames[name],
    times(short[name].seconds, floor[name].seconds),
    times(allCpu(short[name]), allCpu(floor[name])),
    times(ours[name].seconds, short[name].seconds, goalOf[name]),
    times(allCpu(ours[name]), allCpu(short[name]), goalOf[name]),
  ]);
  const heads = [
    "",
    "floor with short stacks ÷ floor: wall",
    "CPU",
    "ours ÷ floor with short stacks: wall",
    "CPU",
  ];
  const bytes = Object.entries(data.variants).map(
    ([name, steps]) => `${bytesOf(data, steps).toFixed(0)} of ${name}`,
  );
  return [
    `### × ${data.count.toLocaleString("en")}`,
    `${tellRuns(data.runs)} of each; ${note}.`,
    table(heads, rows),
    `Bytes of state a resource: ${bytes.join("; ")}.${twinWords(data.variants)}`,
  ].join("\n\n");
}

/** What the constant text saves where nothing else differs. */
function twinWords({ ours, "twin, short stacks": twin }: Case["variants"]): string {
  if (ours === undefined || twin === undefined) return "";
  const ratios = operations.map(
    (name) => `${operationNames[name]} ${times(twin[name].seconds, ours[name].seconds)}`,
  );
  return ` The twin with short stacks takes so many times as long as ours: ${ratios.join("; ")}.`;
}

function goals(cases: Cases<Case>): Goal[] {
  const all = Object.values(cases).flatMap(({ data: { variants: of, ...measure } }): Compared[] => {
    const { "floor, short stacks": floor, ours } = of;
    return floor === undefined || ours === undefined ? [] : [{ ...measure, floor, ours }];
  });
  return ratioGoals(all, ", beside a floor with stacks as short");
}

/** For those who run it: what of our figures is the stacks alone. */
function told(cases: Cases<Case>): string {
  const data = cases["1000"]?.data;
  const { "floor, short stacks": short, ours } = data?.variants ?? {};
  if (data === undefined || short === undefined || ours === undefined)
    return missing("--only short-stacks --sizes 1000");
  const row = (what: string, ratio: typeof wallRatio): string[] => [
    what,
    ...operations.map((name) => judged(ratio(ours[name], short[name]), goalOf[name])),
  ];
  return table(
    ["", ...operations.map((name) => operationNames[name])],
    [row("wall clock, ×", wallRatio), row("processor time, ×", cpuRatio)],
  );
}

export const shortStacks: Section<Case> = {
  name: "short-stacks",
  inQuick: false,
  async measure({ quick, sizes = quick ? [10] : expected, runs, say }, keep) {
    for (const count of sizes) {
      const usualRuns = count < 1000 ? 5 : 3;
      await keep(String(count), () => measureCase(count, runs ?? (quick ? 1 : usualRuns), say));
    }
  },
  render: (cases) => {
    const without = expected.filter((count) => cases[count] === undefined);
    return [
      `## What short stacks are worth

Ours stores less of where a resource is declared than Pulumi does for everyone, and the floor above is Pulumi as everyone
has it. Here ours stands beside a floor whose stacks are as short, which no one else has: what is left is what the provider
itself costs. ImageSyncTasks, otherwise as above. × 100 the twin is measured both ways, too: with short stacks nothing in
its state differs from ours but the text.`,
      ...Object.values(cases)
        .toSorted((left, right) => left.data.count - right.data.count)
        .map(renderCase),
      ...(without.length === 0 ? [] : [missing(`--only short-stacks --sizes ${without.join(",")}`)]),
    ].join("\n\n");
  },
  goals,
  figures: (cases) => ({ "short stacks": told(cases) }),
};
