import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { repositoryRoot } from "./places.mjs";

/** The engine that runs a stack: the folder of the executable, and its version. */
export interface EngineChoice {
  bin: string;
  version: string;
}

// Everything else of the caller's environment stays outside: PULUMI_*, credentials of either cloud, proxies, and
// what nobody has thought of yet.
const inherited = ["LANG", "LC_ALL", "TZ"];

/**
 * The whole environment of the engine and of everything that it starts.
 *
 * A private `HOME` alone doesn't keep the engine away from the user's `~/.pulumi` (it asks the system for the home
 * folder): `PULUMI_HOME` and `PULUMI_BACKEND_URL` do.
 */
export function isolatedEnvironment(
  place: string,
  added: Record<string, string> = {},
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...environment,
    HOME: join(place, "home"),
    TMPDIR: join(place, "tmp"),
    // The Automation API puts the engine's own folder before these.
    PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
    PULUMI_HOME: join(place, "home", ".pulumi"),
    PULUMI_BACKEND_URL: `file://${join(place, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "pulumi-grayscale",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    // The script beside the engine, never one that happens to be on PATH.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    ...added,
  };
}

/** What the Automation API calls for every command; its own declarations leave it out. */
interface RunsCommands {
  run(
    parameters: string[],
    folder: string,
    environment: Record<string, string | undefined>,
    ...more: unknown[]
  ): Promise<{ stdout: string; stderr: string; code: number }>;
}

export type IsolatedCommand = PulumiCommand & RunsCommands;

/**
 * The Automation API lays the environment it is given over `process.env`. This command takes away again whatever
 * the caller's process has: a variable that is `undefined` is not handed to a child process.
 */
export function isolatedCommand(engine: EngineChoice, environment: Record<string, string>): IsolatedCommand {
  const required = createRequire(join(repositoryRoot, "node_modules", "@pulumi", "pulumi", "package.json"));
  const version: PulumiCommand["version"] = required("semver").parse(engine.version);
  // Not `PulumiCommand.get`: it runs `pulumi version` in the caller's environment, which writes to ~/.pulumi.
  const original = PulumiCommand.prototype as IsolatedCommand;
  const command = Object.create(original) as IsolatedCommand;
  const run: RunsCommands["run"] = (parameters, folder, asked, ...more) => {
    const without = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
    return original.run.call(command, parameters, folder, { ...without, ...asked, ...environment }, ...more);
  };
  return Object.assign(command, { command: join(engine.bin, "pulumi"), version, run });
}
