// A folder with a program in it, run by Pulumi's real command line as a user runs it.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { readyEngine } from "../../tools/engine.mjs";
import { isolatedCommand, isolatedEnvironment } from "../../tools/isolation.js";
import { repositoryRoot } from "../../tools/places.mjs";
import { preparePlace, type ExportedState, type StoredResource } from "../../tools/stack.js";
import { startCloud, type SimulatedCloud } from "../simulated-cloud.js";

export interface ProjectOptions {
  /** The folder of the `node` that runs everything. @default this one's */
  node?: string;
  /** The stack's name. @default "test" */
  stackName?: string;
  /** @default a new one */
  cloud?: SimulatedCloud;
  /** Added to the otherwise clean environment. */
  environment?: Record<string, string>;
}

/** What `pulumi preview --json` prints, as far as tests look at it. */
export interface Plan {
  steps: {
    op: string;
    newState: { type: string; inputs?: Record<string, unknown> };
    diffReasons?: string[];
  }[];
  diagnostics: { message: string; severity: string }[];
  changeSummary: Record<string, number>;
}

export interface Project {
  readonly cloud: SimulatedCloud;
  /** The whole environment of its commands, with this engine on PATH. */
  readonly environment: Record<string, string>;
  close: () => Promise<void>;
  /** Any command; answers what it prints on standard output, and rejects with everything when it fails. */
  pulumi: (...parameters: string[]) => Promise<string>;
  preview: () => Promise<Plan>;
  exportState: () => Promise<ExportedState>;
  /** What the state holds of our resources, in its order. */
  stored: () => Promise<StoredResource[]>;
}

/** A new stack of the project in a folder, configured for a simulated cloud, with a home and a backend of its own. */
export async function startProject(folder: string, options: ProjectOptions = {}): Promise<Project> {
  const { node = dirname(process.execPath), stackName = "test" } = options;
  const cloud = options.cloud ?? (await startCloud());
  const engine = readyEngine();
  if (engine === undefined)
    throw new Error("There is no Pulumi engine yet: run `node tools/setup.mjs` first.");
  const place = preparePlace();
  const environment = isolatedEnvironment(place, {
    PATH: [engine.bin, placeLanguageHost(place), node, "/usr/bin", "/bin"].join(delimiter),
    // That is where the language host is found.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
    ...options.environment,
  });
  const command = isolatedCommand(engine, environment);
  const pulumi: Project["pulumi"] = async (...parameters) => {
    const answer = await command.run([...parameters, "--non-interactive", "--color", "never"], folder, {});
    return answer.stdout;
  };
  await pulumi("stack", "init", stackName);
  await pulumi("config", "set-all", ...settingsOf(cloud));
  const exportState = async (): Promise<ExportedState> =>
    JSON.parse(await pulumi("stack", "export")) as ExportedState;
  return {
    cloud,
    environment,
    close: async () => {
      if (options.cloud === undefined) await cloud.close();
      // The dynamic host may still be closing its files.
      await rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
    pulumi,
    exportState,
    preview: async () => JSON.parse(await pulumi("preview", "--json")) as Plan,
    stored: async () => {
      const { deployment } = await exportState();
      return (deployment.resources ?? []).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
    },
  };
}

/** A folder that holds nothing but the language host. */
export function placeLanguageHost(place: string): string {
  const folder = join(place, "language-host");
  const file = join(folder, "pulumi-language-nodejs");
  mkdirSync(folder);
  const script = join(repositoryRoot, "test", "language-host.mjs");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

function settingsOf({ config }: SimulatedCloud): string[] {
  return Object.entries(config).flatMap(([key, { value, secret = false }]) => [
    secret ? "--secret" : "--plaintext",
    `${key}=${value}`,
  ]);
}
