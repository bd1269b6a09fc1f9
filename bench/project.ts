// A folder with the benchmarks' program and a stack, run by Pulumi's real command line.
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { placeLanguageHost } from "../test/program/start-project.js";
import { readyEngine } from "../tools/engine.mjs";
import { isolatedEnvironment } from "../tools/isolation.js";
import { repositoryRoot } from "../tools/places.mjs";
import { preparePlace } from "../tools/stack.js";
import type { Cloud } from "./cloud.js";
import { floorPackage, type KindName, type Side } from "./declared.js";
import { run, type Run } from "./processes.js";

export interface ProjectRequest {
  readonly side: Side;
  readonly kind: KindName;
  readonly count: number;
  /** The number of the first one: what several stacks declare in one cloud must differ. @default 0 */
  readonly first?: number;
  /** How many are in one repository, or one mesh. @default 10 */
  readonly perGroup?: number;
  readonly cloud: Cloud;
  /** Whether a side that is not ours notes as little of stacks as ours does. @default false */
  readonly shortStacks?: boolean;
  /** Whether the engine writes the state once, at the end. @default false */
  readonly skipCheckpoints?: boolean;
  /** Added to the otherwise clean environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default "bench" */
  readonly stackName?: string;
  /** How many operations the engine has under way at once. @default its own, four a core */
  readonly parallel?: number;
  /** A folder for the engine's own profiles, `<operation>.<pid>.cpu`. @default none are made */
  readonly profileIn?: string;
  /** Arguments of Node.js's own for the process of the program. */
  readonly programArguments?: string;
  /** Whether to look at what its processes cost; not where several run at once. @default true */
  readonly watched?: boolean;
}

export const operations = ["create", "preview", "unchanged", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** As the tables call them. */
export const operationNames: Record<Operation, string> = {
  create: "`up`, create",
  preview: "`preview`, no change",
  unchanged: "`up`, no change",
  refresh: "`refresh`",
  destroy: "`destroy`",
};

const commands: Record<Operation, readonly string[]> = {
  create: ["up", "--yes", "--skip-preview"],
  preview: ["preview"],
  unchanged: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

export interface Project {
  perform(operation: Operation): Promise<Run>;
  /** Of the state as it is stored. */
  stateBytes(): number;
  close(): Promise<void>;
}

export async function openProject(request: ProjectRequest): Promise<Project> {
  const { side, kind, count, first = 0, perGroup = 10, cloud, stackName = "bench" } = request;
  const parallel = request.parallel === undefined ? [] : ["--parallel", String(request.parallel)];
  const engine = readyEngine();
  if (engine === undefined)
    throw new Error("There is no Pulumi engine yet: run `node tools/setup.mjs` first.");
  const place = preparePlace();
  const folder = join(place, "project");
  writeProgram(folder, request.programArguments);
  const environment = isolatedEnvironment(place, {
    PATH: [placeLanguageHost(place), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
    // That is where the language host is found.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
    BENCH_SIDE: side,
    BENCH_KIND: kind,
    BENCH_FIRST: String(first),
    BENCH_COUNT: String(count),
    BENCH_PER_GROUP: String(perGroup),
    ...(request.shortStacks === true ? { BENCH_STACKS: "short" } : {}),
    ...(request.skipCheckpoints === true ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {}),
    ...request.environment,
  });
  const pulumi = (...parameters: string[]): Promise<Run> =>
    run({
      file: join(engine.bin, "pulumi"),
      parameters: [...parameters, "--non-interactive", "--color", "never"],
      folder,
      environment,
      watched: request.watched ?? true,
    });
  const profiling = (operation: Operation): string[] =>
    request.profileIn === undefined ? [] : ["--profiling", join(request.profileIn, operation)];
  // The dynamic host may still be closing its files.
  const close = (): Promise<void> =>
    rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const settings = Object.entries(cloud.config).flatMap(([key, { value, secret = false }]) => [
    secret ? "--secret" : "--plaintext",
    `${key}=${value}`,
  ]);
  try {
    await pulumi("stack", "init", stackName);
    await pulumi("config", "set-all", ...settings);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    perform: (operation) => pulumi(...commands[operation], ...parallel, ...profiling(operation)),
    stateBytes: () => sizeOfState(join(place, "state")),
    close,
  };
}

/** A program of its own, with what it imports beside it as a user's has. */
function writeProgram(folder: string, programArguments?: string): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const built = (name: string): string => JSON.stringify(join(repositoryRoot, ".build", "bench", name));
  write(
    "Pulumi.yaml",
    `name: bench\nmain: index.js\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n${programArguments === undefined ? "" : `    nodeargs: ${JSON.stringify(programArguments)}\n`}`,
  );
  write("package.json", JSON.stringify({ name: "bench", version: "0.0.0" }));
  write("index.js", `require(${built("program.js")});\n`);
  mkdirSync(join(folder, "node_modules", floorPackage), { recursive: true });
  write(
    join("node_modules", floorPackage, "provider.js"),
    `module.exports = require(${built("floor-provider.js")});\n`,
  );
  for (const name of ["@pulumi", "pulumi-grayscale"])
    symlinkSync(join(repositoryRoot, "node_modules", name), join(folder, "node_modules", name));
}

function sizeOfState(folder: string): number {
  const stacks = join(folder, ".pulumi", "stacks");
  // Another backend keeps it elsewhere.
  if (!existsSync(stacks)) return 0;
  const file = readdirSync(stacks, { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith(".json"),
  );
  return file === undefined ? 0 : statSync(join(stacks, file)).size;
}
