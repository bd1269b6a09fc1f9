// `npm run faults`: runs the matrix and prints it, as Markdown or with --json as data.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../../tools/places.mjs";
import { resultsFile } from "./results.js";
import type { Case } from "./run.js";
import { toMarkdown } from "./table.js";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const { status } = spawnSync("npx", ["vitest", "run", "--project", "faults"], {
  cwd: repositoryRoot,
  // What is printed here is the result alone.
  stdio: ["ignore", process.stderr, process.stderr],
});
const cases = JSON.parse(readFileSync(resultsFile, "utf8")) as Case[];
console.log(values.json ? JSON.stringify(cases.map(toData), undefined, 2) : toMarkdown(cases));
process.exitCode = status ?? 1;

function toData({ lane, ...rest }: Case): object {
  const { title, phase, does, operation } = lane;
  return { resource: title, phase, request: does, operation, ...rest };
}
