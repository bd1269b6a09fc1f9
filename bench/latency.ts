// A cloud that is far away: how near we come to the least time that its calls can take.
import { availableParallelism } from "node:os";
import { startCloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { figuresOfAll, inTurns, live, tellCalls, type Figures } from "./lifecycle.js";
import { judged, missing, seconds, table, times } from "./markdown.js";
import { middle, ratios, type Runs } from "./runs.js";
import type { Goal, Measured, Section } from "./section.js";

const repositories = 10;
const expected = [50, 200];
const goal = 1.15;
const steps = ["create", "unchanged", "refresh", "destroy"] as const;
type StepName = (typeof steps)[number];

function perRepository(count: number): number {
  return Math.ceil(count / repositories);
}

interface Case {
  readonly milliseconds: number;
  readonly count: number;
  readonly runs: number;
  /** How many operations the engine has under way at once. */
  readonly parallel: number;
  /** The bare engine, which waits for no cloud. */
  readonly floor: Readonly<Record<StepName, Figures>>;
  readonly ours: Readonly<Record<StepName, Figures>>;
}

async function measureCase(milliseconds: number, count: number, runs: number): Promise<Case> {
  const cloud = await startCloud(milliseconds);
  // The engine's own default, said aloud.
  const parallel = availableParallelism() * 4;
  const wanted = { kind, parallel, perGroup: perRepository(count) };
  try {
    const measured = await inTurns(
      ["floor", "ours"],
      runs,
      (side) => live({ ...wanted, side, count: 1 }, cloud, steps),
      (side) => live({ ...wanted, side, count }, cloud, steps),
    );
    const [floor, ours] = [figuresOfAll(steps, measured.floor), figuresOfAll(steps, measured.ours)];
    return { milliseconds, count, runs, parallel, floor, ours };
  } finally {
    await cloud.close();
  }
}

const names: Record<StepName, string> = {
  create: "`up`, create",
  unchanged: "`up`, no change",
  refresh: "`refresh`",
  destroy: "`destroy`",
};

/** In how many waves of the engine each repository has tasks, all repositories together. */
function listsOfWaves({ count, parallel }: Case): number {
  const perGroup = perRepository(count);
  const seen = Array.from(
    { length: count },
    (_, index) => `${Math.floor(index / parallel)} ${Math.floor(index / perGroup)}`,
  );
  return new Set(seen).size;
}

interface Least {
  readonly calls: number;
  readonly told: string;
  /** How many of them follow each other, however many are under way at once. */
  readonly chain: number;
}

function leastOf(one: Case): Record<StepName, Least> {
  const { count, parallel } = one;
  const waves = Math.ceil(count / parallel);
  const lists = 2 * listsOfWaves(one);
  const groups = Math.ceil(count / perRepository(count));
  return {
    create: {
      calls: 1 + lists + count,
      told: `1 listProjects, ${lists} listSyncTasks, ${count} createSyncTask`,
      chain: 3 * waves,
    },
    unchanged: { calls: 0, told: "none", chain: 0 },
    refresh: { calls: groups, told: `${groups} listSyncTasks`, chain: groups },
    destroy: { calls: count, told: `${count} deleteSyncTask`, chain: waves },
  };
}

function chainSeconds({ milliseconds, floor }: Case, name: StepName, { chain }: Least): Runs {
  return floor[name].seconds.map((engine) => engine + (chain * milliseconds) / 1000);
}

function renderCase({ data, note }: Measured<Case>): string {
  const { milliseconds, count, parallel, runs, floor, ours } = data;
  const all = leastOf(data);
  const rows = steps.map((name) => {
    const least = all[name];
    const own = ours[name].seconds;
    const shared = (least.calls / parallel) * (milliseconds / 1000);
    const chain = chainSeconds(data, name, least);
    return [
      names[name],
      seconds(own),
      seconds(floor[name].seconds),
      `${middle(chain).toFixed(2)} s`,
      times(own, chain, goal),
      `${shared.toFixed(2)} s`,
      shared === 0
        ? "–"
        : times(
            own,
            own.map(() => shared),
          ),
      tellCalls(ours[name]),
      least.told,
    ];
  });
  const heads = [
    "",
    "ours",
    "bare engine",
    "engine + chain",
    "×",
    "calls ÷ parallelism × latency",
    "×",
    "calls",
    "least calls",
  ];
  return `### ${milliseconds} ms a call\n\n${count} tasks, ${parallel} at once, ${runs} runs of each; ${note}.\n\n${table(heads, rows)}`;
}

function ratioOf(one: Case, name: StepName): number {
  return middle(ratios(one.ours[name].seconds, chainSeconds(one, name, leastOf(one)[name])));
}

function shortTable(cases: readonly Case[]): string {
  if (cases.length === 0) return missing("--only latency");
  return table(
    ["", ...cases.map(({ milliseconds }) => `${milliseconds} ms a call, ×`)],
    steps.map((name) => [names[name], ...cases.map((one) => judged(ratioOf(one, name), goal))]),
  );
}

function goalOf(cases: readonly Case[]): Goal {
  const found = cases.flatMap((one) =>
    steps.map((name) => ({
      where: `${one.milliseconds} ms, ${name}`,
      value: ratioOf(one, name),
    })),
  );
  return { what: "a cloud far away: engine + chain of calls", limit: goal, unit: "×", found };
}

export const latency: Section<Case> = {
  name: "latency",
  inQuick: false,
  async measure({ quick, sizes: [count = 200] = [], runs = 3, say }, keep) {
    for (const milliseconds of quick ? expected.slice(0, 1) : expected) {
      say(`latency of ${milliseconds} ms`);
      await keep(String(milliseconds), () => measureCase(milliseconds, count, runs));
    }
  },
  render: (cases) => {
    const without = expected.some((milliseconds) => cases[milliseconds] === undefined);
    return `## A cloud that is far away

ImageSyncTasks over ${repositories} repositories, and every call answered that much later. **Calls ÷ parallelism × latency** takes the
least calls: the writes, and in each wave of as many operations as the engine has under way at once a list of each repository
before and after. It cannot be reached: the calls of one create (look, write, confirm) depend on each other, and a wave waits
for each of them, whoever shares the lists; nor does it hold any work of the engine. **Engine + chain** is the bare engine's
time, measured in the same rounds, and in each wave the calls that depend on each other: three of a create, one of a delete,
and one list for each repository of a refresh. The goal of ${goal} is judged against that; where a look is shared with the wave
before, it may even be beaten.

${[...Object.values(cases).map(renderCase), ...(without ? [missing("--only latency")] : [])].join("\n\n")}`;
  },
  figures: (cases) => ({ latency: shortTable(Object.values(cases).map(({ data }) => data)) }),
  goals: (cases) => [goalOf(Object.values(cases).map(({ data }) => data))],
};
