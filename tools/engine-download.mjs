import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, tail } from "./command.mjs";
import { engineVersion, hostScript, repositoryRoot } from "./places.mjs";
import { during } from "./tell.mjs";

/** @typedef {import("./engine.mjs").Answer} Answer */

const connectSeconds = 20;
const downloadSeconds = 900;

/**
 * The official download, by Pulumi's own installer. It runs in a process of its own (the end of this file), which
 * can be stopped when the network swallows everything.
 * @param {string} root
 * @returns {Promise<Answer>}
 */
export async function downloadEngine(root) {
  mkdirSync(root, { recursive: true });
  // NODE_USE_ENV_PROXY: newer Node versions then respect the user's proxy variables, as curl does.
  const environment = { ...process.env, PULUMI_HOME: join(root, "home"), NODE_USE_ENV_PROXY: "1" };
  const ended = await during(`Downloading Pulumi ${engineVersion}`, () =>
    run(process.execPath, [join(repositoryRoot, "tools", "engine-download.mjs"), root], {
      environment,
      limitSeconds: downloadSeconds,
    }),
  );
  rmSync(join(root, "home"), { recursive: true, force: true });
  if (ended.code !== 0) return { refused: `The download did not work: ${tail(ended.output, 1)}` };
  if (!existsSync(join(root, "bin", hostScript))) return { refused: `The download holds no ${hostScript}.` };
  return { source: "downloaded from pulumi.com" };
}

/** @param {string} root */
async function install(root) {
  const required = createRequire(join(repositoryRoot, "node_modules", "@pulumi", "pulumi", "package.json"));
  const { PulumiCommand } = required("@pulumi/pulumi/automation/cmd.js");
  const { SemVer } = required("semver");
  const { fetch } = globalThis;
  // Pulumi's installer gives its first request two minutes: too long where a firewall drops packets.
  globalThis.fetch = (url, options) =>
    fetch(url, { ...options, signal: AbortSignal.timeout(connectSeconds * 1_000) });
  await PulumiCommand.install({ root, version: new SemVer(engineVersion) });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // No top-level await: compiled programs `require` this file.
  install(process.argv[2] ?? "").catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
