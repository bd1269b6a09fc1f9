// PostgreSQL as the backend: a real server, its lock, and many workers over many stacks.
import { availableParallelism } from "node:os";
import { startCloud, type Cloud } from "./cloud.js";
import { kindNames, type KindName } from "./declared.js";
import { inTurns, live } from "./lifecycle.js";
import { ratio, seconds, table } from "./markdown.js";
import { startPostgres, type PostgresServer } from "./postgres-server.js";
import { CommandError, type Run } from "./processes.js";
import { openProject, type Project } from "./project.js";
import { spreadOf, type Spread } from "./results.js";
import { section, type Section } from "./section.js";

const kind: KindName = kindNames[0];

const variants = ["file", "PostgreSQL", "file, no checkpoints", "PostgreSQL, no checkpoints"] as const;
type Variant = (typeof variants)[number];

interface Backends {
  readonly count: number;
  readonly runs: number;
  readonly create: Readonly<Record<Variant, Spread>>;
  readonly unchanged: Readonly<Record<Variant, Spread>>;
}

/** What came of two runs that began at once on one stack. */
interface Lock {
  readonly pairs: number;
  readonly count: number;
  /** How often one of them ran and the other was refused, and how often both were refused. */
  readonly oneRan: number;
  readonly noneRan: number;
  /** What the one said that was refused. */
  readonly words: string;
  /** How many tasks the cloud was asked to make in all pairs; each may be made once. */
  readonly writes: number;
}

interface Workers {
  readonly workers: number;
  readonly seconds: number;
  /** How much of all cores the runs used. */
  readonly busy: number;
}

interface Data {
  readonly version: string;
  readonly backends?: Backends;
  readonly lock?: Lock;
  readonly fleet?: {
    readonly stacks: number;
    readonly perStack: number;
    readonly cores: number;
    readonly milliseconds: number;
    readonly workers: readonly Workers[];
  };
}

async function measureBackends(url: string, count: number, runs: number): Promise<Backends> {
  const cloud = await startCloud();
  try {
    const measured = await inTurns(variants, runs, (variant, round) => {
      const environment: Record<string, string> = {
        ...(variant.startsWith("PostgreSQL") ? { PULUMI_BACKEND_URL: url } : {}),
        ...(variant.endsWith("checkpoints") ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {}),
      };
      const stackName = `backend-${variants.indexOf(variant)}-${round}`;
      return live({ side: "ours", kind, count, environment, stackName }, cloud, ["create", "unchanged"]);
    });
    const of = (step: "create" | "unchanged"): Record<Variant, Spread> => {
      const entries = variants.map((variant) => [
        variant,
        spreadOf((measured.get(variant) ?? []).map((one) => one[step].seconds)),
      ]);
      return Object.fromEntries(entries) as Record<Variant, Spread>;
    };
    return { count, runs, create: of("create"), unchanged: of("unchanged") };
  } finally {
    await cloud.close();
  }
}

/** Both at once, so that neither sees the other before it begins. */
async function measureLock(url: string, pairs: number): Promise<Lock> {
  const cloud = await startCloud(50);
  const count = 10;
  const environment = { PULUMI_BACKEND_URL: url };
  const result = { pairs, count, oneRan: 0, noneRan: 0, words: "", writes: 0 };
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      await cloud.reset();
      const stackName = `lock-${pair}`;
      const project = await openProject({ side: "ours", kind, count, cloud, environment, stackName });
      const ends = await Promise.allSettled([project.perform("create"), project.perform("create")]);
      const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
      for (const error of refused) {
        const [words] =
          error instanceof CommandError
            ? (/the stack is currently locked by.*/.exec(error.message) ?? [])
            : [];
        if (words === undefined) throw error;
        result.words = words;
      }
      if (refused.length === 0) throw new Error(`two runs at once were let in on ${stackName}`);
      if (refused.length === 1) result.oneRan += 1;
      else result.noneRan += 1;
      const requests = await cloud.requests();
      result.writes += requests.filter(({ operation }) => operation === "createSyncTask").length;
      await project.close();
    }
    return result;
  } finally {
    await cloud.close();
  }
}

function cpuSecondsOf({ engine, host, program }: Run): number {
  return engine.cpuSeconds + host.cpuSeconds + program.cpuSeconds;
}

