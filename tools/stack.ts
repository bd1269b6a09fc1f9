// The one way in which demo and tests run the real engine: nothing of the user's is read or written.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  LocalWorkspace,
  type ConfigMap,
  type EngineEvent,
  type OpMap,
  type OutputMap,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { readyEngine } from "./engine.mjs";
import { isolatedCommand, isolatedEnvironment, type EngineChoice } from "./isolation.js";
import { repositoryRoot } from "./places.mjs";

export interface StackRequest {
  program: PulumiFn;
  /** Where the dynamic host looks for modules. @default the repository */
  folder?: string;
  /** @default "grayscale" */
  projectName?: string;
  /** @default "test" */
  stackName?: string;
  /** Plain values, and secret ones as `{ value, secret: true }`. */
  config?: Record<string, string | { value: string; secret?: boolean }>;
  /** Added to the otherwise clean environment. */
  environment?: Record<string, string>;
  /** @default the one in our cache */
  engine?: EngineChoice;
}

export type Operation = "preview" | "up" | "refresh" | "previewRefresh" | "destroy" | "previewDestroy";

export interface OperationOptions {
  /** Instead of the program that the stack was opened with. */
  program?: PulumiFn;
  /** Everything that the engine prints, as it comes. */
  onOutput?: (text: string) => void;
  onEvent?: (event: EngineEvent) => void;
  /** Aborting it is the user's Ctrl-C. */
  signal?: AbortSignal;
  refresh?: boolean;
  diff?: boolean;
  target?: string[];
  replace?: string[];
  runProgram?: boolean;
  expectNoChanges?: boolean;
  /** The engine's own log, up to 9, and whether it is printed. */
  logVerbosity?: number;
  logToStdErr?: boolean;
  debug?: boolean;
}

/** What came of an operation; a failed one is an answer too. */
export interface Outcome {
  succeeded: boolean;
  /** What the engine printed on both streams, without colours. */
  text: string;
  events: EngineEvent[];
  /** How many resources were created, updated and so on, the stack itself included. */
  changes: OpMap;
  /** Final messages of the engine and the provider: "warning: …", one each. */
  diagnostics: string[];
}

export interface OpenedStack {
  /** The Automation API's own object. */
  stack: Stack;
  /** The temporary folder that holds everything of this stack. */
  place: string;
  perform: (operation: Operation, options?: OperationOptions) => Promise<Outcome>;
  outputs: () => Promise<OutputMap>;
  /** Any other command of the engine on this stack: `pulumi("stack", "export")`; answers what it prints. */
  pulumi: (...parameters: string[]) => Promise<string>;
  /** The state as it is stored: secrets stay encrypted. */
  exportState: () => Promise<ExportedState>;
  close: () => Promise<void>;
}

export interface ExportedState {
  version: number;
  deployment: { resources?: StoredResource[]; pending_operations?: unknown[]; [key: string]: unknown };
}

export interface StoredResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  [key: string]: unknown;
}

/** Creates an empty stack in a temporary folder, with a home, a backend and an environment of its own. */
export async function openStack(request: StackRequest): Promise<OpenedStack> {
  const { program, folder = repositoryRoot, projectName = "grayscale", stackName = "test" } = request;
  const engine = request.engine ?? readyEngine();
  if (engine === undefined)
    throw new Error("There is no Pulumi engine yet: run `node tools/setup.mjs` first.");
  const place = preparePlace();
  const remove = (): void => rmSync(place, { recursive: true, force: true });
  process.once("exit", remove);
  const environment = isolatedEnvironment(place, request.environment);
  const command = isolatedCommand(engine, environment);
  const workDir = join(place, "project");
  const stack = await LocalWorkspace.createStack(
    { stackName, projectName, program },
    // Without `main` the dynamic host would start in workDir and find no node_modules there.
    {
      workDir,
      pulumiCommand: command,
      projectSettings: { name: projectName, runtime: "nodejs", main: folder },
    },
  );
  const config = toConfigMap(request.config ?? {});
  if (Object.keys(config).length > 0) await stack.setAllConfig(config);
  const pulumi = async (...parameters: string[]): Promise<string> => {
    const answer = await command.run([...parameters, "--stack", stackName], workDir, {});
    return answer.stdout;
  };
  const unasked = withoutQuestions(stack);
  return {
    stack,
    place,
    perform: (operation, options) => perform(unasked, operation, options),
    outputs: () => stack.outputs(),
    pulumi,
    exportState: async () => JSON.parse(await pulumi("stack", "export")) as ExportedState,
    close: async () => {
      process.off("exit", remove);
      // The dynamic host may still be closing its files.
      await rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** After each operation the Automation API asks for outputs and history: three starts of the engine, for nobody. */
function withoutQuestions(stack: Stack): Stack {
  const unasked = Object.create(stack) as Stack;
  return Object.assign(unasked, { outputs: async () => ({}), info: async () => undefined });
}

/** A temporary folder with what `isolatedEnvironment` points at. */
export function preparePlace(): string {
  const place = mkdtempSync(join(tmpdir(), "pulumi-grayscale-"));
  for (const name of ["home", "tmp", "state", "project"]) mkdirSync(join(place, name));
  return place;
}

function toConfigMap(config: NonNullable<StackRequest["config"]>): ConfigMap {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? { value } : value]),
  );
}

async function perform(stack: Stack, operation: Operation, options: OperationOptions = {}): Promise<Outcome> {
  const events: EngineEvent[] = [];
  let text = "";
  const hear = (part: string): void => {
    text += part;
    options.onOutput?.(part);
  };
  const onEvent = (event: EngineEvent): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  let succeeded = true;
  try {
    await stack[operation]({ ...options, color: "never", onOutput: hear, onError: hear, onEvent });
  } catch (error) {
    succeeded = false;
    // What went wrong before the engine ran has printed nothing yet.
    if (text === "") text = error instanceof Error ? error.message : String(error);
  }
  return { succeeded, text, events, changes: readChanges(events), diagnostics: readDiagnostics(events) };
}

function readChanges(events: readonly EngineEvent[]): OpMap {
  return events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {};
}

function readDiagnostics(events: readonly EngineEvent[]): string[] {
  return events.flatMap(({ diagnosticEvent }) => {
    if (diagnosticEvent === undefined || diagnosticEvent.ephemeral === true) return [];
    const { prefix = "", message, severity } = diagnosticEvent;
    // The SDK's own debug messages come too, though its types do not know that severity.
    if (!["info", "info#err", "warning", "error"].includes(severity)) return [];
    // Colours come as tags like `<{%reset%}>` when nobody draws them.
    return [`${prefix}${message}`.replaceAll(/<\{%[^%]*%\}>/g, "").trim()];
  });
}
