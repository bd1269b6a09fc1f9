// Packs what would be published and looks at that file, not at the work tree.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd, run } from "./command.mjs";
import { repositoryRoot } from "./places.mjs";
import { tell } from "./tell.mjs";

// Two fifths of it are the simulated cloud and its types, a sixth is zod: without it a first check loads all of zod's own
// files, which takes half as long again as the rest of us. What grows past this deserves a look.
const largestBytes = 173_000;

/** @param {string} folder */
async function check(folder) {
  const command = (/** @type {string} */ name) => join(repositoryRoot, "node_modules", ".bin", name);
  // Set-up has just compiled; npm's own scripts would do it again.
  const packed = await succeed("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  const [about] = listed(JSON.parse(packed.slice(packed.search(/^[[{]/m))));
  if (about === undefined) throw new Error(`npm pack named no file:\n${packed}`);
  const file = join(folder, about.filename);
  if (about.size > largestBytes)
    throw new Error(`The package has ${about.size} bytes; ${largestBytes} are allowed.`);
  await succeed(command("publint"), ["run", file, "--strict"]);
  // "./provider" is loaded by Pulumi's host alone, which needs no types.
  await succeed(command("attw"), [file, "--profile", "node16", "--exclude-entrypoints", "provider"]);
  tell(`publint and attw find no fault with the package; it has ${about.size} bytes.`);
}

/**
 * npm 11 lists packed packages by name, older ones as an array.
 * @param {unknown} packed
 * @returns {{ filename: string, size: number }[]}
 */
function listed(packed) {
  return /** @type {{ filename: string, size: number }[]} */ (Object.values(/** @type {object} */ (packed)));
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @returns {Promise<string>}
 */
async function succeed(command, parameters) {
  const ended = await run(command, parameters, { folder: repositoryRoot });
  if (ended.code !== 0) throw new Error(`${parameters.join(" ")} failed:\n${ended.output}`);
  return ended.output.trim();
}

const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-package-"));
const remove = () => rmSync(folder, { recursive: true, force: true });
atEnd(remove);
await check(folder)
  .catch((error) => {
    tell(error.message);
    process.exitCode = 1;
  })
  .finally(remove);