/** So many stacks, each once, by so many workers that take the next one when they are done. */
async function byWorkers(
  workers: number,
  projects: readonly Project[],
  operation: "create" | "destroy",
): Promise<Workers> {
  const started = performance.now();
  const queue = projects.values();
  let cpuSeconds = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const project of queue) cpuSeconds += cpuSecondsOf(await project.perform(operation));
    }),
  );
  const took = (performance.now() - started) / 1000;
  return { workers, seconds: took, busy: cpuSeconds / took / availableParallelism() };
}

async function openFleet(url: string, stacks: number, perStack: number, cloud: Cloud): Promise<Project[]> {
  const projects: Project[] = [];
  for (let index = 0; index < stacks; index += 1) {
    projects.push(
      await openProject({
        side: "ours",
        kind,
        count: perStack,
        first: index * perStack,
        cloud,
        environment: { PULUMI_BACKEND_URL: url },
        stackName: `service-${index}`,
      }),
    );
  }
  return projects;
}

async function measureFleet(
  server: PostgresServer,
  stacks: number,
  say: (text: string) => void,
): Promise<NonNullable<Data["fleet"]>> {
  const [perStack, milliseconds] = [10, 200];
  const cloud = await startCloud(milliseconds);
  const projects = await openFleet(server.url, stacks, perStack, cloud);
  try {
    const measured: Workers[] = [];
    for (const workers of [1, 2, 4, 8]) {
      say(`${workers} workers over ${stacks} stacks`);
      measured.push(await byWorkers(workers, projects, "create"));
      await byWorkers(4, projects, "destroy");
    }
    return { stacks, perStack, cores: availableParallelism(), milliseconds, workers: measured };
  } finally {
    await Promise.all(projects.map((project) => project.close()));
    await cloud.close();
  }
}

function backendsTable({ create, unchanged }: Backends): string {
  return table(
    ["backend", "`up`, create", "`up`, no change"],
    variants.map((variant) => [variant, seconds(create[variant], 1), seconds(unchanged[variant], 1)]),
  );
}

function workersTable({ stacks, workers }: NonNullable<Data["fleet"]>): string {
  const [one] = workers;
  return table(
    ["workers", "all stacks in", "stacks a minute", "× one worker", "cores busy"],
    workers.map((row) => [
      String(row.workers),
      `${row.seconds.toFixed(1)} s`,
      ((stacks / row.seconds) * 60).toFixed(0),
      ratio(one?.seconds ?? 0, row.seconds),
      `${(row.busy * 100).toFixed(0)} %`,
    ]),
  );
}

function lockWords({ pairs, oneRan, noneRan, words, writes, count }: Lock): string {
  return `Two \`up\` that began at the same moment on one stack, ${pairs} times: ${oneRan} times one ran and the other was refused, ${noneRan} times both were refused, never did both run. The refused one ends with "${words}". The cloud was asked for ${writes} tasks, ${oneRan * count} being what the runs that were let in declare.`;
}

export const postgres: Section = section<Data>({
  name: "postgres",
  async measure({ quick, sizes: [count = 300] = [], runs = 3, say }, before, keep) {
    const server = await startPostgres();
    try {
      let data: Data = { ...before, version: server.version };
      say(`backends × ${count}`);
      data = { ...data, backends: await measureBackends(server.url, count, runs) };
      keep(data);
      say("two runs at once");
      data = { ...data, lock: await measureLock(server.url, 5) };
      keep(data);
      keep({ ...data, fleet: await measureFleet(server, quick ? 4 : 40, say) });
    } finally {
      await server.close();
    }
  },
  render: ({ version, backends, lock, fleet }) =>
    [
      `## PostgreSQL as the backend\n\n${version}, on the same machine, started by the benchmark with its defaults.`,
      backends &&
        `### ${backends.count} ImageSyncTasks (${backends.runs} runs)\n\n${backendsTable(backends)}`,
      lock && `### Its lock\n\n${lockWords(lock)}`,
      fleet &&
        `### Many workers over many stacks\n\n${fleet.stacks} stacks of ${fleet.perStack} ImageSyncTasks, each created once, ${fleet.milliseconds} ms a call, on ${fleet.cores} cores that also run the server and the simulated cloud: where the cores are busy, more workers of one machine cannot help, and more machines would.\n\n${workersTable(fleet)}`,
    ]
      .filter((part) => part !== undefined)
      .join("\n\n"),
  figures: ({ backends, fleet }) => ({
    ...(backends === undefined ? {} : { backends: backendsTable(backends) }),
    ...(fleet === undefined ? {} : { workers: workersTable(fleet) }),
  }),
});
