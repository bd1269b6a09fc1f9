// A stack on the real engine and a simulated cloud of its own, both gone when the test ends.
import { isDeepStrictEqual } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { SimulatorOptions } from "pulumi-grayscale/simulator";
import { expect, onTestFinished } from "vitest";
import {
  openStack,
  type OpenedStack,
  type Operation,
  type OperationOptions,
  type Outcome,
  type StackRequest,
  type StoredResource,
} from "../../tools/stack.js";
import { quickStart } from "../quick-start.js";
import { startCloud, type SimulatedCloud } from "../simulated-cloud.js";

export interface Step extends Outcome {
  /** "create 2, same 1", the stack itself included; "failed" before it where it failed. */
  did: string;
  /** Requests of this step, as `METHOD path status`, with `{id}` and `{project}` for what is drawn by lot. */
  calls: string[];
}

export interface SimulatedStack extends Omit<OpenedStack, "perform"> {
  readonly cloud: SimulatedCloud;
  /** Runs the program that was given last. */
  perform: (operation: Operation, options?: OperationOptions) => Promise<Step>;
  /** What the state holds of our resources, in its order. */
  stored: () => Promise<StoredResource[]>;
}

export interface SimulatedStackOptions extends Pick<StackRequest, "environment"> {
  cloud?: SimulatorOptions;
  /** The cloud of another stack, instead of one of its own. */
  shared?: SimulatedCloud;
  /** Beside the simulated cloud's own; `undefined` takes one of those away. */
  config?: Record<string, string | { value: string; secret?: boolean } | undefined>;
}

export async function openSimulatedStack(
  program: PulumiFn,
  options: SimulatedStackOptions = {},
): Promise<SimulatedStack> {
  const cloud = options.shared ?? (await startCloud(options.cloud));
  if (options.shared === undefined) onTestFinished(() => cloud.close());
  const config = Object.fromEntries(
    Object.entries({ ...cloud.config, ...options.config }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
  const stack = await openStack({ program, config, environment: { ...quickStart, ...options.environment } });
  onTestFinished(() => stack.close());
  let current = program;
  return {
    ...stack,
    cloud,
    perform: async (operation, wanted = {}) => {
      current = wanted.program ?? current;
      cloud.clearRequests();
      const outcome = await stack.perform(operation, { ...wanted, program: current });
      return { ...outcome, did: toWords(outcome), calls: cloud.calls().map(abbreviated) };
    },
    stored: async () => {
      const { deployment } = await stack.exportState();
      return (deployment.resources ?? []).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
    },
  };
}

/** Compares what a step did, and the calls that it made; where they are others, it tells what the engine printed. */
export function expectStep({ did, calls, text }: Step, expected: string, expectedCalls?: string[]): void {
  const wanted = { did: expected, calls: expectedCalls ?? calls, text: "" };
  expect({ did, calls, text: isDeepStrictEqual({ did, calls, text: "" }, wanted) ? "" : text }).toEqual(
    wanted,
  );
}

/** What a step plans or does beside leaving things as they are, with the names of the changed inputs. */
export function operationsIn({ events }: Step): { name: string; op: string; keys: string[] }[] {
  return events.flatMap(({ resourcePreEvent }) => {
    const { op = "same", urn = "", diffs = [] } = resourcePreEvent?.metadata ?? {};
    if (op === "same" || op === "refresh" || urn.includes("pulumi:pulumi:Stack")) return [];
    return [{ name: urn.split("::").at(-1) ?? "", op, keys: diffs }];
  });
}

/** What the engine and the provider warn of. */
export function warningsOf({ diagnostics }: Step): string[] {
  return diagnostics.filter((line) => line.startsWith("warning: "));
}

/** What is told of a resource, and stays on the screen. */
export function toldOf(urn: string | undefined, { events }: Step): string[] {
  return events.flatMap(({ diagnosticEvent: told }) => {
    if (told === undefined || told.urn !== urn || told.ephemeral === true) return [];
    const message = told.message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
    return message === "" || (told.severity as string) === "debug" ? [] : [`${told.severity}: ${message}`];
  });
}

function toWords({ succeeded, changes }: Outcome): string {
  const counts = Object.entries(changes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
  return succeeded ? counts : `failed ${counts}`.trim();
}

function abbreviated(call: string): string {
  return call
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}")
    .replaceAll(/[0-9a-f]{32}/g, "{project}");
}
