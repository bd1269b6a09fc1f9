// How long the dynamic host takes until it has answered its first check, and what each call costs after that.
import { rmSync } from "node:fs";
import type { Properties } from "../test/dynamic-host.js";
import { startCloud, type Cloud } from "./cloud.js";
import { checkedBy, eightAtATime, inputsOf, openHost, prepareFolder } from "./host.js";
import { inTurns } from "./lifecycle.js";
import { judged, missing, range, table, times as ratioOf } from "./markdown.js";
import { cpuSecondsOf } from "./processes.js";
import { recordOf } from "./record.js";
import { difference, differences, middle, rounded, type Runs } from "./runs.js";
import type { Cases, Section } from "./section.js";

const calls = ["check", "diff", "create"] as const;
type Call = (typeof calls)[number];
const sides = ["floor", "ours"] as const;
type Side = (typeof sides)[number];

interface Cost {
  readonly milliseconds: number;
  /** Of processor time. */
  readonly cpuMilliseconds: number;
}

type Costs = Readonly<Record<keyof Cost, Runs>>;

interface Data {
  readonly starts: number;
  readonly runs: number;
  readonly times: number;
  readonly start: Readonly<Record<Side, Costs>>;
  /** Of one call among many. */
  readonly calls: Readonly<Record<Side, Readonly<Record<Call, Costs>>>>;
}

async function measureStart(side: Side, folder: string, cloud: Cloud): Promise<Cost> {
  const started = performance.now();
  const host = await openHost(folder, cloud);
  try {
    await checkedBy(host, inputsOf(side, 0));
    const milliseconds = performance.now() - started;
    return { milliseconds, cpuMilliseconds: cpuSecondsOf(host.process.pid ?? 0) * 1000 };
  } finally {
    await host.close();
  }
}

/** One call after the other, as the engine makes checks and diffs; creates eight at a time. */
async function measureCalls(
  side: Side,
  folder: string,
  cloud: Cloud,
  times: number,
): Promise<Record<Call, Cost>> {
  await cloud.reset();
  const host = await openHost(folder, cloud);
  const made: { id: string; outputs: Properties }[] = [];
  const checked: Properties[] = [];
  const cost = async (work: () => Promise<void>): Promise<Cost> => {
    const [started, cpu] = [performance.now(), cpuSecondsOf(host.process.pid ?? 0)];
    await work();
    return {
      milliseconds: (performance.now() - started) / times,
      cpuMilliseconds: ((cpuSecondsOf(host.process.pid ?? 0) - cpu) * 1000) / times,
    };
  };
  try {
    const check = await cost(async () => {
      for (let index = 0; index < times; index += 1)
        checked.push(await checkedBy(host, inputsOf(side, index)));
    });
    const create = await cost(() =>
      eightAtATime(checked, async (inputs, index) => {
        made[index] = await host.create(inputs);
      }),
    );
    const diff = await cost(async () => {
      for (const [index, { id, outputs }] of made.entries())
        await host.diff(id, outputs, checked[index] ?? {});
    });
    return { check, diff, create };
  } finally {
    await host.close();
  }
}

function costsOf(runs: readonly Cost[]): Costs {
  return recordOf(["milliseconds", "cpuMilliseconds"], (name) => rounded(runs.map((run) => run[name])));
}

async function measureAll(starts: number, runs: number, times: number): Promise<Data> {
  const folder = prepareFolder();
  const cloud = await startCloud();
  try {
    const startOf = (side: Side): Promise<Cost> => measureStart(side, folder, cloud);
    const started = await inTurns(sides, starts, startOf, startOf);
    const called = await inTurns(
      sides,
      runs,
      (side) => measureCalls(side, folder, cloud, 10),
      (side) => measureCalls(side, folder, cloud, times),
    );
    return {
      starts,
      runs,
      times,
      start: recordOf(sides, (side) => costsOf(started[side])),
      calls: recordOf(sides, (side) =>
        recordOf(calls, (call) => costsOf(called[side].map((one) => one[call]))),
      ),
    };
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const goal = 60;

function longer({ floor, ours }: Data["start"]): number {
  return difference(ours.milliseconds, floor.milliseconds);
}

function costTable({ start: { floor, ours }, calls: of }: Data): string {
  const row = (
    name: string,
    [their, our]: readonly [Costs, Costs],
    more: string,
    digits: number,
  ): string[] => [
    name,
    `${range(their.milliseconds, digits)} ms`,
    `${range(our.milliseconds, digits)} ms`,
    more,
    `${middle(their.cpuMilliseconds).toFixed(digits)} ms`,
    `${middle(our.cpuMilliseconds).toFixed(digits)} ms`,
  ];
  const apart = differences(ours.milliseconds, floor.milliseconds);
  const [least, most] = [Math.min(...apart).toFixed(0), Math.max(...apart).toFixed(0)];
  const more = `${judged(middle(apart), goal, 0)} (${least} – ${most}) ms more`;
  const rows = calls.map((call) => {
    const [their, our] = [of.floor[call], of.ours[call]];
    return row(`\`${call}\``, [their, our], `${ratioOf(our.milliseconds, their.milliseconds)} ×`, 2);
  });
  return table(
    ["", "floor", "ours", "", "CPU, floor", "CPU, ours"],
    [row("start to first check", [floor, ours], more, 0), ...rows],
  );
}

function dataOf(cases: Cases<Data>): Data | undefined {
  return cases["host"]?.data;
}

export const start: Section<Data> = {
  name: "start",
  inQuick: true,
  async measure({ quick, runs, say }, keep) {
    say("start-up, and calls one by one");
    await keep("host", () => measureAll(quick ? 5 : 21, runs ?? (quick ? 3 : 9), quick ? 300 : 1000));
  },
  render: (cases) => {
    const data = dataOf(cases);
    const told =
      data === undefined
        ? missing("--only start")
        : `${data.starts} starts of each in turns after one that does not count, ${data.runs} runs of ${data.times} calls; ${cases["host"]?.note}.\n\n${costTable(data)}`;
    return `## Start-up, and single calls

Pulumi's dynamic host, started as the engine starts it and spoken to without the engine: the time until it has answered
its first \`check\` (goal: ${goal} ms more than the floor), and one call of many ImageSyncTasks – \`check\` and \`diff\` one after
the other, as the engine makes them, \`create\` eight at a time, with its calls to the cloud.

${told}`;
  },
  figures: (cases) => {
    const data = dataOf(cases);
    const told =
      data === undefined
        ? missing("--only start")
        : `The dynamic host takes ${longer(data.start).toFixed(0)} ms longer to start than the bare one, and a create of an ImageSyncTask, with its calls, ${difference(data.calls.ours.create.cpuMilliseconds, data.calls.floor.create.cpuMilliseconds).toFixed(1)} ms more of processor time.`;
    return { start: told };
  },
  goals: (cases) => {
    const data = dataOf(cases);
    const found = data === undefined ? [] : [{ where: "start to first check", value: longer(data.start) }];
    return [{ what: "start of the dynamic host, more than the bare one", limit: goal, unit: "ms", found }];
  },
};
