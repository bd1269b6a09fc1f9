// Folders of users' programs, into which this package is installed as it would be published.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run, tail } from "../../tools/command.mjs";
import { cacheFolder, repositoryRoot } from "../../tools/places.mjs";

/** Exact ones: a newer release of somebody's must not decide whether these tests pass. */
export const versions = {
  "@pulumi/pulumi": "3.270.0",
  "@types/node": "22.20.5",
  typescript: "6.0.3",
  "ts-node": "10.9.2",
  tsx: "4.23.15",
  pnpm: "10.34.8",
  yarn: "1.22.22",
  node: "22.23.3",
} as const;

export type PackageManager = "npm" | "pnpm" | "yarn";

/** Files by their path in the folder; objects are written as JSON. */
export type Files = Record<string, string | object>;

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  }
}

/** Packs what is built, and answers the file. */
export async function pack(folder: string): Promise<string> {
  await succeed("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], repositoryRoot);
  return join(folder, "pulumi-grayscale-0.1.0.tgz");
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const stripsTypes = major > 22 || (major === 22 && minor >= 18);

/** The registry has whole Node.js releases for Linux; elsewhere it takes a Node.js that can do it to test it. */
export const canStripTypes = stripsTypes || process.platform === "linux";

/** The folder of a Node.js that runs TypeScript as it is: this one, or else one from the registry. */
export async function nodeThatStripsTypes(folder: string): Promise<string> {
  if (stripsTypes) return dirname(process.execPath);
  const name = `node-linux-${process.arch}`;
  writeFiles(folder, { "package.json": { private: true, dependencies: { [name]: versions.node } } });
  await install("npm", folder);
  return join(folder, "node_modules", name, "bin");
}

/** Nothing that is installed here needs a script, and nothing is asked that nobody answers. */
const parameters: Record<PackageManager, string[]> = {
  npm: ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"],
  pnpm: ["install", "--ignore-scripts", "--prefer-offline", `--store-dir=${cached("pnpm")}`],
  yarn: [
    "install",
    "--ignore-scripts",
    "--prefer-offline",
    "--non-interactive",
    `--cache-folder=${cached("yarn")}`,
  ],
};

/** Kept between runs, as npm keeps its own. */
function cached(manager: string): string {
  return join(cacheFolder(), "packages", manager);
}

/** Installs what a folder's package.json says; `managers` is the folder of the package managers that are not npm. */
export async function install(manager: PackageManager, folder: string, managers = "", more: string[] = []) {
  const command = manager === "npm" ? "npm" : join(managers, "node_modules", ".bin", manager);
  if (manager === "yarn") forgetPackage();
  await succeed(command, [...parameters[manager], ...more], folder);
}

/** yarn takes a file of the same name for the same file, and what it made of that once. */
function forgetPackage(): void {
  const versioned = join(cached("yarn"), "v6");
  const kept = existsSync(versioned) ? readdirSync(versioned) : [];
  for (const name of kept)
    if (name === ".tmp" || name.startsWith("npm-pulumi-grayscale-"))
      rmSync(join(versioned, name), { recursive: true });
}

async function succeed(command: string, given: string[], folder: string): Promise<void> {
  const environment = { ...process.env, NODE_ENV: "development" };
  const ended = await run(command, given, { folder, environment });
  if (ended.code !== 0) throw new Error(`${given[0]} failed in ${folder}:\n${tail(ended.output)}`);
}
