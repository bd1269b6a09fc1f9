import { ensureBuilt } from "./build.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureEngine } from "./engine.mjs";
import { repositoryRoot } from "./places.mjs";
import { elapsed, tell } from "./tell.mjs";

const usage = "usage: node tools/setup.mjs [--demo | --no-engine]";

/**
 * Everything that a clone needs before demo, tests or check run; what is there already is left alone.
 * @param {readonly string[]} parameters
 * @returns {Promise<void>}
 */
export async function makeReady(parameters) {
  if (parameters.some((parameter) => parameter !== "--demo" && parameter !== "--no-engine")) {
    tell(usage);
    process.exitCode = 2;
    return;
  }
  const began = Date.now();
  try {
    await ensureDependencies(repositoryRoot);
    await ensureBuilt();
    const engine = parameters.includes("--no-engine")
      ? ""
      : await describeEngine(parameters.includes("--demo"));
    tell(`Set-up is complete (${elapsed(began)})${engine}.`);
  } catch (error) {
    tell(`Set-up failed. ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** @param {boolean} demo */
async function describeEngine(demo) {
  const { version, source } = await ensureEngine({ purpose: demo ? "demo" : "tests" });
  return `, with Pulumi ${version}, ${source}`;
}
