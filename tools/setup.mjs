import { platformProblem } from "./platform.mjs";

const problem = platformProblem(process.versions.node, process.platform);
if (problem === undefined) {
  // Loaded only now: an older Node could not read these files, and would say so in its own words.
  void import("./ready.mjs").then(({ makeReady }) => makeReady(process.argv.slice(2)));
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
