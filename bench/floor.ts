// What we cost over the bare engine, for a few and for many resources, and what the constant text saves.
import { startCloud } from "./cloud.js";
import { kindNames, type KindName, type Side } from "./declared.js";
import { figuresOf, inTurns, live, type Figures, type Steps } from "./lifecycle.js";
import { ratio, seconds, table } from "./markdown.js";
import { operations, type Operation } from "./project.js";
import { section, type Options, type Section } from "./section.js";

interface Case {
  readonly kind: KindName;
  readonly count: number;
  readonly runs: number;
  readonly day: string;
  readonly sides: Readonly<Partial<Record<Side, Readonly<Record<Operation, Figures>>>>>;
}

type Data = Readonly<Record<string, Case>>;

interface Plan {
  readonly kind: KindName;
  readonly count: number;
  readonly runs: number;
  readonly sides: readonly Side[];
}

function plans({ quick, kinds = quick ? kindNames.slice(0, 1) : kindNames, sizes, runs }: Options): Plan[] {
  const counts = sizes ?? (quick ? [100] : [1, 100, 1000]);
  return counts.flatMap((count) =>
    kindNames
      .filter((kind) => kinds.includes(kind))
      .map((kind) => {
        // A thousand serialised ones take very long, and are as much of a kind as any other.
        const withTwin = !quick && (count < 1000 || kind === kindNames[0]);
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
    say(`${kind} × ${count}: a first run of each that does not count`);
    for (const side of sides) await live({ side, kind, count: 1 }, cloud);
    const measured = await inTurns(sides, runs, async (side, round) => {
      say(`${kind} × ${count}: ${side}, ${round + 1} of ${runs}`);
      return live({ side, kind, count }, cloud);
    });
    const results = sides.map((side) => [side, figuresOfAll(measured.get(side) ?? [])] as const);
    return {
      kind,
      count,
      runs,
      day: new Date().toISOString().slice(0, 10),
      sides: Object.fromEntries(results),
    };
  } finally {
    await cloud.close();
  }
}

function figuresOfAll(lives: readonly Steps[]): Record<Operation, Figures> {
  const entries = operations.map((name) => [name, figuresOf(lives.map((steps) => steps[name]))]);
  return Object.fromEntries(entries) as Record<Operation, Figures>;
}

const names: Record<Operation, string> = {
  create: "`up`, create",
  preview: "`preview`, no change",
  unchanged: "`up`, no change",
  refresh: "`refresh`",
  destroy: "`destroy`",
};
const goals: Partial<Record<Operation, number>> = {
  create: 1.25,
  preview: 1.1,
  unchanged: 1.1,
  destroy: 1.25,
};

function callsOf(calls: Figures["calls"]): string {
  return Object.entries(calls)
    .map(([name, times]) => `${times} ${name}`)
    .join(", ");
}

function row(operation: Operation, floor: Figures, ours: Figures, goal: number | undefined): string[] {
  const added = ours.mebibytesOf.host[0] - floor.mebibytesOf.host[0];
  return [
    names[operation],
    seconds(floor.seconds),
    seconds(ours.seconds),
    ratio(ours.seconds[0], floor.seconds[0], goal),
    `${floor.cpuSeconds[0].toFixed(2)} s`,
    `${ours.cpuSeconds[0].toFixed(2)} s`,
    ratio(ours.cpuSeconds[0], floor.cpuSeconds[0], goal),
    `${(["engine", "host", "program"] as const).map((role) => (ours.cpuSecondsOf[role][0] - floor.cpuSecondsOf[role][0]).toFixed(2)).join(" / ")} s`,
    added > 20 ? `**+${added.toFixed(0)} MiB**` : `${added < 0 ? "" : "+"}${added.toFixed(0)} MiB`,
    `${ours.mebibytesOf.engine[0].toFixed(0)} MiB`,
    `${ours.cloudCpuSeconds[0].toFixed(2)} s`,
    callsOf(ours.calls),
  ];
}

function renderCase({ kind, count, runs, day, sides: { floor, ours, twin } }: Case): string {
  if (floor === undefined || ours === undefined) return "";
  const goalled = count > 1;
  const rows = operations.map((name) =>
    row(name, floor[name], ours[name], goalled ? goals[name] : undefined),
  );
  const heads = [
    "",
    "floor",
    "ours",
    "×",
    "CPU, floor",
    "CPU, ours",
    "×",
    "CPU more: engine / host / program",
    "host memory",
    "engine memory",
    "simulator's CPU",
    "calls",
  ];
  const bytes = (figures: Record<Operation, Figures>): number => figures.create.stateBytes / count;
  const state = `State: ${bytes(ours).toFixed(0)} bytes a resource, ${ratio(bytes(ours), bytes(floor), 1.5)} × the floor's ${bytes(floor).toFixed(0)}.`;
  const more = twin === undefined ? [] : [renderTwin(ours, twin, bytes)];
  return [
    `### ${kind} × ${count.toLocaleString("en")}`,
    `${runs} runs of each in turns, ${day}.`,
    table(heads, rows),
    state,
    ...more,
  ].join("\n\n");
}

function renderTwin(
  ours: Record<Operation, Figures>,
  twin: Record<Operation, Figures>,
  bytes: (figures: Record<Operation, Figures>) => number,
): string {
  const parts = operations.map(
    (name) =>
      `${names[name]} ${twin[name].seconds[0].toFixed(2)} s (${ratio(twin[name].seconds[0], ours[name].seconds[0])})`,
  );
  return `Serialised by Pulumi's SDK instead, the same takes, and is so many times ours: ${parts.join(", ")}, and ${bytes(twin).toFixed(0)} bytes of state a resource (${ratio(bytes(twin), bytes(ours))}).`;
}

export const floor: Section = section<Data>({
  name: "floor",
  inQuick: true,
  async measure(options, before, keep) {
    const data: Record<string, Case> = { ...before };
    for (const plan of plans(options)) {
      data[`${plan.kind} ${plan.count}`] = await measureCase(plan, options.say);
      keep(data);
    }
  },
  render: (data) => {
    const cases = Object.values(data).toSorted(
      (left, right) =>
        left.count - right.count || kindNames.indexOf(left.kind) - kindNames.indexOf(right.kind),
    );
    return `## Over the bare engine

The floor is the same program with a resource whose provider returns at once, by a constant text as long as ours, on the
same engine and file backend; ours calls a simulated cloud that answers without delay, in a process of its own whose time
is told apart. "×" is ours over the floor; what misses a goal is bold: 1.10 for \`preview\` and \`up\` without a change, 1.25
for create and destroy, 1.5 for the state, 20 MiB for the dynamic host's memory. Times are the middle of all runs, with the
least and the most; CPU is that of the engine, the dynamic host and the program together. Ten tasks share a repository, and
ten releases a mesh. Every step is a new process; the files that it reads were read before.

${cases.map(renderCase).join("\n\n")}`;
  },
});
