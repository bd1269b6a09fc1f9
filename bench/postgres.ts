// PostgreSQL as the backend: a real server, its lock, and many workers over many stacks.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { startCloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { openFleet } from "./fleet.js";
import { inTurns, live } from "./lifecycle.js";
import { missing, seconds, table, tellRuns, times } from "./markdown.js";
import { startPostgres } from "./postgres-server.js";
import { lockWords, measureLock, type Lock } from "./postgres-lock.js";
import { recordOf } from "./record.js";
import { middle, rounded, type Runs } from "./runs.js";
import type { Cases, Options, Section } from "./section.js";

const expected = [10, 100, 300];
const variants = ["file", "PostgreSQL", "file, no checkpoints", "PostgreSQL, no checkpoints"] as const;
type Variant = (typeof variants)[number];

interface Backends {
  readonly count: number;
  readonly runs: number;
  readonly create: Readonly<Record<Variant, Runs>>;
  readonly unchanged: Readonly<Record<Variant, Runs>>;
}

/** How many workers there were. */
const crowds = ["1", "2", "4", "8"] as const;
type Crowd = (typeof crowds)[number];

interface FleetFigures {
  readonly stacks: number;
  readonly perStack: number;
  readonly cores: number;
  readonly milliseconds: number;
  readonly runs: number;
  /** Until all stacks were created. */
  readonly seconds: Readonly<Record<Crowd, Runs>>;
  /** How much of all cores was used meanwhile, by whatever ran. */
  readonly busy: Readonly<Record<Crowd, Runs>>;
}

interface Data {
  readonly version: string;
  readonly backends?: Backends;
  readonly lock?: Lock;
  readonly fleet?: FleetFigures;
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
    const environment: Record<string, string> = variant.startsWith("PostgreSQL")
      ? { PULUMI_BACKEND_URL: url }
      : {};
    const skipCheckpoints = variant.endsWith("checkpoints");
    const stackName = `backend-${count}-${variants.indexOf(variant)}-${round}`;
    return live({ side: "ours", kind, count: size, environment, skipCheckpoints, stackName }, cloud, steps);
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
      recordOf(variants, (variant) => rounded(measured[variant].map((one) => one[step].seconds)));
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

async function measureFleet(
  url: string,
  stacks: number,
  runs: number,
  say: Options["say"],
): Promise<FleetFigures> {
  const [perStack, milliseconds] = [10, 200];
  const cloud = await startCloud(milliseconds);
  try {
    const fleet = await openFleet({ stacks, perStack, cloud, environment: { PULUMI_BACKEND_URL: url } });
    const createAll = async (crowd: Crowd): Promise<{ seconds: number; busy: number }> => {
      const before = coreTicks();
      const took = await fleet.perform("create", Number(crowd));
      const after = coreTicks();
      await fleet.perform("destroy", 4);
      return { seconds: took, busy: 1 - (after.idle - before.idle) / (after.all - before.all) };
    };
    try {
      await createAll("4");
      const measured = await inTurns(
        crowds,
        runs,
        async () => {},
        (crowd, round) => {
          say(`${crowd} workers over ${stacks} stacks, ${round + 1} of ${runs}`);
          return createAll(crowd);
        },
      );
      const of = (name: "seconds" | "busy"): Record<Crowd, Runs> =>
        recordOf(crowds, (crowd) => rounded(measured[crowd].map((one) => one[name])));
      return {
        stacks,
        perStack,
        cores: availableParallelism(),
        milliseconds,
        runs,
        seconds: of("seconds"),
        busy: of("busy"),
      };
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

function fleetWords({
  stacks,
  perStack,
  milliseconds,
  cores,
  runs,
  seconds: took,
  busy,
}: FleetFigures): string {
  const rows = crowds.map((crowd) => [
    crowd,
    seconds(took[crowd], 1),
    ((stacks / middle(took[crowd])) * 60).toFixed(0),
    times(took["1"], took[crowd]),
    `${(middle(busy[crowd]) * 100).toFixed(0)} %`,
  ]);
  return `${stacks} stacks of ${perStack} ImageSyncTasks, with a cloud that takes ${milliseconds} ms for a call; ${tellRuns(runs)}, each of which creates all of them. The ${cores} cores also run the server and the simulated cloud, and all of that is counted as busy: once they are, more workers need more machines.\n\n${table(["workers", "all stacks created", "stacks a minute", "× one worker", "cores busy"], rows)}`;
}

export const postgres: Section<Data> = {
  name: "postgres",
  inQuick: false,
  async measure({ quick, sizes, runs, say }, keep) {
    const server = await startPostgres();
    const { version, url } = server;
    try {
      const usualSizes = quick ? expected.slice(0, 1) : expected;
      for (const count of sizes ?? usualSizes)
        await keep(`backends ${count}`, async () => ({
          version,
          backends: await measureBackends(url, count, runs ?? (count > 100 ? 3 : 5), say),
        }));
      say("two runs at once");
      await keep("lock", async () => ({ version, lock: await measureLock(url, quick ? 2 : 5) }));
      const [stacks, rounds] = quick ? [4, 1] : [40, 2];
      await keep("fleet", async () => ({ version, fleet: await measureFleet(url, stacks, rounds, say) }));
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
      workers: fleet === undefined ? missing("--only postgres") : fleetWords(fleet),
    };
  },
};
