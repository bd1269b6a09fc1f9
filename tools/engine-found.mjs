import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { engineProblem, engineVersionIn } from "./engine-proof.mjs";
import { engineVersion, hostScript, repositoryRoot } from "./places.mjs";
import { tell } from "./tell.mjs";

/** @typedef {import("./engine.mjs").Answer} Answer */

// The oldest that the demo was run with.
const oldestForDemo = [3, 250];

/**
 * Takes the same version from the user's own installation, which is only read. It is copied, so that what the user
 * removes or upgrades there later doesn't matter here.
 * @param {string} root
 * @param {string} [home]
 * @returns {Promise<Answer>}
 */
export async function findUsersEngine(root, home = homedir()) {
  const place = `~/.pulumi/versions/${engineVersion}`;
  const bin = join(home, ".pulumi", "versions", engineVersion, "bin");
  if (!isRealCommand(join(bin, "pulumi"))) return { refused: `It is not under ${place} either.` };
  tell(`Copying the Pulumi engine from ${place}.`);
  mkdirSync(join(root, "bin"), { recursive: true });
  copyFileSync(join(bin, "pulumi"), join(root, "bin", "pulumi"), constants.COPYFILE_FICLONE);
  copyHostScript(root);
  return { source: `copied from ${place}` };
}

/**
 * For the demo only: the user's Pulumi CLI, used where it is.
 * @param {string} _root
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Answer>}
 */
export async function findOnPath(_root, environment = process.env) {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const folder = folders.find((candidate) => existsSync(join(candidate, "pulumi")));
  if (folder === undefined) return { refused: "There is no Pulumi CLI on PATH." };
  const command = realpathSync(join(folder, "pulumi"));
  if (!isRealCommand(command))
    return { refused: "The pulumi on PATH is a launcher script, not the Pulumi CLI." };
  const bin = dirname(command);
  const answer = await engineVersionIn(bin);
  if ("problem" in answer) return { refused: `The Pulumi CLI on PATH cannot be used: ${answer.problem}` };
  const problem = await engineProblem(bin, isRecentEnough);
  if (problem !== undefined) return { refused: `The Pulumi CLI on PATH cannot be used: ${problem}` };
  return { found: { root: dirname(bin), bin, version: answer.version, source: "the Pulumi CLI on PATH" } };
}

/** @param {string} version */
function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestForDemo;
  return major === oldestMajor && minor >= oldestMinor;
}

/**
 * npm's launcher and version managers put scripts there that would download something when they are run.
 * @param {string} command
 */
function isRealCommand(command) {
  if (!existsSync(command)) return false;
  const file = openSync(command, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(file, start, 0, 2, 0);
    return start.toString("latin1") !== "#!";
  } finally {
    closeSync(file);
  }
}

/**
 * The engine looks for this script beside itself; the one of the installed SDK is the one that fits.
 * @param {string} root
 */
export function copyHostScript(root) {
  const bin = join(root, "bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync(join(repositoryRoot, "node_modules", "@pulumi", "pulumi", hostScript), join(bin, hostScript));
}
