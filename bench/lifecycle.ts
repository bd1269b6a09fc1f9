// One stack, through everything that a user does with it, each step measured.
import type { Cloud } from "./cloud.js";
import { declared } from "./declared.js";
import { openProject, operations, type Operation, type Project, type ProjectRequest } from "./project.js";
import type { Role, Run } from "./processes.js";
import { spreadOf, type Spread } from "./results.js";

export type Lifecycle = Omit<ProjectRequest, "cloud">;

export interface Step extends Run {
  /** How often each operation of the cloud was called. */
  readonly calls: Readonly<Record<string, number>>;
  /** From the first request to the last answer that began. */
  readonly callingSeconds: number;
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
  await cloud.reset(declared[wanted.kind].seed?.(wanted.count));
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
  const times = requests.map(({ at }) => at);
  const callingSeconds = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000;
  return { ...run, calls, callingSeconds, cloudCpuSeconds, stateBytes: project.stateBytes() };
}

/** What is kept of the same step of several runs. */
export interface Figures {
  readonly seconds: Spread;
  readonly cpuSeconds: Spread;
  readonly cpuSecondsOf: Readonly<Record<Role, Spread>>;
  readonly mebibytesOf: Readonly<Record<Role, Spread>>;
  readonly cloudCpuSeconds: Spread;
  readonly stateBytes: number;
  readonly calls: Readonly<Record<string, number>>;
}

export function figuresOf(steps: readonly Step[]): Figures {
  const of = (value: (one: Step) => number, digits?: number): Spread => spreadOf(steps.map(value), digits);
  const roles = (value: (one: Step, role: Role) => number, digits?: number): Record<Role, Spread> => ({
    engine: of((one) => value(one, "engine"), digits),
    host: of((one) => value(one, "host"), digits),
    program: of((one) => value(one, "program"), digits),
  });
  return {
    seconds: of(({ seconds }) => seconds),
    cpuSeconds: of(({ engine, host, program }) => engine.cpuSeconds + host.cpuSeconds + program.cpuSeconds),
    cpuSecondsOf: roles((one, role) => one[role].cpuSeconds),
    mebibytesOf: roles((one, role) => one[role].peakMebibytes, 1),
    cloudCpuSeconds: of(({ cloudCpuSeconds }) => cloudCpuSeconds),
    stateBytes: steps.at(-1)?.stateBytes ?? 0,
    calls: steps.at(-1)?.calls ?? {},
  };
}

/** Every side once in each round, in turns of alternating order: whatever changes meanwhile meets all of them. */
export async function inTurns<Key extends string, Value>(
  keys: readonly Key[],
  rounds: number,
  measure: (key: Key, round: number) => Promise<Value>,
): Promise<Map<Key, Value[]>> {
  const measured = new Map<Key, Value[]>(keys.map((key) => [key, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const key of round % 2 === 0 ? keys : keys.toReversed())
      measured.get(key)?.push(await measure(key, round));
  }
  return measured;
}
