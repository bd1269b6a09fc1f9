// One stack, through everything that a user does with it, each step measured.
import type { Cloud } from "./cloud.js";
import { openProject, operations, type Operation, type Project, type ProjectRequest } from "./project.js";
import { roles, type Role, type Run } from "./processes.js";
import { recordOf } from "./record.js";
import { rounded, sums, type Runs } from "./runs.js";
import { seedOf } from "./seeds.js";

export type Lifecycle = Omit<ProjectRequest, "cloud">;

export interface Step extends Run {
  /** How often each operation of the cloud was called. */
  readonly calls: Readonly<Record<string, number>>;
  readonly cloudCpuSeconds: number;
  readonly stateBytes: number;
}

export type Steps<Some extends Operation = Operation> = Readonly<Record<Some, Step>>;

/** What the engine says at the end of each step: with the stack itself there is one more than declared. */
const summaries: Record<Operation, (all: number) => string> = {
  create: (all) => `+ ${all} created`,
  preview: (all) => `${all} unchanged`,
  unchanged: (all) => `${all} unchanged`,
  refresh: (all) => `${all} unchanged`,
  destroy: (all) => `- ${all} deleted`,
};

/** In a stack of its own, and a cloud that is empty at first. */
export async function live<Some extends Operation = Operation>(
  wanted: Lifecycle,
  cloud: Cloud,
  performed: readonly Some[] = operations as readonly Operation[] as readonly Some[],
): Promise<Steps<Some>> {
  await cloud.reset(seedOf(wanted.kind, wanted.count));
  const project = await openProject({ ...wanted, cloud });
  try {
    const steps: Partial<Record<Operation, Step>> = {};
    for (const operation of performed) steps[operation] = await step(operation, wanted, project, cloud);
    return steps as Steps<Some>;
  } finally {
    await project.close();
  }
}

/** Performs one step, and makes sure that it did what it should. */
export async function step(
  operation: Operation,
  { count }: Pick<Lifecycle, "count">,
  project: Project,
  cloud: Cloud,
): Promise<Step> {
  await cloud.control("DELETE", "requests");
  const before = cloud.cpuSeconds();
  const run = await project.perform(operation);
  const cloudCpuSeconds = cloud.cpuSeconds() - before;
  const summary = summaries[operation](count + 1);
  if (!run.output.includes(summary))
    throw new Error(`${operation} should have ended with "${summary}":\n${run.output}`);
  const requests = await cloud.requests();
  const refused = requests.find(({ status }) => typeof status !== "number" || status >= 400);
  if (refused !== undefined)
    throw new Error(`${refused.method} ${refused.path} was answered ${refused.status}`);
  const calls: Record<string, number> = {};
  for (const { operation: name } of requests) calls[name] = (calls[name] ?? 0) + 1;
  return { ...run, calls, cloudCpuSeconds, stateBytes: project.stateBytes() };
}

/** Which part of the processor time; the rest is of processes that ended between two looks. */
type Part = Role | "rest";

/** What is kept of the same step, run by run. */
export interface Figures {
  readonly seconds: Runs;
  readonly cpuSeconds: Readonly<Record<Part, Runs>>;
  readonly mebibytes: Readonly<Record<Role, Runs>>;
  readonly cloudCpuSeconds: Runs;
  readonly stateBytes: Runs;
  readonly calls: Readonly<Record<string, Runs>>;
}

function figuresOf(steps: readonly Step[]): Figures {
  const of = (value: (one: Step) => number, digits?: number): Runs => rounded(steps.map(value), digits);
  const names = [...new Set(steps.flatMap(({ calls }) => Object.keys(calls)))];
  return {
    seconds: of(({ seconds }) => seconds),
    cpuSeconds: {
      ...recordOf(roles, (role) => of((one) => one[role].cpuSeconds)),
      rest: of(({ restCpuSeconds }) => restCpuSeconds),
    },
    mebibytes: recordOf(roles, (role) => of((one) => one[role].peakMebibytes, 1)),
    cloudCpuSeconds: of(({ cloudCpuSeconds }) => cloudCpuSeconds),
    stateBytes: of(({ stateBytes }) => stateBytes),
    calls: recordOf(names, (name) => of(({ calls }) => calls[name] ?? 0)),
  };
}

export function figuresOfAll<Some extends Operation>(
  performed: readonly Some[],
  lives: readonly Steps<Some>[],
): Record<Some, Figures> {
  return recordOf(performed, (name) => figuresOf(lives.map((steps) => steps[name])));
}

/** Of engine, dynamic host, program and what ended between two looks. */
export function allCpu({ cpuSeconds: { engine, host, program, rest } }: Figures): Runs {
  return sums(engine, host, program, rest);
}

export function allCalls({ calls, seconds }: Figures): Runs {
  return sums(
    seconds.map(() => 0),
    ...Object.values(calls),
  );
}

/** How often which operation was called, a range where the runs differ. */
export function tellCalls({ calls }: Figures): string {
  const told = Object.entries(calls).map(([name, runs]) => {
    const [least, most] = [Math.min(...runs), Math.max(...runs)];
    return `${least === most ? least : `${least} – ${most}`} ${name}`;
  });
  return told.join(", ") || "none";
}

/**
 * Every side once in each round, in turns of alternating order: whatever changes meanwhile meets all of them. A first
 * run of each, which reads what was not read yet, does not count.
 */
export async function inTurns<Key extends string, Value>(
  keys: readonly Key[],
  rounds: number,
  first: (key: Key) => Promise<unknown>,
  measure: (key: Key, round: number) => Promise<Value>,
): Promise<Record<Key, Value[]>> {
  for (const key of keys) await first(key);
  const measured = recordOf(keys, (): Value[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const key of round % 2 === 0 ? keys : keys.toReversed())
      measured[key].push(await measure(key, round));
  }
  return measured;
}
