// The same work as others were measured at, elsewhere: faults of the cloud, and calls.
import type { Fault, RecordedRequest } from "pulumi-grayscale/simulator";
import { startCloud, type Cloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { allCalls, figuresOfAll, live, step, type Figures, type Steps } from "./lifecycle.js";
import { missing, range, seconds, signed, table, tellRuns } from "./markdown.js";
import { CommandError } from "./processes.js";
import { openProject } from "./project.js";
import { faults, theirRows, theirUpdates } from "./peers.js";
import { middle, type Runs } from "./runs.js";
import type { Cases, Options, Section } from "./section.js";

interface Survived {
  readonly name: string;
  readonly seconds: Runs;
  readonly outcome: string;
}

const steps = ["create", "preview", "unchanged", "destroy"] as const;
type StepName = (typeof steps)[number];

/** The tasks of one stack, with nothing that goes wrong. */
interface Plain {
  readonly count: number;
  /** How many of them share a repository. */
  readonly perGroup: number;
  readonly milliseconds: number;
  readonly steps: Readonly<Record<StepName, Figures>>;
}

interface Data {
  readonly runs: number;
  readonly survived?: readonly Survived[];
  readonly plain?: Plain;
}

const plainCases = [
  { count: 1, perGroup: 1, milliseconds: 0 },
  ...[0, 50].flatMap((milliseconds) =>
    [1, 10, 100].map((perGroup) => ({ count: 100, perGroup, milliseconds })),
  ),
];
/** As many as Pulumi's own tests declare. */
const many = { count: 2000, perGroup: 10, milliseconds: 0 };

const nameOf = ({ count, perGroup, milliseconds }: (typeof plainCases)[number]): string =>
  `${count}, ${perGroup} to a repository, ${milliseconds} ms a call`;

/** What a fault leaves in the list of requests; a list that shows a task late has to be read again. */
async function expectHit({ fault }: Fault, cloud: Cloud): Promise<void> {
  const requests = await cloud.requests();
  const lists = requests.filter(({ operation }) => operation === "listSyncTasks");
  const hit = fault.kind === "lateList" ? lists.length > 2 : requests.some((one) => one.fault === fault.kind);
  if (!hit) throw new Error(`the fault ${fault.kind} was not met`);
}

/** A write that the cloud acted upon, whatever became of its answer. */
function isCarriedOut({ operation, status, fault }: RecordedRequest): boolean {
  const isAnswered = typeof status === "number" && status < 300;
  return operation === "createSyncTask" && (isAnswered || fault === "lostReply");
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
    const took = Number(((performance.now() - started) / 1000).toFixed(3));
    if (fault !== undefined) await expectHit(fault, cloud);
    const tasks = await cloud.syncTasks();
    if (failed) return { seconds: took, outcome: `fails; ${tasks} in the cloud` };
    const writes = (await cloud.requests()).filter(isCarriedOut).length;
    await step("unchanged", { count: 1 }, project, cloud);
    return {
      seconds: took,
      outcome: tasks === 1 && writes === 1 ? "created, once" : `${tasks} in the cloud, by ${writes} writes`,
    };
  } finally {
    await cloud.control("DELETE", "faults");
    await project.close();
  }
}

async function surviveAll(runs: number, say: Options["say"]): Promise<Data> {
  const cloud = await startCloud();
  try {
    // Does not count.
    await survive(undefined, cloud);
    const survived: Survived[] = [];
    for (const { name, fault } of faults) {
      say(`fault: ${name}`);
      const all: { seconds: number; outcome: string }[] = [];
      while (all.length < runs) all.push(await survive(fault, cloud));
      const outcomes = [...new Set(all.map(({ outcome }) => outcome))];
      survived.push({ name, seconds: all.map((one) => one.seconds), outcome: outcomes.join(" or ") });
    }
    return { runs, survived };
  } finally {
    await cloud.close();
  }
}

async function livePlain(one: (typeof plainCases)[number], runs: number): Promise<Data> {
  const cloud = await startCloud(one.milliseconds);
  const { count, perGroup } = one;
  try {
    await live({ side: "ours", kind, count: 1 }, cloud, steps);
    const all: Steps<StepName>[] = [];
    while (all.length < runs) all.push(await live({ side: "ours", kind, count, perGroup }, cloud, steps));
    return { runs, plain: { ...one, steps: figuresOfAll(steps, all) } };
  } finally {
    await cloud.close();
  }
}

