// How the cost of `up` grows with the number of resources, and what makes it grow less.
import { startCloud, type Cloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { openFleet } from "./fleet.js";
import { figuresOfAll, inTurns, live, type Figures } from "./lifecycle.js";
import { missing, seconds, table } from "./markdown.js";
import { recordOf } from "./record.js";
import { exponent, middle, ratios } from "./runs.js";
import type { Cases, Options, Section } from "./section.js";

const expected = [1, 100, 300, 1000, 3000];
const steps = ["create", "unchanged"] as const;
type StepName = (typeof steps)[number];

const variants = ["floor", "ours", "floor, no checkpoints", "ours, no checkpoints"] as const;
type Variant = (typeof variants)[number];

interface Grown {
  readonly count: number;
  readonly runs: number;
  readonly variants: Readonly<Record<Variant, Readonly<Record<StepName, Figures>>>>;
}

/** The same thousand in one stack, and in several. */
interface Split {
  readonly stacks: number;
  readonly atOnce: number;
  readonly perStack: number;
  readonly seconds: number;
}

interface Data {
  readonly grown?: Grown;
  readonly split?: readonly Split[];
}

async function measureSize(count: number, runs: number, say: Options["say"]): Promise<Grown> {
  const cloud = await startCloud();
  const variantLife = (variant: Variant, size: number): ReturnType<typeof live<StepName>> => {
    const side = variant.startsWith("floor") ? "floor" : "ours";
    const environment: Record<string, string> = variant.endsWith("checkpoints")
      ? { PULUMI_SKIP_CHECKPOINTS: "true" }
      : {};
    return live({ side, kind, count: size, environment }, cloud, steps);
  };
  try {
    const measured = await inTurns(
      variants,
      runs,
      (variant) => variantLife(variant, 1),
      (variant, round) => {
        say(`growth × ${count}: ${variant}, ${round + 1} of ${runs}`);
        return variantLife(variant, count);
      },
    );
    return {
      count,
      runs,
      variants: recordOf(variants, (variant) => figuresOfAll(steps, measured[variant])),
    };
  } finally {
    await cloud.close();
  }
}

async function measureSplit(stacks: number, atOnce: number, perStack: number, cloud: Cloud): Promise<Split> {
  await cloud.reset();
  const fleet = await openFleet({ stacks, perStack, cloud });
  try {
    return { stacks, atOnce, perStack, seconds: await fleet.perform("create", atOnce) };
  } finally {
    await fleet.close();
  }
}

async function measureSplits(all: number, say: Options["say"]): Promise<Split[]> {
  const cloud = await startCloud();
  try {
    const split: Split[] = [];
    await measureSplit(1, 1, 1, cloud);
    for (const [stacks, atOnce] of [
      [1, 1],
      [10, 1],
      [10, 2],
    ] as const) {
      say(`${all} in ${stacks} stacks, ${atOnce} at once`);
      split.push(await measureSplit(stacks, atOnce, Math.ceil(all / stacks), cloud));
    }
    return split;
  } finally {
    await cloud.close();
  }
}

function growthTable(step: StepName, grown: readonly Grown[]): string {
  const time = (one: Grown, variant: Variant): number => middle(one.variants[variant][step].seconds);
  const rows = grown.map((one) => {
    const { count, runs, variants: of } = one;
    const without = ratios(of["ours, no checkpoints"][step].seconds, of.ours[step].seconds);
    return [
      count.toLocaleString("en"),
      ...variants.map((variant) => seconds(of[variant][step].seconds, 1)),
      `${((1 - middle(without)) * 100).toFixed(0)} %`,
      String(runs),
    ];
  });
  const one = grown.find(({ count }) => count === 1);
  const many = grown.filter(({ count }) => count > 1);
  const fitted = (variant: Variant, of: readonly Grown[]): string => {
    if (one === undefined) return "–";
    const points = of.map((each) => [each.count, time(each, variant) - time(one, variant)] as const);
    return points.length < 2 || points.some(([, rest]) => rest <= 0) ? "–" : exponent(points).toFixed(2);
  };
  const fit = (name: string, of: readonly Grown[]): string[] => [
    name,
    ...variants.map((variant) => fitted(variant, of)),
    "",
    "",
  ];
  return table(
    ["resources", ...variants, "ours: part of the checkpoints", "runs"],
    [...rows, fit("exponent, all sizes", many), fit("exponent, two largest", many.slice(-2))],
  );
}

function splitTable(split: readonly Split[]): string {
  return table(
    ["stacks", "tasks in each", "at once", "all created in, 1 run"],
    split.map((one) => [
      String(one.stacks),
      String(one.perStack),
      String(one.atOnce),
      `${one.seconds.toFixed(1)} s`,
    ]),
  );
}

function grownOf(cases: Cases<Data>): Grown[] {
  return Object.values(cases)
    .flatMap(({ data }) => data.grown ?? [])
    .toSorted((left, right) => left.count - right.count);
}

/** What is measured, and what is not. */
function tables(cases: Cases<Data>): Record<"create" | "unchanged" | "split", string> {
  const grown = grownOf(cases);
  const without = expected.filter((count) => cases[count] === undefined);
  const more = without.length === 0 ? "" : `\n\n${missing(`--only growth --sizes ${without.join(",")}`)}`;
  const of = (step: StepName): string =>
    grown.length === 0 ? more.trimStart() : `${growthTable(step, grown)}${more}`;
  const split = cases["split"]?.data.split;
  return {
    create: of("create"),
    unchanged: of("unchanged"),
    split: split === undefined ? missing("--only growth") : splitTable(split),
  };
}

export const growth: Section<Data> = {
  name: "growth",
  inQuick: false,
  async measure({ quick, sizes, runs, say }, keep) {
    if (sizes === undefined)
      await keep("split", async () => ({ split: await measureSplits(quick ? 20 : 1000, say) }));
    const usualSizes = quick ? [1, 10, 30] : expected;
    for (const count of sizes ?? usualSizes) {
      const usualRuns = count === 100 ? 5 : 3;
      const times = runs ?? (count > 1000 ? 1 : usualRuns);
      await keep(String(count), async () => ({ grown: await measureSize(count, times, say) }));
    }
  },
  render: (cases) => {
    const { create, unchanged, split } = tables(cases);
    const notes = Object.entries(cases).map(([name, { note }]) => `- ${name}: ${note}`);
    return `## How cost grows

ImageSyncTasks on the file backend: \`up\` that creates them all, and \`up\` without a change. "No checkpoints" is
\`PULUMI_SKIP_CHECKPOINTS=true\`: the engine writes the state once, at the end, instead of whole before and after each
resource. The exponent is that of the power of the number of resources which fits best the times less that of one resource,
so without the start; 1 is "twice as many take twice as long".

${notes.join("\n")}

### \`up\`, create

${create}

### \`up\`, no change

${unchanged}

### The same in several stacks

${split}`;
  },
  figures: (cases) => {
    const { create, split } = tables(cases);
    return { growth: create, split };
  },
};
