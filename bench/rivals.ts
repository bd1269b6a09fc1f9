// The same work as others were measured at, elsewhere: faults of the cloud, and calls.
import type { Fault } from "pulumi-grayscale/simulator";
import { startCloud, type Cloud } from "./cloud.js";
import { declared, kindNames, type KindName } from "./declared.js";
import { figuresOf, live, step } from "./lifecycle.js";
import { table } from "./markdown.js";
import { CommandError } from "./processes.js";
import { openProject } from "./project.js";
import { spreadOf, type Spread } from "./results.js";
import { section, type Section } from "./section.js";

const kind: KindName = kindNames[0];

/** What was measured of the Terraform provider for Huawei Cloud 1.97.1, on another machine, at the same task. */
const faults: readonly { readonly name: string; readonly fault?: Fault; readonly theirs: string }[] = [
  { name: "none", theirs: "1.6 s" },
  {
    name: "one 429 with `Retry-After: 1`",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "tooManyRequests", retryAfter: 1 } },
    theirs: "60.0 s, then created",
  },
  {
    name: "503 on the write",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "serverError", status: 503 } },
    theirs: "fails at once",
  },
  {
    name: "connection reset before the write arrives",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "resetBefore" } },
    theirs: "63 s, then fails",
  },
  {
    name: "the write is carried out, its reply is lost",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } },
    theirs: "63 s, then fails; the task is in the cloud and not in the state",
  },
  {
    name: "no reply at all",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "hang" } },
    theirs: "still hanging after 10.5 min",
  },
  {
    name: "the list shows it late",
    fault: { match: { operation: "listSyncTasks" }, fault: { kind: "lateList", reads: 2 } },
    theirs: "fails; the task is in the cloud and not in the state",
  },
  {
    name: "500 on the read after the write",
    fault: { match: { operation: "listSyncTasks" }, skip: 1, fault: { kind: "serverError", status: 500 } },
    theirs: "created, and removed and created again by the next run",
  },
];

interface Survived {
  readonly name: string;
  readonly seconds: Spread;
  readonly outcome: string;
}

interface Data {
  readonly runs: number;
  readonly survived: readonly Survived[];
  /** Calls of a hundred tasks, by how many of them share a repository. */
  readonly calls: Readonly<Record<string, Readonly<Record<"create" | "preview" | "destroy", number>>>>;
}

async function survive(
  fault: Fault | undefined,
  cloud: Cloud,
): Promise<{ seconds: number; outcome: string }> {
  await cloud.reset();
  const project = await openProject({ side: "ours", kind, count: 1, cloud });
  try {
    if (fault !== undefined) await cloud.control("POST", "faults", fault);
    const started = performance.now();
    const failed = await project.perform("create").then(
      () => false,
      (error: unknown) => {
        if (error instanceof CommandError) return true;
        throw error;
      },
    );
    const seconds = (performance.now() - started) / 1000;
    const { syncTasks } = (await cloud.control("GET", "state")) as { syncTasks: unknown[] };
    if (failed) return { seconds, outcome: `fails; ${syncTasks.length} in the cloud` };
    await step("unchanged", { count: 1 }, project, cloud);
    return {
      seconds,
      outcome: syncTasks.length === 1 ? "created, once" : `${syncTasks.length} in the cloud`,
    };
  } finally {
    await cloud.control("DELETE", "faults");
    await project.close();
  }
}

async function countCalls(perGroup: number, cloud: Cloud): Promise<Data["calls"][string]> {
  await cloud.reset(declared[kind].seed?.(100));
  const wanted = { side: "ours", kind, count: 100, perGroup } as const;
  const steps = await live(wanted, cloud, ["create", "preview", "destroy"]);
  const of = (name: keyof typeof steps): number =>
    Object.values(figuresOf([steps[name]]).calls).reduce((sum, times) => sum + times, 0);
  return { create: of("create"), preview: of("preview"), destroy: of("destroy") };
}

export const rivals: Section = section<Data>({
  name: "rivals",
  async measure({ runs = 3, say }, _before, keep) {
    const cloud = await startCloud();
    const far = await startCloud(50);
    try {
      const survived: Survived[] = [];
      for (const { name, fault } of faults) {
        say(`fault: ${name}`);
        const all: { seconds: number; outcome: string }[] = [];
        while (all.length < runs) all.push(await survive(fault, cloud));
        const outcomes = [...new Set(all.map(({ outcome }) => outcome))];
        const took = spreadOf(all.map(({ seconds }) => seconds));
        survived.push({ name, seconds: took, outcome: outcomes.join(" or ") });
      }
      const calls: Record<string, Data["calls"][string]> = {};
      for (const perGroup of [1, 10, 100]) {
        say(`calls of a hundred, ${perGroup} to a repository`);
        calls[perGroup] = await countCalls(perGroup, far);
      }
      keep({ runs, survived, calls });
    } finally {
      await far.close();
      await cloud.close();
    }
  },
  render: ({ runs, survived, calls }) => {
    const plain = survived[0]?.seconds[0] ?? 0;
    const rows = survived.map(({ name, seconds: [took], outcome }) => [
      name,
      `${took.toFixed(1)} s${name === "none" ? "" : ` (${(took - plain).toFixed(1)} s more than without)`}`,
      outcome,
      faults.find((one) => one.name === name)?.theirs ?? "",
    ]);
    const callRows = Object.entries(calls).map(([perGroup, { create, preview, destroy }]) => [
      `ours, ${perGroup} to a repository`,
      String(create),
      String(preview),
      String(destroy),
    ]);
    return `## Beside others

One ImageSyncTask created while the cloud misbehaves once, by \`pulumi up\` (${runs} runs, the one in the middle). The last column was
**measured elsewhere**: version 1.97.1 of the Terraform provider for Huawei Cloud, built from source, at its resource for the same
task, against a simulated cloud on another machine of two cores. Compare what becomes of the fault, and tens of seconds;
not tenths.

${table(["what goes wrong", "ours", "", "theirs, measured elsewhere"], rows)}

Calls for a hundred tasks, at 50 ms each (how many share a list depends on how long it takes):

${table(["", "create", "preview, no change", "destroy"], [...callRows, ["theirs, measured elsewhere", "204", "102", "206"]])}`;
  },
});
