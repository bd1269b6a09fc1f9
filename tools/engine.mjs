import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { atEnd } from "./command.mjs";
import { downloadEngine } from "./engine-download.mjs";
import { findOnPath, findUsersEngine } from "./engine-found.mjs";
import { buildEngine, remove } from "./engine-go.mjs";
import { engineProblem } from "./engine-proof.mjs";
import { withLock } from "./lock.mjs";
import { cacheFolder, engineRoot, engineVersion, hostScript } from "./places.mjs";
import { tell } from "./tell.mjs";

/**
 * `bin` is the folder with the executable `pulumi` and, beside it, the script that starts Pulumi's dynamic host;
 * `source` says in words where they came from.
 * @typedef {{ root: string, bin: string, version: string, source: string }} Engine
 *
 * A way to get the engine: it fills `root` and says from where, or it names an engine to be used where it is,
 * or it says in a sentence why it cannot.
 * @typedef {{ source: string } | { found: Engine } | { refused: string }} Answer
 * @typedef {(root: string) => Promise<Answer>} Way
 *
 * The demo also takes a newer Pulumi CLI that the user has; tests and CI take the pinned version only.
 * @typedef {"demo" | "tests"} Purpose
 */

export { engineRoot, engineVersion } from "./places.mjs";

/** @type {Record<Purpose, readonly Way[]>} */
const usualWays = {
  demo: [findUsersEngine, findOnPath, downloadEngine, buildEngine],
  tests: [findUsersEngine, downloadEngine, buildEngine],
};

/**
 * The pinned engine in our cache, found without any work; undefined until set-up has brought it.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Engine | undefined}
 */
export function readyEngine(environment = process.env) {
  const root = engineRoot(environment);
  const bin = join(root, "bin");
  if (!existsSync(join(bin, "pulumi")) || !existsSync(join(bin, hostScript))) return undefined;
  const note = join(root, "source");
  const source = existsSync(note) ? readFileSync(note, "utf8").trim() : "found in our cache";
  return { root, bin, version: engineVersion, source };
}

/**
 * Makes sure of the engine: from our cache, else by the first way that works, saying what is done meanwhile.
 * @param {object} options
 * @param {Purpose} options.purpose
 * @param {readonly Way[]} [options.ways]
 * @param {typeof engineProblem} [options.prove]
 * @param {NodeJS.ProcessEnv} [options.environment] only where our cache is
 * @returns {Promise<Engine>}
 */
export async function ensureEngine({
  purpose,
  ways = usualWays[purpose],
  prove = engineProblem,
  environment = process.env,
}) {
  const cached = await provenCache(prove, environment);
  if (cached !== undefined) return cached;
  const acquire = async () => {
    // Another set-up may have brought it while this one waited for the lock.
    return (await provenCache(prove, environment)) ?? (await firstThatWorks(ways, prove, environment));
  };
  return withLock(`${engineRoot(environment)}.lock`, acquire, tell);
}

/**
 * @param {typeof engineProblem} prove
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Engine | undefined>}
 */
async function provenCache(prove, environment) {
  const ready = readyEngine(environment);
  if (ready === undefined) return undefined;
  const problem = await prove(ready.bin);
  if (problem === undefined) return ready;
  tell(`The Pulumi engine in our cache cannot be used: ${problem}`);
  return undefined;
}

/**
 * @param {readonly Way[]} ways
 * @param {typeof engineProblem} prove
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Engine>}
 */
async function firstThatWorks(ways, prove, environment) {
  tell(`Pulumi engine ${engineVersion} is not in our cache yet.`);
  sweep(environment);
  const refusals = [];
  for (const way of ways) {
    const answer = await attempt(way, prove, environment);
    if (!("refused" in answer)) return answer;
    tell(`  ${answer.refused}`);
    refusals.push(answer.refused);
  }
  throw new Error(whatToDo(refusals));
}

/**
 * @param {Way} way
 * @param {typeof engineProblem} prove
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Engine | { refused: string }>}
 */
async function attempt(way, prove, environment) {
  const temporary = join(cacheFolder(environment), "tmp");
  mkdirSync(temporary, { recursive: true });
  const aside = mkdtempSync(join(temporary, "engine-"));
  const forget = atEnd(() => remove(aside));
  try {
    const made = join(aside, "root");
    const answer = await way(made);
    if ("refused" in answer) return answer;
    if ("found" in answer) return answer.found;
    const problem = await prove(join(made, "bin"));
    if (problem !== undefined) return { refused: problem };
    writeFileSync(join(made, "source"), `${answer.source}\n`);
    const root = engineRoot(environment);
    settle(made, root, join(aside, "before"));
    return { root, bin: join(root, "bin"), version: engineVersion, source: answer.source };
  } finally {
    forget();
    remove(aside);
  }
}

/**
 * Puts the finished folder in place whole; an unusable one that was there goes first.
 * @param {string} made
 * @param {string} root
 * @param {string} before
 */
function settle(made, root, before) {
  mkdirSync(join(root, ".."), { recursive: true });
  if (existsSync(root)) renameSync(root, before);
  renameSync(made, root);
}

/**
 * Removes what interrupted set-ups left. We hold the lock, so nothing in there belongs to a living one.
 * @param {NodeJS.ProcessEnv} environment
 */
function sweep(environment) {
  const temporary = join(cacheFolder(environment), "tmp");
  if (!existsSync(temporary)) return;
  for (const name of readdirSync(temporary)) remove(join(temporary, name));
}

/**
 * @param {readonly string[]} refusals
 * @returns {string}
 */
function whatToDo(refusals) {
  return [
    `There is no way here to get the Pulumi engine ${engineVersion}:`,
    ...refusals.map((refusal) => `  - ${refusal}`),
    "Do one of these, then start again:",
    `  - allow downloads of the Pulumi CLI (https://www.pulumi.com/docs/install/ names the hosts), or`,
    "  - install Go 1.25.11 or newer (https://go.dev/dl) with access to a Go module proxy, or",
    `  - install the Pulumi CLI ${engineVersion} by hand into ~/.pulumi/versions/${engineVersion}.`,
  ].join("\n");
}
