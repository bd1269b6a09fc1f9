// A cloud that is far away: how near we come to the least time that its calls can take.
import { availableParallelism } from "node:os";
import { startCloud } from "./cloud.js";
import { kindNames, type KindName } from "./declared.js";
import { figuresOf, inTurns, live, type Figures, type Step } from "./lifecycle.js";
import { ratio, seconds, table } from "./markdown.js";
import { section, type Section } from "./section.js";

const kind: KindName = kindNames[0];
const count = 200;
const repositories = 10;
const steps = ["create", "unchanged", "refresh", "destroy"] as const;
type StepName = (typeof steps)[number];

interface Case {
  readonly milliseconds: number;
  readonly runs: number;
  /** Of the engine: how many operations it has under way at once. */
  readonly parallel: number;
  readonly floor: Readonly<Record<StepName, Figures>>;
  readonly ours: Readonly<Record<StepName, Figures>>;
}

type Data = Readonly<Record<string, Case>>;

async function measureCase(milliseconds: number, runs: number): Promise<Case> {
  const cloud = await startCloud(milliseconds);
  const environment = { BENCH_LATENCY: String(milliseconds) };
  try {
    const measured = await inTurns(["floor", "ours"], runs, (side) =>
      live({ side, kind, count, perGroup: count / repositories, environment }, cloud, steps),
    );
    const of = (side: "floor" | "ours"): Record<StepName, Figures> => {
      const lives = measured.get(side) ?? [];
      const entries = steps.map((name) => [name, figuresOf(lives.map((one): Step => one[name]))]);
      return Object.fromEntries(entries) as Record<StepName, Figures>;
    };
    // The engine's own default.
    const parallel = availableParallelism() * 4;
    return { milliseconds, runs, parallel, floor: of("floor"), ours: of("ours") };
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

const leastCalls: Record<StepName, (parallel: number) => string> = {
  // In each wave of the engine one list for each of its repositories, before and after.
  create: (parallel) => `${count} writes, ${2 * Math.ceil(count / parallel)} lists`,
  unchanged: () => "0",
  refresh: () => `${repositories} lists`,
  destroy: () => `${count} writes`,
};

function sum(calls: Figures["calls"]): number {
  return Object.values(calls).reduce((total, times) => total + times, 0);
}

function renderCase({ milliseconds, parallel, runs, floor, ours }: Case): string {
  const rows = steps.map((name) => {
    const calls = sum(ours[name].calls);
    const least = ((calls / parallel) * milliseconds) / 1000;
    return [
      names[name],
      seconds(ours[name].seconds),
      seconds(floor[name].seconds),
      ratio(ours[name].seconds[0], floor[name].seconds[0], 1.15),
      `${least.toFixed(2)} s`,
      Object.entries(ours[name].calls)
        .map(([operation, times]) => `${times} ${operation}`)
        .join(", ") || "none",
      leastCalls[name](parallel),
    ];
  });
  const heads = [
    "",
    "ours",
    "floor that waits",
    "×",
    "calls ÷ parallelism × latency",
    "calls",
    "least calls",
  ];
  return `### ${milliseconds} ms a call (${runs} runs)\n\n${table(heads, rows)}`;
}

export const latency: Section = section<Data>({
  name: "latency",
  async measure({ runs = 3, say }, before, keep) {
    const data: Record<string, Case> = { ...before };
    for (const milliseconds of [50, 200]) {
      say(`latency of ${milliseconds} ms`);
      data[milliseconds] = await measureCase(milliseconds, runs);
      keep(data);
    }
  },
  render: (data) => `## A cloud that is far away

${count} ImageSyncTasks over ${repositories} repositories, and every call answered that much later. The floor that waits is the same
program with a provider that calls nothing and waits as long as the calls of one resource take one after the other: a look,
the write and a look to confirm it for a create, one call for a read and for a delete. It is the least that the engine can
reach with its parallelism (four operations a core), its own work included; goal: 1.15 × it.

${Object.values(data).map(renderCase).join("\n\n")}`,
});
