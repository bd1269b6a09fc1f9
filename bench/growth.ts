// How the cost of `up` grows with the number of resources, and what makes it grow less.
import { startCloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
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

interface Data {
  readonly grown: Grown;
}

async function measureSize(count: number, runs: number, say: Options["say"]): Promise<Grown> {
  const cloud = await startCloud();
  const variantLife = (variant: Variant, size: number): ReturnType<typeof live<StepName>> => {
    const side = variant.startsWith("floor") ? "floor" : "ours";
    const skipCheckpoints = variant.endsWith("checkpoints");
    return live({ side, kind, count: size, skipCheckpoints }, cloud, steps);
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

function growthTable(step: StepName, grown: readonly Grown[]): string {
  const time = ({ variants: of }: Grown, variant: Variant): number => middle(of[variant][step].seconds);
  const rows = grown.map(({ count, runs, variants: of }) => {
    const saved = 1 - middle(ratios(of["ours, no checkpoints"][step].seconds, of.ours[step].seconds));
    return [
      count.toLocaleString("en"),
      ...variants.map((variant) => seconds(of[variant][step].seconds, 1)),
      saved <= 0 ? "–" : `${(saved * 100).toFixed(0)} %`,
      String(runs),
    ];
  });
  const single = grown.find(({ count }) => count === 1);
  const many = grown.filter(({ count }) => count > 1);
  const fitted = (variant: Variant, sizes: readonly Grown[]): string => {
    if (single === undefined) return "–";
    const points = sizes.map((one) => [one.count, time(one, variant) - time(single, variant)] as const);
    return points.length < 2 || points.some(([, rest]) => rest <= 0) ? "–" : exponent(points).toFixed(2);
  };
  const fit = (name: string, sizes: readonly Grown[]): string[] => [
    name,
    ...variants.map((variant) => fitted(variant, sizes)),
    "",
    "",
  ];
  return table(
    ["resources", ...variants, "of ours, checkpoints take", "runs"],
    [...rows, fit("exponent, all sizes", many), fit("exponent, two largest", many.slice(-2))],
  );
}

/** What is measured, and what is not. */
function tables(cases: Cases<Data>): Record<StepName, string> {
  const grown = Object.values(cases)
    .map(({ data }) => data.grown)
    .toSorted((left, right) => left.count - right.count);
  const without = expected.filter((count) => cases[count] === undefined);
  const more = without.length === 0 ? "" : missing(`--only growth --sizes ${without.join(",")}`);
  return recordOf(steps, (step) =>
    [grown.length === 0 ? "" : growthTable(step, grown), more].filter((part) => part !== "").join("\n\n"),
  );
}

export const growth: Section<Data> = {
  name: "growth",
  inQuick: false,
  async measure({ quick, sizes, runs, say }, keep) {
    const usualSizes = quick ? [1, 10, 30] : expected;
    for (const count of sizes ?? usualSizes) {
      const usualRuns = count > 100 ? 3 : 5;
      const times = runs ?? (count > 1000 ? 1 : usualRuns);
      await keep(String(count), async () => ({ grown: await measureSize(count, times, say) }));
    }
  },
  render: (cases) => {
    const { create, unchanged } = tables(cases);
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

Here there is nothing to save: where nothing changes the engine does not write the state for each resource.

${unchanged}`;
  },
  figures: (cases) => ({ growth: tables(cases).create }),
};
