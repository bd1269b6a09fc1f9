import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { atEnd, run, tail } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { repositoryRoot, workFolder } from "./places.mjs";
import { during, tell } from "./tell.mjs";

/** @typedef {{ sources: string, outputs: Record<string, number> }} Stamp */

const sourceFolders = ["sdk", "provider", "simulator", "cli", "tools", "examples", "policy", "test", "bench"];
const sourceFiles = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.types.json",
  "tsconfig.dev.json",
  "vitest.config.mts",
];
/**
 * `lib` is what is published: programs without comments, and the types of what users import with them. `.build` is
 * what runs from the repository only: the demo and what it needs.
 */
const targets = /** @type {const} */ ([
  ["tsconfig.json", "lib", ["--declaration", "false", "--isolatedDeclarations", "false"]],
  ["tsconfig.types.json", "lib", []],
  ["tsconfig.dev.json", ".build", []],
]);
const folders = /** @type {const} */ (["lib", ".build"]);
const stampFile = join(repositoryRoot, ".build", "stamp.json");

/**
 * Compiles when a source or an output is not what it was at the last build.
 * @param {{ always?: boolean, checked?: boolean }} [options] `checked`: type errors in what is published
 * fail the build. Set-up leaves them to `npm run check`, for emitting alone takes a fraction of the time.
 * @returns {Promise<void>}
 */
export async function ensureBuilt({ always = false, checked = false } = {}) {
  if (!always && isBuilt()) return;
  await withLock(
    join(workFolder, "build.lock"),
    async () => {
      if (!always && isBuilt()) return;
      await during("Compiling", () => build(checked));
    },
    tell,
  );
}

/** @returns {boolean} */
export function isBuilt() {
  if (!existsSync(stampFile)) return false;
  /** @type {Stamp} */
  const stamp = JSON.parse(readFileSync(stampFile, "utf8"));
  if (stamp.sources !== hashSources()) return false;
  return Object.entries(stamp.outputs).every(([file, size]) => {
    return statSync(join(repositoryRoot, file), { throwIfNoEntry: false })?.size === size;
  });
}

/** Contents, not times: a branch switched to and back leaves nothing to do. */
function hashSources() {
  const hash = createHash("sha256");
  const files = sourceFolders.flatMap((folder) => filesIn(join(repositoryRoot, folder)));
  for (const file of [...sourceFiles.map((name) => join(repositoryRoot, name)), ...files]) {
    if (!existsSync(file)) continue;
    hash
      .update(`${relative(repositoryRoot, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "states") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /\.m?ts$|\.mjs$/.test(entry.name) ? [path] : [];
  });
}

/** @param {boolean} checked */
async function build(checked) {
  for (const name of readdirSync(workFolder)) {
    // We hold the lock: this is left from one that was killed.
    if (name.startsWith("build-")) rmSync(join(workFolder, name), { recursive: true, force: true });
  }
  const aside = join(workFolder, `build-${process.pid}`);
  const forget = atEnd(() => rmSync(aside, { recursive: true, force: true }));
  try {
    const sources = hashSources();
    // Examples see `lib` as a user does, so types of the second target can be checked only once `lib` is in place.
    await Promise.all(
      targets.map(([project, folder, more]) =>
        compile(project, join(aside, folder), [
          ...more,
          ...(checked && folder === "lib" ? [] : ["--noCheck"]),
        ]),
      ),
    );
    // Loaded here, for set-up imports this file before it knows that the dependencies are installed.
    const { bundleZod } = await import("./bundle-zod.mjs");
    await bundleZod(join(aside, "lib"));
    // npx runs it through a link, and makes it executable only once.
    chmodSync(join(aside, "lib", "cli", "main.js"), 0o755);
    writeFileSync(join(aside, ".build", "stamp.json"), JSON.stringify({ sources, outputs: sizes(aside) }));
    // The stamp comes with the last rename: whatever interrupts us before, the next start builds again.
    for (const folder of folders)
      swap(join(aside, folder), join(repositoryRoot, folder), join(aside, "old", folder));
  } finally {
    forget();
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * @param {string} project
 * @param {string} folder
 * @param {readonly string[]} more
 */
async function compile(project, folder, more) {
  mkdirSync(folder, { recursive: true });
  const compiler = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
  const usual = ["--outDir", folder, "--noEmit", "false", "--pretty", "false"];
  const parameters = [compiler, "-p", project, ...usual, ...more];
  const ended = await run(process.execPath, parameters, { folder: repositoryRoot });
  if (ended.code !== 0) throw new Error(`tsc -p ${project} failed:\n${tail(ended.output, 40)}`);
}

/** @param {string} aside */
function sizes(aside) {
  /** @type {Record<string, number>} */
  const outputs = {};
  for (const name of readdirSync(aside, { recursive: true, encoding: "utf8" })) {
    const about = statSync(join(aside, name));
    if (about.isFile()) outputs[name] = about.size;
  }
  return outputs;
}

/**
 * @param {string} made
 * @param {string} place
 * @param {string} old
 */
function swap(made, place, old) {
  mkdirSync(join(old, ".."), { recursive: true });
  if (existsSync(place)) renameSync(place, old);
  renameSync(made, place);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureBuilt({ always: true, checked: true }).catch((error) => {
    tell(error.message);
    process.exitCode = 1;
  });
}
