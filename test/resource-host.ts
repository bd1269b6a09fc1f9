// The steps of a stack's life, each in a fresh dynamic host as the engine has it, with all that it said and called.
import { isDeepStrictEqual } from "node:util";
import type { RecordedRequest, SimulatorOptions } from "pulumi-grayscale/simulator";
import { onTestFinished } from "vitest";
import {
  startDynamicHost,
  type DynamicHost,
  type DynamicHostOptions,
  type HostFailure,
  type Properties,
} from "./dynamic-host.js";
import { program, textOf, urnOf } from "./program-inputs.js";
import { simulatorCredentials, startCloud, type SimulatedCloud } from "./simulated-cloud.js";

export { program, textOf, urnOf };

/** What the engine puts in place of what is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const severities = { info: 1, warning: 2, error: 3 } as const;

/** A resource as the state has it. */
export interface Stored {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What one step did beside its result. */
export interface Told {
  /** As `METHOD path status`, ids of requests, projects and releases told by their kind. */
  readonly calls: string[];
  readonly requests: readonly RecordedRequest[];
  readonly logged: ReturnType<DynamicHost["logged"]>;
  readonly warnings: string[];
  readonly printed: string;
}

export type Difference = Awaited<ReturnType<DynamicHost["diff"]>>;

/** A step that failed, with what it left in the state. */
export type Failed = Error &
  HostFailure &
  Told & { readonly stored: Stored | undefined; readonly difference?: Difference };

/** A cloud that ends with the test. */
export async function cloudFor(options?: SimulatorOptions): Promise<SimulatedCloud> {
  const cloud = await startCloud(options);
  onTestFinished(() => cloud.close());
  return cloud;
}

/** Runs something in a host of its own. What the host said and called is also on the error, if there is one. */
export async function operate<T>(
  cloud: SimulatedCloud | undefined,
  work: (host: DynamicHost) => Promise<T>,
  options: DynamicHostOptions = {},
): Promise<Told & { readonly result: T }> {
  const config = { ...cloud?.hostConfig, ...options.config };
  const known = Object.entries(config).filter(([, value]) => value !== undefined);
  const host = await startDynamicHost({ ...options, config: Object.fromEntries(known) });
  try {
    return await observed(host, cloud, () => work(host));
  } finally {
    await host.close();
  }
}

/** Runs something in a host, and tells what it said and called. */
export async function observed<T>(
  host: DynamicHost,
  cloud: SimulatedCloud | undefined,
  work: () => Promise<T>,
): Promise<Told & { readonly result: T }> {
  const before = cloud?.requests.length ?? 0;
  const loggedBefore = host.logged().length;
  const told = (): Told => {
    const logged = host.logged().slice(loggedBefore);
    return {
      calls: (cloud?.calls() ?? []).slice(before).map(normalised),
      requests: (cloud?.requests ?? []).slice(before),
      logged,
      warnings: logged
        .filter(({ severity }) => severity === severities.warning)
        .map(({ message }) => message),
      printed: host.printed(),
    };
  };
  try {
    const result = await work();
    return { ...told(), result };
  } catch (error) {
    throw Object.assign(error as Error, told());
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

function normalised(call: string): string {
  return call.replaceAll(simulatorCredentials.huaweicloud.projectId, "{project}").replace(uuid, "{uid}");
}

/** The failure of a step that has to fail. */
export async function failing(step: Promise<unknown>): Promise<Failed> {
  try {
    await step;
  } catch (error) {
    return error as Failed;
  }
  throw new Error("it should have failed");
}

/** The first `pulumi up` of a resource. */
export async function up(
  cloud: SimulatedCloud,
  kind: string,
  declared: Properties,
  options: DynamicHostOptions & { readonly name?: string } = {},
): Promise<Told & { readonly stored: Stored }> {
  const done = await operate(
    cloud,
    (host) => checkAndCreate(host, program(kind, declared, options.name)),
    options,
  );
  return { ...done, stored: done.result };
}

export async function checkAndCreate(host: DynamicHost, news: Properties): Promise<Stored> {
  const inputs = await checked(host, {}, news);
  try {
    return { ...(await host.create(inputs)), inputs };
  } catch (error) {
    throw withPartial(error, inputs);
  }
}

async function checked(host: DynamicHost, olds: Properties, news: Properties): Promise<Properties> {
  const { inputs, failures } = await host.check(olds, news);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return inputs;
}

function withPartial(error: unknown, inputs: Properties): Error {
  const { partial } = error as Partial<HostFailure>;
  const stored = partial && { id: partial.id, inputs, outputs: partial.properties };
  return Object.assign(error as Error, { stored });
}

/** A further `pulumi up`, with the engine's choice between nothing, an update and a replacement. */
export async function upAgain(
  cloud: SimulatedCloud,
  kind: string,
  stored: Stored,
  declared: Properties,
  options: DynamicHostOptions = {},
): Promise<Told & { readonly stored: Stored; readonly difference: Difference; readonly operation: string }> {
  const news = program(kind, declared);
  const { __urn } = stored.inputs;
  if (__urn !== undefined) news["__urn"] = __urn;
  const done = await operate(cloud, (host) => again(host, stored, news), options);
  return { ...done, ...done.result };
}

/** The same in a host that is there already. */
export async function again(
  host: DynamicHost,
  { id, inputs: oldInputs, outputs: olds }: Stored,
  news: Properties,
): Promise<{ stored: Stored; difference: Difference; operation: string }> {
  const inputs = await checked(host, oldInputs, news);
  const difference = await host.diff(id, olds, inputs);
  const { changes, replaces } = difference;
  if (changes === "none" || (changes === "unknown" && isDeepStrictEqual(oldInputs, inputs))) {
    return { stored: { id, inputs, outputs: olds }, difference, operation: "same" };
  }
  try {
    if (replaces.length === 0) {
      const { outputs } = await host.update(id, olds, inputs);
      return { stored: { id, inputs, outputs }, difference, operation: "update" };
    }
    const replacement = await checked(host, {}, news);
    await host.delete(id, olds);
    const created = await host.create(replacement);
    return { stored: { ...created, inputs: replacement }, difference, operation: "replace" };
  } catch (error) {
    throw Object.assign(withPartial(error, inputs), { difference });
  }
}

/** `pulumi refresh`: nothing is stored any more where the thing is gone. */
export async function refresh(
  cloud: SimulatedCloud,
  stored: Stored,
  options: DynamicHostOptions = {},
): Promise<Told & { readonly stored: Stored | undefined }> {
  const done = await operate(cloud, (host) => host.read(stored.id, stored.outputs), options);
  return { ...done, stored: done.result.id === "" ? undefined : done.result };
}

/** The same, with time enough for a busy machine: what follows is not about the time limit. */
export function patient({ outputs, ...stored }: Stored): Stored {
  return { ...stored, outputs: { ...outputs, timeoutSeconds: 60 } };
}

/** `pulumi destroy`. */
export async function destroy(
  cloud: SimulatedCloud,
  stored: Stored,
  options: DynamicHostOptions = {},
): Promise<Told> {
  return operate(cloud, (host) => host.delete(stored.id, stored.outputs), options);
}
