// How long the dynamic host takes until it has answered its first check, and what each call costs after that.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamicHost, type DynamicHost, type Properties } from "../test/dynamic-host.js";
import { repositoryRoot } from "../tools/places.mjs";
import { startCloud, type Cloud } from "./cloud.js";
import { declared, floorPackage, kindNames, type KindName } from "./declared.js";
import { inTurns } from "./lifecycle.js";
import { ratio, table } from "./markdown.js";
import { cpuSecondsOf } from "./processes.js";
import { spreadOf, type Spread } from "./results.js";
import { section, type Section } from "./section.js";

const calls = ["check", "diff", "create"] as const;
type Call = (typeof calls)[number];
type Side = "floor" | "ours";

interface Start {
  readonly milliseconds: Spread;
  readonly cpuMilliseconds: Spread;
}

/** Milliseconds, and milliseconds of processor time, of one call among many. */
type Costs = Readonly<Record<Call, { readonly milliseconds: Spread; readonly cpuMilliseconds: Spread }>>;

interface Data {
  readonly starts: number;
  readonly runs: number;
  readonly times: number;
  readonly start: Readonly<Record<Side, Start>>;
  readonly costs: Readonly<Record<Side, Costs>>;
}

const kind: KindName = kindNames[0];

/** The folder in which the host looks for packages: ours, and the floor's. */
function prepareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  mkdirSync(join(folder, "node_modules", floorPackage), { recursive: true });
  const built = JSON.stringify(join(repositoryRoot, ".build", "bench", "floor-provider.js"));
  writeFileSync(
    join(folder, "node_modules", floorPackage, "provider.js"),
    `module.exports = require(${built});`,
  );
  symlinkSync(repositoryRoot, join(folder, "node_modules", "pulumi-grayscale"));
  return folder;
}

function inputsOf(side: Side, index: number): Properties {
  const name = side === "ours" ? "pulumi-grayscale" : floorPackage;
  const text = `exports.handler=()=>require("${name}/provider")["${kind}"]`;
  const urn = `urn:pulumi:bench::bench::pulumi-nodejs:dynamic/${kind}::thing-${index}`;
  const args = { ...declared[kind].args(index, 10), __provider: text };
  return side === "ours" ? { ...args, __urn: urn } : args;
}

async function openHost(folder: string, cloud: Cloud): Promise<DynamicHost> {
  const config = Object.fromEntries(Object.entries(cloud.config).map(([key, { value }]) => [key, value]));
  return startDynamicHost({ folder, config, asUsersHaveIt: true });
}

async function measureStart(
  side: Side,
  folder: string,
  cloud: Cloud,
): Promise<{ milliseconds: number; cpuMilliseconds: number }> {
  const started = performance.now();
  const host = await openHost(folder, cloud);
  try {
    await host.check({}, inputsOf(side, 0));
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
): Promise<Record<Call, { milliseconds: number; cpuMilliseconds: number }>> {
  await cloud.reset();
  const host = await openHost(folder, cloud);
  const made: { id: string; outputs: Properties }[] = [];
  const checked: Properties[] = [];
  const cost = async (
    work: () => Promise<void>,
  ): Promise<{ milliseconds: number; cpuMilliseconds: number }> => {
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
        checked.push((await host.check({}, inputsOf(side, index))).inputs);
    });
    const create = await cost(async () => {
      const queue = checked.entries();
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (const [index, inputs] of queue) made[index] = await host.create(inputs);
        }),
      );
    });
    const diff = await cost(async () => {
      for (const [index, { id, outputs }] of made.entries())
        await host.diff(id, outputs, checked[index] ?? {});
    });
    return { check, diff, create };
  } finally {
    await host.close();
  }
}

async function measureAll(starts: number, runs: number, times: number): Promise<Data> {
  const folder = prepareFolder();
  const cloud = await startCloud();
  try {
    const sides: readonly Side[] = ["floor", "ours"];
    const started = await inTurns(sides, starts + 1, (side) => measureStart(side, folder, cloud));
    const called = await inTurns(sides, runs, (side) => measureCalls(side, folder, cloud, times));
    const start = (side: Side): Start => {
      // The first one reads what was not read yet.
      const [, ...counted] = started.get(side) ?? [];
      return {
        milliseconds: spreadOf(
          counted.map(({ milliseconds }) => milliseconds),
          0,
        ),
        cpuMilliseconds: spreadOf(
          counted.map(({ cpuMilliseconds }) => cpuMilliseconds),
          0,
        ),
      };
    };
    const costs = (side: Side): Costs => {
      const all = called.get(side) ?? [];
      const of = (call: Call): Costs[Call] => ({
        milliseconds: spreadOf(all.map((one) => one[call].milliseconds)),
        cpuMilliseconds: spreadOf(all.map((one) => one[call].cpuMilliseconds)),
      });
      return { check: of("check"), diff: of("diff"), create: of("create") };
    };
    return {
      starts,
      runs,
      times,
      start: { floor: start("floor"), ours: start("ours") },
      costs: { floor: costs("floor"), ours: costs("ours") },
    };
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function range([middle, least, most]: Spread, digits: number): string {
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} – ${most.toFixed(digits)})`;
}

export const start: Section = section<Data>({
  name: "start",
  inQuick: true,
  async measure({ quick, runs, say }, _before, keep) {
    say("start-up, and calls one by one");
    keep(await measureAll(quick ? 5 : 21, runs ?? 3, quick ? 300 : 1000));
  },
  render: ({ starts, runs, times, start: { floor, ours }, costs }) => {
    const more = ours.milliseconds[0] - floor.milliseconds[0];
    const rows = [
      [
        "start to first check",
        `${range(floor.milliseconds, 0)} ms`,
        `${range(ours.milliseconds, 0)} ms`,
        more > 60 ? `**+${more.toFixed(0)} ms**` : `+${more.toFixed(0)} ms`,
        `${floor.cpuMilliseconds[0].toFixed(0)} ms`,
        `${ours.cpuMilliseconds[0].toFixed(0)} ms`,
      ],
      ...calls.map((call) => [
        `\`${call}\``,
        `${range(costs.floor[call].milliseconds, 2)} ms`,
        `${range(costs.ours[call].milliseconds, 2)} ms`,
        `${ratio(costs.ours[call].milliseconds[0], costs.floor[call].milliseconds[0])} ×`,
        `${costs.floor[call].cpuMilliseconds[0].toFixed(2)} ms`,
        `${costs.ours[call].cpuMilliseconds[0].toFixed(2)} ms`,
      ]),
    ];
    return `## Start-up, and single calls

Pulumi's dynamic host, started as the engine starts it and spoken to without the engine: the time until it has answered
its first \`check\` (goal: 60 ms more than the floor; ${starts} starts of each in turns after one that does not count), and
one call of ${times} ImageSyncTasks – \`check\` and \`diff\` one after the other, as the engine makes them, \`create\` eight at a
time, with its calls to the cloud (${runs} runs).

${table(["", "floor", "ours", "", "CPU, floor", "CPU, ours"], rows)}`;
  },
});