function faultsTable(survived: readonly Survived[]): string {
  const plain = middle(survived[0]?.seconds ?? []);
  const rows = survived.map(({ name, seconds: took, outcome }) => [
    name,
    `${range(took, 1)} s${name === "none" ? "" : ` (${signed(middle(took) - plain, 1)} s)`}`,
    outcome,
    faults.find((one) => one.name === name)?.theirs ?? "",
  ]);
  return table(["what goes wrong", "ours (more than without it)", "", "theirs, measured elsewhere"], rows);
}

function plainTable(cases: Cases<Data>): string {
  const rows = plainCases.flatMap((one) => {
    const of = cases[nameOf(one)]?.data.plain?.steps;
    const calls = (name: StepName): string => (of === undefined ? "" : range(allCalls(of[name]), 0));
    return of === undefined
      ? []
      : [
          [
            `ours: ${nameOf(one)}`,
            ...(["create", "preview", "destroy"] as const).flatMap((name) => [
              seconds(of[name].seconds, 1),
              calls(name),
            ]),
          ],
        ];
  });
  return table(
    ["tasks", "create", "calls", "preview, no change", "calls", "destroy", "calls"],
    [...rows, ...theirRows],
  );
}

/** What Pulumi holds its own engine to, start included. */
function gatesTable(cases: Cases<Data>): string {
  const measured = cases[nameOf(many)];
  const of = measured?.data.plain?.steps;
  if (measured === undefined || of === undefined) return missing("--only rivals");
  const told = (name: StepName): string => {
    const all = middle(of[name].seconds);
    return `${all.toFixed(0)} s: ${((all / many.count) * 1000).toFixed(0)} ms a resource`;
  };
  const ours = `ours: ${many.count.toLocaleString("en")}, file backend`;
  return `${tellRuns(measured.data.runs)}, ${measured.note}.\n\n${table(["", "create", "`up`, no change"], [[ours, told("create"), told("unchanged")], theirUpdates])}`;
}

export const rivals: Section<Data> = {
  name: "rivals",
  inQuick: false,
  async measure({ quick, runs = quick ? 1 : 5, say }, keep) {
    await keep("faults", () => surviveAll(runs, say));
    for (const one of quick ? plainCases.slice(0, 1) : [...plainCases, many]) {
      say(nameOf(one));
      await keep(nameOf(one), () => livePlain(one, one === many ? 1 : runs));
    }
  },
  render: (cases) => {
    const survived = cases["faults"];
    const without = plainCases.some((one) => cases[nameOf(one)] === undefined);
    const noted = plainCases.flatMap((one) => {
      const measured = cases[nameOf(one)];
      return measured === undefined ? [] : [`${tellRuns(measured.data.runs)}, ${measured.note}`];
    });
    return [
      `## Beside others

What is called theirs was **measured elsewhere**: version 1.97.1 of the Terraform provider for Huawei Cloud, built from source, at
its resource for the same task, against a simulated cloud without latency on another machine of two cores. Compare what
becomes of a fault, calls, and tens of seconds; not tenths. Theirs is one program that is compiled and starts at once; ours
starts Pulumi's engine, Node.js for the program and Node.js for the provider. So theirs is the quicker where nothing goes
wrong.`,
      `### One ImageSyncTask created while the cloud misbehaves once`,
      survived?.data.survived === undefined
        ? missing("--only rivals")
        : `${tellRuns(survived.data.runs)} of each, one after the other; ${survived.note}.\n\n${faultsTable(survived.data.survived)}`,
      `### Where nothing goes wrong

How many creates share a list depends on how long it takes: theirs were counted without latency, ours also at 50 ms a call.
Their plan reads every task first, and so does their destroy; Pulumi does that only where it is asked to, by \`pulumi refresh\` or
\`--refresh\`, and then ours reads one list for each repository.`,
      ...(noted.length === 0 ? [] : [`In the order of the rows: ${noted.join("; ")}.`]),
      plainTable(cases),
      ...(without ? [missing("--only rivals")] : []),
      gatesTable(cases),
    ].join("\n\n");
  },
};
