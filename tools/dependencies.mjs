import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { atEnd, run, tail } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { during, tell } from "./tell.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * Installs what package-lock.json says unless it is there already.
 * @param {string} root
 * @param {{ install?: (root: string) => Promise<void> }} [ways]
 * @returns {Promise<void>}
 */
export async function ensureDependencies(root, { install = installDependencies } = {}) {
  if (isStamped(root)) return;
  await withLock(
    join(root, ".setup", "dependencies.lock"),
    async () => {
      if (isStamped(root)) return;
      if (!matchesLock(root)) {
        rmSync(stampFile(root), { force: true });
        await install(root);
      }
      writeStamp(root);
    },
    tell,
  );
}

/** @param {string} root */
function stampFile(root) {
  return join(root, "node_modules", ".pulumi-grayscale-installed");
}

/**
 * The lock file, and what npm chooses platform packages by.
 * @param {string} root
 */
function stampText(root) {
  const locked = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const [major] = process.versions.node.split(".");
  return `${locked} node ${major} ${process.platform} ${process.arch}\n`;
}

/**
 * @param {string} root
 * @returns {boolean}
 */
export function isStamped(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), "utf8") === stampText(root);
}

/** @param {string} root */
function writeStamp(root) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const aside = `${stampFile(root)}.${process.pid}`;
  writeFileSync(aside, stampText(root));
  renameSync(aside, stampFile(root));
}

/**
 * Whether somebody's own `npm install` left exactly what the lock file says, development packages included.
 * @param {string} root
 * @returns {boolean}
 */
function matchesLock(root) {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const locked = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(installedFile);
  return Object.entries(locked).every(([path, wanted]) => {
    // Workspaces are folders of the repository itself, and have no entry in npm's list of what it installed.
    if (!path.includes("node_modules/")) return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true;
    return found.integrity === wanted.integrity && isThere(join(root, path), wanted);
  });
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/**
 * @param {string} folder
 * @param {LockedPackage} wanted
 */
function isThere(folder, wanted) {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return false;
  return wanted.link === true || JSON.parse(readFileSync(file, "utf8")).version === wanted.version;
}

// Said in full, since a user's own npm settings (NODE_ENV=production, omit, engine-strict, global …) come first
// otherwise. Nothing that we depend on needs an install script, so none is run.
const installParameters = [
  "ci",
  "--include=dev",
  "--include=optional",
  "--include=peer",
  "--engine-strict=false",
  "--ignore-scripts",
  "--legacy-peer-deps=false",
  "--install-strategy=hoisted",
  "--install-links=false",
  "--package-lock=true",
  "--global=false",
  "--dry-run=false",
  "--no-audit",
  "--no-fund",
];

/**
 * Installs aside and renames, so that what is interrupted here, or goes on writing after we were killed, does not
 * matter, and a program that is running meanwhile loses its packages for a moment only.
 * @param {string} root
 * @returns {Promise<void>}
 */
async function installDependencies(root) {
  const started = process.env["npm_execpath"];
  // Inside `npm run` the same npm again; started with node alone, the one on PATH.
  const [command, ...before] =
    started && basename(started) === "npm-cli.js" ? [process.execPath, started] : ["npm"];
  const environment = { ...process.env, NODE_ENV: "development" };
  const aside = prepareAside(root);
  const forget = atEnd(() => rmSync(aside, { recursive: true, force: true }));
  try {
    const ended = await during("Installing dependencies (npm ci)", () =>
      run(command, [...before, ...installParameters], { folder: aside, environment }),
    );
    if (ended.code !== 0) throw new Error(`npm ci failed:\n${tail(ended.output)}`);
    for (const folder of installedFolders(aside)) {
      // Links between packages are relative: they hold after the move.
      if (existsSync(join(root, folder))) renameSync(join(root, folder), join(aside, folder, "..", "before"));
      renameSync(join(aside, folder), join(root, folder));
    }
  } finally {
    forget();
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * A folder with just what npm reads.
 * @param {string} root
 * @returns {string}
 */
function prepareAside(root) {
  const work = join(root, ".setup");
  for (const name of readdirSync(work)) {
    // We hold the lock: this is left from one that was killed.
    if (name.startsWith("install-")) rmSync(join(work, name), { recursive: true, force: true });
  }
  const aside = join(work, `install-${process.pid}`);
  const workspaces = Object.keys(readPackages(join(root, "package-lock.json"))).filter(
    (path) => path !== "" && !path.includes("node_modules"),
  );
  const files = [
    ".npmrc",
    "package.json",
    "package-lock.json",
    ...workspaces.map((path) => join(path, "package.json")),
  ];
  for (const file of files) {
    mkdirSync(dirname(join(aside, file)), { recursive: true });
    copyFileSync(join(root, file), join(aside, file));
  }
  return aside;
}

/**
 * The root's node_modules, and a workspace's own where versions differ.
 * @param {string} root
 * @returns {Set<string>}
 */
function installedFolders(root) {
  const paths = Object.keys(readPackages(join(root, "package-lock.json")));
  const inside = paths.filter((path) => path.includes("node_modules/"));
  return new Set(inside.map((path) => path.slice(0, path.indexOf("node_modules/") + "node_modules".length)));
}
