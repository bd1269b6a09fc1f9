// Where the processor time goes: that of the dynamic host by whose code it is, that of the engine by what it is for.
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import type { Properties } from "../test/dynamic-host.js";
import { startCloud, type Cloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { checkedBy, eightAtATime, inputsOf, openHost, prepareFolder } from "./host.js";
import { missing, table } from "./markdown.js";
import { openProject } from "./project.js";
import { recordOf } from "./record.js";
import type { Cases, Section } from "./section.js";

const sides = ["floor", "ours"] as const;
type Side = (typeof sides)[number];
const steps = ["create", "destroy"] as const;
type Step = (typeof steps)[number];

/** Seconds of processor time, by what they were spent on. */
type Spent = Readonly<Record<string, number>>;

interface Data {
  readonly count: number;
  readonly host: Spent;
  readonly engine: Readonly<Record<Step, Readonly<Record<Side, Spent>>>>;
}

function spentOn(samples: Iterable<readonly [what: string | undefined, seconds: number]>): Spent {
  const spent: Record<string, number> = {};
  for (const [what, seconds] of samples) {
    if (what !== undefined) spent[what] = (spent[what] ?? 0) + seconds;
  }
  return Object.fromEntries(
    Object.entries(spent)
      .map(([what, seconds]) => [what, Number(seconds.toFixed(3))] as const)
      .toSorted(([, left], [, right]) => right - left),
  );
}

function total(spent: Spent): number {
  return Object.values(spent).reduce((sum, seconds) => sum + seconds, 0);
}

/** As V8 writes it. */
interface HostProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

const owners: readonly (readonly [RegExp, string])[] = [
  [/node_modules\/axios\//, "axios"],
  [/\/zod(?:\.js|\/)/, "zod"],
  [
    /node_modules\/(?:@pulumi|@grpc|google-protobuf|protobufjs|@protobufjs)\//,
    "Pulumi's dynamic host, and gRPC",
  ],
  [/node_modules\//, "other packages"],
  [/\/lib\/(?:provider|sdk)\//, "this package"],
];

function ownerOf({ functionName, url }: HostProfile["nodes"][number]["callFrame"]): string | undefined {
  if (functionName === "(idle)") return undefined;
  if (functionName === "(garbage collector)") return "garbage collection";
  const [, owner] = owners.find(([pattern]) => pattern.test(url)) ?? [];
  return owner ?? "Node.js itself: HTTP, sockets, hashes, loading modules";
}

/** Loaded first: Node.js allows no option for it where the engine's way of starting leaves room for one. */
function recorder(file: string): string {
  return `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.start");
process.once("SIGUSR2", () =>
  session.post("Profiler.stop", (error, { profile }) => {
    require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify(profile));
    process.exit();
  }),
);
`;
}

/** Its whole life: started, so many creates and as many deletes, eight at a time. */
async function profileHost(count: number, cloud: Cloud): Promise<Spent> {
  await cloud.reset();
  const folder = prepareFolder();
  try {
    const [recording, file] = [join(folder, "recorder.cjs"), join(folder, "host.cpuprofile")];
    writeFileSync(recording, recorder(file));
    const host = await openHost(folder, cloud, { NODE_OPTIONS: `--require ${recording}` });
    try {
      const checked: Properties[] = [];
      for (let index = 0; index < count; index += 1)
        checked.push(await checkedBy(host, inputsOf("ours", index)));
      const made: { id: string; outputs: Properties }[] = [];
      await eightAtATime(checked, async (inputs) => void made.push(await host.create(inputs)));
      await eightAtATime(made, ({ id, outputs }) => host.delete(id, outputs));
      const ended = once(host.process, "exit");
      host.process.kill("SIGUSR2");
      await ended;
    } finally {
      await host.close();
    }
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as HostProfile;
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    return spentOn(
      samples.map((id, index) => {
        const frame = frames.get(id);
        return [frame && ownerOf(frame), (timeDeltas[index] ?? 0) / 1_000_000];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By the functions that were on the stack. */
function purposeOf(stack: readonly string[]): string {
  const passes = (pattern: RegExp): boolean => stack.some((name) => pattern.test(name));
  if (passes(/^runtime\.gcBgMarkWorker/)) return "garbage collection";
  if (!passes(/\.saveSnapshot$/)) return "everything else";
  if (passes(/^crypto\/md5\./)) return "writing the state: checksums";
  if (passes(/^encoding\/json\./)) return "writing the state: JSON";
  if (passes(/^gocloud\.dev\//)) return "writing the state: files";
  return "writing the state: collecting and verifying it";
}

function readEngineProfile(file: string): Spent {
  const profile = Profile.decode(gunzipSync(readFileSync(file)));
  const names = new Map(
    profile.function.map(({ id, name }) => [Number(id), profile.stringTable.strings[Number(name)] ?? ""]),
  );
  const places = new Map(
    profile.location.map(({ id, line }) => [
      Number(id),
      line.map(({ functionId }) => names.get(Number(functionId)) ?? ""),
    ]),
  );
  return spentOn(
    profile.sample.map(({ locationId, value }) => [
      purposeOf(locationId.flatMap((id) => places.get(Number(id)) ?? [])),
      // Of a sample are told its number, and its nanoseconds.
      Number(value[1]) / 1e9,
    ]),
  );
}

async function profileEngine(side: Side, count: number, cloud: Cloud): Promise<Record<Step, Spent>> {
  await cloud.reset();
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  const project = await openProject({ side, kind, count, cloud, profileIn: folder });
  try {
    for (const step of steps) await project.perform(step);
    return recordOf(steps, (step) => {
      const file = readdirSync(folder).find((name) => name.startsWith(`${step}.`) && name.endsWith(".cpu"));
      if (file === undefined) throw new Error(`the engine has left no profile of ${step}`);
      return readEngineProfile(join(folder, file));
    });
  } finally {
    await project.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(count: number, say: (text: string) => void): Promise<Data> {
  const cloud = await startCloud();
  try {
    say(`profile of the dynamic host, ${count} tasks`);
    const host = await profileHost(count, cloud);
    say(`profile of the engine, ${count} tasks, floor`);
    const floor = await profileEngine("floor", count, cloud);
    say(`profile of the engine, ${count} tasks, ours`);
    const ours = await profileEngine("ours", count, cloud);
    return { count, host, engine: recordOf(steps, (step) => ({ floor: floor[step], ours: ours[step] })) };
  } finally {
    await cloud.close();
  }
}

function hostTable({ count, host }: Data): string {
  const rows = Object.entries(host).map(([owner, seconds]) => [
    owner,
    `${seconds.toFixed(2)} s`,
    `${((seconds / total(host)) * 100).toFixed(0)} %`,
  ]);
  const title = `the dynamic host: ${count} creates and as many deletes, its start included`;
  return table([title, "processor time", ""], [...rows, ["all", `${total(host).toFixed(2)} s`, ""]]);
}

function engineTable({ count, engine }: Data): string {
  const columns = steps.flatMap((step) => sides.map((side) => ({ step, side, spent: engine[step][side] })));
  const purposes = Object.keys(engine.destroy.ours);
  const rows = purposes.map((purpose) =>
    [purpose].concat(columns.map(({ spent }) => `${(spent[purpose] ?? 0).toFixed(2)} s`)),
  );
  const heads = columns.map(({ step, side }) => `${step}, ${side}`);
  const all = ["all", ...columns.map(({ spent }) => `${total(spent).toFixed(2)} s`)];
  return table([`the engine: ${count} tasks, file backend`, ...heads], [...rows, all]);
}

const only = "tasks";

function told(cases: Cases<Data>): string {
  const measured = cases[only];
  if (measured === undefined) return missing("--only profile");
  return `${hostTable(measured.data)}\n\n${engineTable(measured.data)}`;
}

export const profile: Section<Data> = {
  name: "profile",
  inQuick: false,
  measure: ({ quick, sizes, say }, keep) =>
    keep(only, () => measureAll(sizes?.[0] ?? (quick ? 100 : 500), say)),
  render: (cases) => {
    const note = cases[only] === undefined ? "" : `One profile of each; ${cases[only].note}.\n\n`;
    return `## Where the time goes

Processor time by the samples of Node.js's and of Go's own profilers: of the dynamic host by whose code was running, of the
engine by what it was for. ImageSyncTasks, ten to a repository, and a cloud that answers at once.

${note}${told(cases)}`;
  },
  figures: (cases) => ({ profile: told(cases) }),
};
