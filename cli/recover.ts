import { createInterface } from "node:readline/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { cutOffAttributes, readLocks, removeCutOff, type Lock } from "./backend-files.js";
import { readingCommandLine, type Command } from "./command.js";
import { pulumi, type Target } from "./pulumi.js";

const usage = `Usage: pulumi-grayscale recover [options]

Clears what a killed or twice interrupted run of Pulumi left in a stack: its lock, the notes that a create of this
package's resources was begun, and a cut-off file because of which Pulumi cannot load the stack. It shows what it will do
first, and asks. No cloud is called; what the run made is found by the next \`pulumi up\`. A dynamic host that outlived its
engine ends by itself within seconds.

  --stack NAME     the stack (default: the one that is selected)
  --cwd FOLDER     the folder of the project (default: this one)
  --yes            do not ask
  --force-unlock   with --yes: take the lock away, too, where this machine cannot see whether its run has ended – a lock
                   of another machine (containers of the same host name count as one), or a backend that keeps locks
                   out of sight`;

/** What goes on where `--yes` alone does not. */
const insistently = "--yes --force-unlock";

/** `pulumi-grayscale recover` */
export const recover: Command = {
  summary: "clear what a killed run left",
  usage,
  async run(args) {
    const { yes, forceUnlock, ...target } = parse(args);
    const backend = backendOf(target);
    const insists = !yes || forceUnlock;
    const cutOff = cutOffAttributes(backend, target.folder, target.stack);
    if (cutOff.length > 0) {
      const locks = cutOff.flatMap(({ stack }) => readLocks(backend, target.folder, stack) ?? []);
      refuse(locks, insists);
      print([...cutOffWords, "", "What will be done:", ...cutOff.map(({ file }) => `  rm ${file}`)]);
      if (!yes && !(await agreed(unseenIn(locks) !== undefined))) return 1;
      removeCutOff(cutOff);
      print([""]);
    }
    const found = look(target, backend);
    refuse(found.locks, insists);
    const steps = stepsFor(found);
    print([...found.words, ...foreignWords(found)]);
    if (steps.length === 0) {
      print(["There is nothing to recover."]);
      return 0;
    }
    print(["", "What will be done:", ...steps.map(({ command, why }) => `  ${command.padEnd(22)}${why}`)]);
    if (!yes && !(await agreed(unseenIn(found.locks) !== undefined))) return 1;
    for (const { act } of steps) act(target);
    print(["", "Done. `pulumi up` finds what the run made, and goes on."]);
    return 0;
  },
};

interface Pending {
  readonly type: string;
  readonly resource: { readonly urn: string; readonly type: string };
}

interface Found {
  /** Unknown where the backend keeps locks out of sight. */
  readonly locks: readonly Lock[] | undefined;
  /** Creates of ours that were begun, and whatever else stands noted beside them. */
  readonly begun: readonly Pending[];
  readonly foreign: readonly Pending[];
  readonly words: readonly string[];
}

interface Step {
  readonly command: string;
  readonly why: string;
  readonly act: (target: Target) => void;
}

function parse(args: readonly string[]): Target & { yes: boolean; forceUnlock: boolean } {
  return readingCommandLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stack: { type: "string", short: "s" },
        cwd: { type: "string", short: "C" },
        yes: { type: "boolean", short: "y" },
        "force-unlock": { type: "boolean" },
      },
    });
    const { cwd = ".", stack, yes = false, "force-unlock": forceUnlock = false } = values;
    return { folder: resolve(cwd), stack, yes, forceUnlock };
  });
}

function backendOf(target: Target): string {
  const { url } = JSON.parse(pulumi({ ...target, stack: undefined }, ["whoami", "--json"])) as {
    url: string;
  };
  return url;
}

const cutOffWords = [
  "A file of attributes beside the state was cut off in the writing: because of it Pulumi cannot load the stack.",
  "Pulumi reads the state without that file, and the next run writes it again.",
];

function look(target: Target, backend: string): Found {
  const stack = target.stack ?? pulumi(target, ["stack", "--show-name"]).trim();
  const locks = readLocks(backend, target.folder, stack);
  const pending = pendingOf(pulumi(target, ["stack", "export"]));
  const isOurs = ({ resource }: Pending): boolean =>
    /^pulumi-nodejs:dynamic\/(huaweicloud|alicloud):/.test(resource.type);
  const begun = pending.filter((one) => isOurs(one) && one.type === "creating");
  const words = [
    `Stack ${stack}:`,
    ...(locks?.map((lock) => `  locked by ${lock.words}${stateWords[lock.state]}`) ?? [
      "  locks are kept out of sight: make sure that no run is going on",
    ]),
    ...begun.map(({ resource }) => `  begun and not noted as made: ${resource.urn}`),
  ];
  return { locks, begun, foreign: pending.filter((one) => !isOurs(one)), words };
}

const stateWords = {
  ended: ", which has ended",
  running: ", which is still running",
  elsewhere: ", on another machine: make sure that it has ended",
};

function pendingOf(state: string): Pending[] {
  const { deployment } = JSON.parse(state) as { deployment: { pending_operations?: Pending[] | null } };
  return deployment.pending_operations ?? [];
}

/** A run that goes on must not lose what it holds. */
function refuse(locks: readonly Lock[] | undefined, insists: boolean): void {
  if (locks?.some(({ state }) => state === "running") === true)
    throw new Error(
      "a run is still going on: end it with Ctrl-C, or, if that process is not Pulumi's, run `pulumi cancel`",
    );
  const unseen = unseenIn(locks);
  if (unseen !== undefined && !insists)
    throw new Error(`${unseen}: make sure that no run is going on, then run it with ${insistently}`);
}

function stepsFor({ locks, begun, foreign }: Found): Step[] {
  const unlock: Step = {
    command: "pulumi cancel",
    why: locks === undefined ? "takes the lock away, if there is one" : "takes the lock away",
    act: (target) => void pulumi(target, ["cancel", "--yes"]),
  };
  const forget: Step = {
    command: "pulumi stack import",
    why: "of the state as it is: Pulumi drops the notes of what was begun",
    act: (target) => void pulumi(target, ["stack", "import"], pulumi(target, ["stack", "export"])),
  };
  return [
    ...(locks?.length === 0 ? [] : [unlock]),
    ...(begun.length > 0 && foreign.length === 0 ? [forget] : []),
  ];
}

/** Why it cannot be seen from here whether a run is still going on, which must not lose its lock. */
function unseenIn(locks: readonly Lock[] | undefined): string | undefined {
  if (locks === undefined) return "the backend keeps locks out of sight";
  const distant = locks.find(({ state }) => state === "elsewhere");
  return distant && `the stack is locked by ${distant.words}, on another machine`;
}

function foreignWords({ begun, foreign }: Found): string[] {
  if (foreign.length === 0) return [];
  return [
    ...foreign.map(({ type, resource }) => `  ${type}, of another provider: ${resource.urn}`),
    "  Those are left alone. `pulumi refresh` on a terminal asks what became of each.",
    ...(begun.length === 0
      ? []
      : ["  Pulumi drops such notes all at once or not at all, so ours stay, too: they only warn."]),
  ];
}

async function agreed(isUnseen: boolean): Promise<boolean> {
  if (!process.stdin.isTTY) {
    const hint = isUnseen ? `If no run is going on, run it with ${insistently}` : "Run it with --yes";
    print(["", `${hint} to do that.`]);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("\nDo that? [y/N] ");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
