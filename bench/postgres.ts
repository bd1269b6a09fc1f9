// PostgreSQL as the backend: a real server, its lock, and many workers over many stacks.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { startCloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { openFleet } from "./fleet.js";
import { inTurns, live } from "./lifecycle.js";
import { missing, seconds, table } from "./markdown.js";
import { startPostgres } from "./postgres-server.js";
import { lockWords, measureLock, type Lock } from "./postgres-lock.js";
import { recordOf } from "./record.js";
import type { Runs } from "./runs.js";
import type { Cases, Options, Section } from "./section.js";

const expected = [100, 300];
const variants = ["file", "PostgreSQL", "file, no checkpoints", "PostgreSQL, no checkpoints"] as const;
type Variant = (typeof variants)[number];

interface Backends {
  readonly count: number;
  readonly runs: number;
  readonly create: Readonly<Record<Variant, Runs>>;
  readonly unchanged: Readonly<Record<Variant, Runs>>;
}

interface Workers {
  readonly workers: number;
  readonly seconds: number;
  /** How much of all cores was used, by whatever ran. */
  readonly busy: number;
}

interface Crowd {
  readonly stacks: number;
  readonly perStack: number;
  readonly cores: number;
  readonly milliseconds: number;
  readonly workers: readonly Workers[];
}

interface Data {
  readonly version: string;
  readonly backends?: Backends;
  readonly lock?: Lock;
  readonly fleet?: Crowd;
}

async function measureBackends(
  url: string,
  count: number,
  runs: number,
  say: Options["say"],
): Promise<Backends> {
  const cloud = await startCloud();
  const steps = ["create", "unchanged"] as const;
  const variantLife = (
    variant: Variant,
    size: number,
    round: number,
  ): ReturnType<typeof live<(typeof steps)[number]>> => {
    const environment: Record<string, string> = {
      ...(variant.startsWith("PostgreSQL") ? { PULUMI_BACKEND_URL: url } : {}),
      ...(variant.endsWith("checkpoints") ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {}),
    };
    const stackName = `backend-${count}-${variants.indexOf(variant)}-${round}`;
    return live({ side: "ours", kind, count: size, environment, stackName }, cloud, steps);
  };
  try {
    const measured = await inTurns(
      variants,
      runs,
      (variant) => variantLife(variant, 1, runs),
      (variant, round) => {
        say(`backends × ${count}: ${variant}, ${round + 1} of ${runs}`);
        return variantLife(variant, count, round);
      },
    );
    const of = (step: (typeof steps)[number]): Record<Variant, Runs> =>
      recordOf(variants, (variant) => measured[variant].map((one) => Number(one[step].seconds.toFixed(3))));
    return { count, runs, create: of("create"), unchanged: of("unchanged") };
  } finally {
    await cloud.close();
  }
}

/** Of all cores together, since the machine started. */
function coreTicks(): { all: number; idle: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  // user, nice, system, idle, waiting for a disk, …; guests are counted in the first two.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, one) => sum + one, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) };
}

async function measureFleet(url: string, stacks: number, say: Options["say"]): Promise<Crowd> {
  const [perStack, milliseconds] = [10, 200];
  const cloud = await startCloud(milliseconds);
  try {
    const fleet = await openFleet({ stacks, perStack, cloud, environment: { PULUMI_BACKEND_URL: url } });
    try {
      // Does not count.
      await fleet.perform("create", 4);
      await fleet.perform("destroy", 4);
      const measured: Workers[] = [];
      for (const workers of [1, 2, 4, 8]) {
        say(`${workers} workers over ${stacks} stacks`);
        const before = coreTicks();
        const took = await fleet.perform("create", workers);
        const after = coreTicks();
        const busy = 1 - (after.idle - before.idle) / (after.all - before.all);
        measured.push({ workers, seconds: took, busy });
        await fleet.perform("destroy", 4);
      }
      return { stacks, perStack, cores: availableParallelism(), milliseconds, workers: measured };
    } finally {
      await fleet.close();
    }
  } finally {
    await cloud.close();
  }
}

function backendsTable(cases: Cases<Data>): string {
  const all = Object.values(cases)
    .flatMap(({ data }) => data.backends ?? [])
    .toSorted((left, right) => left.count - right.count);
  const without = expected.filter((count) => !all.some((one) => one.count === count));
  const rows = all.flatMap(({ count, runs, create, unchanged }) =>
    variants.map((variant) => [
      `${count} tasks, ${variant}`,
      seconds(create[variant], 1),
      seconds(unchanged[variant], 1),
      String(runs),
    ]),
  );
  const heads = ["backend", "`up`, create", "`up`, no change", "runs"];
  return [
    ...(rows.length === 0 ? [] : [table(heads, rows)]),
    ...(without.length === 0 ? [] : [missing(`--only postgres --sizes ${without.join(",")}`)]),
  ].join("\n\n");
}

function workersTable({ stacks, workers }: Crowd): string {
  const [one] = workers;
  return table(
    ["workers", "all stacks in, 1 run", "stacks a minute", "× one worker", "cores busy"],
    workers.map((row) => [
      String(row.workers),
      `${row.seconds.toFixed(1)} s`,
      ((stacks / row.seconds) * 60).toFixed(0),
      ((one?.seconds ?? 0) / row.seconds).toFixed(2),
      `${(row.busy * 100).toFixed(0)} %`,
    ]),
  );
}

function fleetWords(fleet: Crowd): string {
  return `${fleet.stacks} stacks of ${fleet.perStack} ImageSyncTasks, each created once, ${fleet.milliseconds} ms a call, on ${fleet.cores} cores that also run the server and the simulated cloud, and are all counted as busy: where they are, more workers of one machine cannot help, and more machines would.\n\n${workersTable(fleet)}`;
}

export const postgres: Section<Data> = {
  name: "postgres",
  inQuick: false,
  async measure({ quick, sizes, runs = 3, say }, keep) {
    const server = await startPostgres();
    const { version, url } = server;
    try {
      const usualSizes = quick ? [10] : expected;
      for (const count of sizes ?? usualSizes)
        await keep(`backends ${count}`, async () => ({
          version,
          backends: await measureBackends(url, count, runs, say),
        }));
      say("two runs at once");
      await keep("lock", async () => ({ version, lock: await measureLock(url, quick ? 2 : 5) }));
      await keep("fleet", async () => ({ version, fleet: await measureFleet(url, quick ? 4 : 40, say) }));
    } finally {
      await server.close();
    }
  },
  render: (cases) => {
    const lock = cases["lock"]?.data.lock;
    const fleet = cases["fleet"]?.data.fleet;
    const versions = new Set(Object.values(cases).map(({ data }) => data.version));
    return [
      `## PostgreSQL as the backend`,
      `A server on the same machine, started by the benchmark with its defaults${[...versions].map((version) => `: ${version}`).join("")}.`,
      Object.entries(cases)
        .map(([name, { note }]) => `- ${name}: ${note}`)
        .join("\n"),
      `### ImageSyncTasks, all created\n\n${backendsTable(cases)}`,
      `### Its lock\n\n${lock === undefined ? missing("--only postgres") : lockWords(lock)}`,
      `### Many workers over many stacks\n\n${fleet === undefined ? missing("--only postgres") : fleetWords(fleet)}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  },
  figures: (cases) => {
    const fleet = cases["fleet"]?.data.fleet;
    return {
      backends: backendsTable(cases),
      workers: fleet === undefined ? missing("--only postgres") : workersTable(fleet),
    };
  },
};
