// What a command and everything that it starts cost, read from /proc while they run.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { recordOf } from "./record.js";

/** Which part of a Pulumi run a process is. */
export const roles = ["engine", "host", "program"] as const;
export type Role = (typeof roles)[number];

interface Cost {
  readonly cpuSeconds: number;
  /** Of the largest process, as the kernel counted it. */
  readonly peakMebibytes: number;
}

export interface Run extends Readonly<Record<Role, Cost>> {
  readonly seconds: number;
  readonly output: string;
  /** Of processes that ended between two looks, as the kernel tells it afterwards of all together. */
  readonly restCpuSeconds: number;
}

export interface Command {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Not where several run at once: then nothing is told of processor time and memory. */
  readonly watched: boolean;
}

/** What a command that failed has printed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

const lookEveryMilliseconds = 25;
/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const ticksPerSecond = 100;

/** Runs a command to its end, and throws with what it printed where it fails. */
export async function run(command: Command): Promise<Run> {
  const endedBefore = cpuSecondsOfEnded();
  const started = performance.now();
  const child = spawn(command.file, command.parameters, {
    cwd: command.folder,
    env: command.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watch = new Watch(child.pid ?? 0);
  const timer = command.watched ? setInterval(() => watch.look(), lookEveryMilliseconds) : undefined;
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => (output += part.toString()));
  try {
    const ended = new Promise<number>((resolve) => child.once("exit", () => resolve(performance.now())));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    const seconds = ((await ended) - started) / 1000;
    if (code !== 0)
      throw new CommandError(`pulumi ${command.parameters.join(" ")} ended with ${code}:\n${output}`);
    const costs = watch.costs();
    const seen = roles.reduce((sum, role) => sum + costs[role].cpuSeconds, 0);
    const restCpuSeconds = command.watched ? Math.max(0, cpuSecondsOfEnded() - endedBefore - seen) : 0;
    return { seconds, output, restCpuSeconds, ...costs };
  } finally {
    clearInterval(timer);
  }
}

/** The processor time that a process has used so far, its threads included. */
export function cpuSecondsOf(pid: number): number {
  const [user = 0, system = 0] = ticksOf(pid);
  return (user + system) / ticksPerSecond;
}

/** The processor time of all that this process has started and that has ended, with what was below it. */
function cpuSecondsOfEnded(): number {
  const [, , user = 0, system = 0] = ticksOf("self");
  return (user + system) / ticksPerSecond;
}

function ticksOf(pid: number | "self"): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name of the program stands in parentheses, and may hold some itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map(Number);
}

interface Seen {
  role: Role;
  cpuSeconds: number;
  peakMebibytes: number;
}

/** Looks at a process and all below it, again and again: what was seen last of one that has ended is what it cost. */
class Watch {
  private readonly root: number;
  private readonly seen = new Map<number, Seen>();

  constructor(root: number) {
    this.root = root;
  }

  look(pid: number = this.root, above: Role = "engine"): void {
    try {
      const role = roleOf(pid) ?? this.seen.get(pid)?.role ?? above;
      // One that has ended and was not waited for has no command and no memory any more.
      const peakMebibytes = Math.max(peakMebibytesOf(pid), this.seen.get(pid)?.peakMebibytes ?? 0);
      this.seen.set(pid, { role, cpuSeconds: cpuSecondsOf(pid), peakMebibytes });
      for (const child of childrenOf(pid)) this.look(child, role);
    } catch {
      // It has ended meanwhile.
    }
  }

  costs(): Record<Role, Cost> {
    const of = (role: Role): Cost => {
      const own = [...this.seen.values()].filter((one) => one.role === role);
      return {
        cpuSeconds: own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        peakMebibytes: Math.max(0, ...own.map(({ peakMebibytes }) => peakMebibytes)),
      };
    };
    return recordOf(roles, of);
  }
}

/** A shell that wraps a process, and what it starts first, belong to that process. */
function roleOf(pid: number): Role | undefined {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  if (command.includes("pulumi-resource-pulumi-nodejs")) return "host";
  if (command.includes("language-host.mjs")) return "program";
  return undefined;
}

/** The children of every thread: the engine starts its plugins from any of them. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "))
    .filter((child) => child !== "")
    .map(Number);
}

function peakMebibytesOf(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes ?? 0) / 1024;
}
