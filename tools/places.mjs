// Set-up starts before anything is installed: everything in tools/*.mjs uses node's own modules only.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The one version of the Pulumi engine that demo and tests use. tools/engine/go.mod names the same one. */
export const engineVersion = "3.259.0";

/** The script that starts Pulumi's dynamic host; the engine warns unless it lies beside the engine itself. */
export const hostScript = "pulumi-resource-pulumi-nodejs";

/**
 * This file runs from tools/ and, compiled, from .build/tools/: hence the walk upwards.
 * @returns {string}
 */
function findRepositoryRoot() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isRepositoryRoot(folder)) {
    const above = dirname(folder);
    if (above === folder) throw new Error("package.json of pulumi-grayscale was not found above tools/");
    folder = above;
  }
  return folder;
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function isRepositoryRoot(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === "pulumi-grayscale";
}

export const repositoryRoot = findRepositoryRoot();

/** Locks and half-made output of a set-up; beside lib/ so that a rename puts the finished thing in place. */
export const workFolder = join(repositoryRoot, ".setup");

/**
 * Where the engine is kept: a folder of our own, never `~/.pulumi`.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string}
 */
export function cacheFolder(environment = process.env) {
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pulumi-grayscale");
}

/**
 * The folder that holds the pinned engine's `bin`, whether it is there yet or not.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string}
 */
export function engineRoot(environment = process.env) {
  return join(cacheFolder(environment), "engine", engineVersion);
}
