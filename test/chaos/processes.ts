// The processes of a run: found from the one that we started downwards, so that nobody else's is ever touched.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The engine's command line and everything below it. */
export interface ProcessTree {
  readonly cli: number;
  /** The dynamic host itself, not the shell that wraps it. */
  readonly host: number | undefined;
  readonly all: readonly number[];
}

/** What runs for a stack of ours; nothing where its command line is not running. */
export function processesOf(stackName: string): ProcessTree | undefined {
  const processes = list();
  const cli = processes.find(
    ({ parent, command }) => parent === process.pid && command.includes(`--stack ${stackName} `),
  );
  if (cli === undefined) return undefined;
  const below = descendantsOf(cli.pid, processes);
  const host = below.find(
    ({ pid, command }) =>
      command.includes("dynamic-provider") && !processes.some(({ parent }) => parent === pid),
  );
  return { cli: cli.pid, host: host?.pid, all: [cli.pid, ...below.map(({ pid }) => pid)] };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function descendantsOf(pid: number, processes: readonly Process[]): Process[] {
  const children = processes.filter(({ parent }) => parent === pid);
  return children.concat(children.flatMap((child) => descendantsOf(child.pid, processes)));
}

function list(): Process[] {
  return existsSync("/proc/self/stat") ? listFromProc() : listFromPs();
}

function listFromProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // The name of the program stands in parentheses, and may hold some itself.
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent, command }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

function listFromPs(): Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: `${command} ` }];
  });
}
