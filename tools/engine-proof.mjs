import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, tail } from "./command.mjs";
import { engineVersion, hostScript } from "./places.mjs";

/**
 * Proves an engine by running it; answers what is wrong with it, if anything.
 * @param {string} bin
 * @param {(version: string) => boolean} [accepts]
 * @returns {Promise<string | undefined>}
 */
export async function engineProblem(bin, accepts = (version) => version === engineVersion) {
  if (!existsSync(join(bin, hostScript))) return `${hostScript} is not beside pulumi`;
  const answer = await engineVersionIn(bin);
  if ("problem" in answer) return answer.problem;
  return accepts(answer.version) ? undefined : `it is Pulumi ${answer.version}, not ${engineVersion}`;
}

/**
 * @param {string} bin
 * @returns {Promise<{ version: string } | { problem: string }>}
 */
export async function engineVersionIn(bin) {
  const command = join(bin, "pulumi");
  try {
    accessSync(command, constants.X_OK);
  } catch {
    return { problem: "pulumi is missing or cannot be executed" };
  }
  // Even `pulumi version` writes a log folder into the user's real ~/.pulumi unless PULUMI_HOME says otherwise.
  const home = mkdtempSync(join(tmpdir(), "pulumi-grayscale-"));
  try {
    const environment = {
      HOME: home,
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PATH: "/usr/bin:/bin",
    };
    const ended = await run(command, ["version"], { environment, limitSeconds: 60 });
    const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(ended.output)?.[1];
    if (ended.code === 0 && version !== undefined) return { version };
    return { problem: `\`pulumi version\` failed: ${tail(ended.output, 3)}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
