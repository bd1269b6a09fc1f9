// How the cost of `up` grows with the number of resources, and what makes it grow less.
import { startCloud, type Cloud } from "./cloud.js";
import { kindNames, type KindName } from "./declared.js";
import { figuresOf, inTurns, live, type Figures } from "./lifecycle.js";
import { seconds, table } from "./markdown.js";
import { openProject } from "./project.js";
import { section, type Options, type Section } from "./section.js";

const kind: KindName = kindNames[0];
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
  readonly sizes: Readonly<Record<string, Grown>>;
  readonly split: readonly Split[];
}

async function measureSize(count: number, runs: number, say: Options["say"]): Promise<Grown> {
  const cloud = await startCloud();
  try {
    const measured = await inTurns(variants, runs, (variant, round) => {
      say(`growth × ${count}: ${variant}, ${round + 1} of ${runs}`);
      const side = variant.startsWith("floor") ? "floor" : "ours";
      const environment: Record<string, string> = variant.endsWith("checkpoints")
        ? { PULUMI_SKIP_CHECKPOINTS: "true" }
        : {};
      return live({ side, kind, count, environment }, cloud, steps);
    });
    const entries = variants.map((variant) => {
      const lives = measured.get(variant) ?? [];
      const figures = steps.map((name) => [name, figuresOf(lives.map((one) => one[name]))]);
      return [variant, Object.fromEntries(figures)];
    });
    return { count, runs, variants: Object.fromEntries(entries) as Grown["variants"] };
  } finally {
    await cloud.close();
  }
}

/** A stack each, some of them at once. */
async function measureSplit(stacks: number, atOnce: number, perStack: number, cloud: Cloud): Promise<Split> {
  await cloud.reset();
  const projects = await Promise.all(
    Array.from({ length: stacks }, (_, index) =>
      openProject({ side: "ours", kind, count: perStack, first: index * perStack, cloud }),
    ),
  );
  try {
    const started = performance.now();
    const queue = projects.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const project of queue) await project.perform("create");
      }),
    );
    return { stacks, atOnce, perStack, seconds: (performance.now() - started) / 1000 };
  } finally {
    await Promise.all(projects.map((project) => project.close()));
  }
}

/** The exponent of the power that fits best: least squares of the logarithms. */
function exponent(points: readonly (readonly [count: number, seconds: number])[]): number {
  const logs = points.map(([count, time]) => [Math.log(count), Math.log(time)] as const);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map(([one]) => one)), mean(logs.map(([, one]) => one))];
  const covariance = mean(logs.map(([one, other]) => (one - x) * (other - y)));
  return covariance / mean(logs.map(([one]) => (one - x) ** 2));
}

function growthTable(step: StepName, grown: readonly Grown[]): string {
  const rows = grown.map(({ count, variants: of }) => {
    const time = (variant: Variant): number => of[variant][step].seconds[0];
    const share = 1 - time("ours, no checkpoints") / time("ours");
    return [
      count.toLocaleString("en"),
      ...variants.map((variant) => seconds(of[variant][step].seconds, 1)),
      `${(share * 100).toFixed(0)} %`,
    ];
  });
  const fitted = (variant: Variant, of: readonly Grown[]): string =>
    of.length < 2
      ? "–"
      : exponent(of.map(({ count, variants: all }) => [count, all[variant][step].seconds[0]])).toFixed(2);
  const large = grown.slice(-2);
  return table(
    ["resources", ...variants, "ours: part of the checkpoints"],
    [
      ...rows,
      ["exponent, all sizes", ...variants.map((variant) => fitted(variant, grown)), ""],
      ["exponent, two largest", ...variants.map((variant) => fitted(variant, large)), ""],
    ],
  );
}

function splitTable(split: readonly Split[]): string {
  return table(
    ["stacks", "tasks in each", "at once", "all created in"],
    split.map((one) => [
      String(one.stacks),
      String(one.perStack),
      String(one.atOnce),
      `${one.seconds.toFixed(1)} s`,
    ]),
  );
}

export const growth: Section = section<Data>({
  name: "growth",
  async measure({ sizes = [100, 300, 1000, 3000], runs, say }, before, keep) {
    const grown: Record<string, Grown> = { ...before?.sizes };
    for (const count of sizes) {
      grown[count] = await measureSize(count, runs ?? (count > 1000 ? 1 : 3), say);
      keep({ sizes: grown, split: before?.split ?? [] });
    }
    const all = Math.min(1000, Math.max(...sizes));
    const cloud = await startCloud();
    try {
      const split: Split[] = [];
      for (const [stacks, atOnce] of [
        [1, 1],
        [10, 1],
        [10, 2],
      ] as const) {
        say(`${all} in ${stacks} stacks, ${atOnce} at once`);
        split.push(await measureSplit(stacks, atOnce, Math.ceil(all / stacks), cloud));
      }
      keep({ sizes: grown, split });
    } finally {
      await cloud.close();
    }
  },
  render: ({ sizes, split }) => {
    const grown = Object.values(sizes).toSorted((left, right) => left.count - right.count);
    return `## How cost grows

ImageSyncTasks on the file backend: \`up\` that creates them all, and \`up\` without a change. "No checkpoints" is
\`PULUMI_SKIP_CHECKPOINTS=true\`: the engine writes the state once, at the end, instead of whole before and after each
resource. The exponent is that of the power of the number of resources which fits the times best, 1 being "twice as many
take twice as long".

### \`up\`, create

${growthTable("create", grown)}

### \`up\`, no change

${growthTable("unchanged", grown)}

### The same in several stacks

${splitTable(split)}`;
  },
  figures: ({ sizes, split }) => {
    const grown = Object.values(sizes).toSorted((left, right) => left.count - right.count);
    return { growth: growthTable("create", grown), split: splitTable(split) };
  },
});
