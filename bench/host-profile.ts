// What the dynamic host spends its time and memory on, by Node.js's own profiler.
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Properties } from "../test/dynamic-host.js";
import type { Cloud } from "./cloud.js";
import type { KindName } from "./declared.js";
import { checkedBy, eightAtATime, inputsOf, openHost, prepareFolder } from "./host.js";
import { table } from "./markdown.js";
import { seedOf } from "./seeds.js";
import { spentRows, totalOf, type Spent } from "./spent.js";
import { spentIn, type V8Profile } from "./v8-profile.js";

export interface HostProfile {
  readonly spent: Spent;
  /** As the kernel counts it. */
  readonly cpuSeconds: number;
  /** Of V8's heap after a garbage collection, before the work and after it. */
  readonly inUseMebibytes: { readonly before: number; readonly after: number };
  /** Of the whole process, at its largest. */
  readonly peakMebibytes: number;
}

/** What the recorder leaves. */
interface Recorded extends V8Profile {
  readonly inUse: readonly [before: number, after: number];
  readonly cpuMicroseconds: number;
  readonly peakKibibytes: number;
}

/** Loaded first: begins at the first signal, and at the second writes what it has and ends the process. */
function recorder(begun: string, file: string): string {
  return `const { Session } = require("node:inspector");
const { writeFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const collect = () => {
  setFlagsFromString("--expose-gc");
  require("node:vm").runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
};
const session = new Session();
session.connect();
process.once("SIGUSR2", () => {
  const before = collect();
  const cpu = process.cpuUsage();
  process.once("SIGUSR2", () =>
    session.post("Profiler.stop", (error, { profile }) => {
      const { user, system } = process.cpuUsage(cpu);
      const more = { cpuMicroseconds: user + system, peakKibibytes: process.resourceUsage().maxRSS, inUse: [before, collect()] };
      writeFileSync(${JSON.stringify(file)}, JSON.stringify({ ...profile, ...more }));
      process.exit();
    }),
  );
  session.post("Profiler.enable");
  session.post("Profiler.start", () => writeFileSync(${JSON.stringify(begun)}, ""));
});
`;
}

/** So many creates, reads and deletes, eight at a time, of a host that has made one already. */
export async function profileHost(
  kind: KindName,
  side: "floor" | "ours",
  count: number,
  cloud: Cloud,
): Promise<HostProfile> {
  await cloud.reset(seedOf(kind, count + 1));
  const folder = prepareFolder();
  const [recording, begun, file] = ["recorder.cjs", "begun", "host.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  try {
    writeFileSync(recording, recorder(begun, file));
    const host = await openHost(folder, cloud, { NODE_OPTIONS: `--require ${recording}` });
    const perform = async (first: number, end: number): Promise<void> => {
      const checked: Properties[] = [];
      for (let index = first; index < end; index += 1)
        checked.push(await checkedBy(host, inputsOf(side, index, kind)));
      const made: { id: string; outputs: Properties }[] = [];
      await eightAtATime(checked, async (inputs) => void made.push(await host.create(inputs)));
      await eightAtATime(made, async ({ id, outputs }) => void (await host.read(id, outputs)));
      await eightAtATime(made, ({ id, outputs }) => host.delete(id, outputs));
    };
    try {
      await perform(count, count + 1);
      host.process.kill("SIGUSR2");
      while (!existsSync(begun)) await delay(10);
      await perform(0, count);
      const ended = once(host.process, "exit");
      host.process.kill("SIGUSR2");
      await ended;
    } finally {
      await host.close();
    }
    return profileOf(JSON.parse(readFileSync(file, "utf8")) as Recorded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function profileOf(recorded: Recorded): HostProfile {
  const { inUse, cpuMicroseconds, peakKibibytes } = recorded;
  const [before, after] = inUse.map((bytes) => Number((bytes / 1024 ** 2).toFixed(1))) as [number, number];
  return {
    spent: spentIn(recorded),
    cpuSeconds: Number((cpuMicroseconds / 1_000_000).toFixed(3)),
    inUseMebibytes: { before, after },
    peakMebibytes: Number((peakKibibytes / 1024).toFixed(1)),
  };
}

export function hostTable(count: number, profiles: readonly HostProfile[], heads: readonly string[]): string {
  const cells = (value: (profile: HostProfile) => string): string[] => profiles.map(value);
  return table(
    [`the dynamic host: ${count} creates, reads and deletes`, ...heads],
    [
      ...spentRows(profiles.map(({ spent }) => spent)),
      [
        "more by the kernel's count: V8's compiler and collector, on other threads",
        ...cells(({ cpuSeconds, spent }) => `${(cpuSeconds - totalOf(spent)).toFixed(2)} s`),
      ],
      [
        "V8's heap in use, before and after",
        ...cells(
          ({ inUseMebibytes: { before, after } }) => `${before.toFixed(0)} and ${after.toFixed(0)} MiB`,
        ),
      ],
      ["the process at its largest", ...cells(({ peakMebibytes }) => `${peakMebibytes.toFixed(0)} MiB`)],
    ],
  );
}
