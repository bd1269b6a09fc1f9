import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { run, tail } from "./command.mjs";
import { copyHostScript } from "./engine-found.mjs";
import { engineVersion, repositoryRoot } from "./places.mjs";
import { during } from "./tell.mjs";

/** @typedef {import("./engine.mjs").Answer} Answer */

const oldestGo = [1, 25, 11];
// Measured: 3.3 GB of sources and compiled packages, and the engine itself.
const neededBytes = 5e9;
const commandPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const architectures = /** @type {Record<string, string>} */ ({ x64: "amd64", arm64: "arm64" });

/**
 * Builds the engine from its Go module, where downloads are blocked but a Go module proxy is not.
 * @param {string} root
 * @returns {Promise<Answer>}
 */
export async function buildEngine(root) {
  const caches = `${root}-go`;
  mkdirSync(caches, { recursive: true });
  const environment = goEnvironment(caches);
  const folder = join(repositoryRoot, "tools", "engine");
  // Asked in the folder of go.mod, so that an older Go may fetch the toolchain it needs, as Go does by default.
  const asked = await run("go", ["env", "GOVERSION"], { folder, environment });
  const found = /^go([\d.]+)\S*$/m.exec(asked.output)?.[1];
  if (asked.code === 127) return { refused: "There is no Go here to build the Pulumi engine with." };
  if (asked.code !== 0 || found === undefined)
    return { refused: `Go does not work: ${tail(asked.output, 2)}` };
  if (!isRecentEnough(found)) return { refused: `Go ${found} is too old; ${oldestGo.join(".")} is needed.` };
  const space = statfsSync(caches);
  if (space.bavail * space.bsize < neededBytes) {
    return {
      refused: "There is too little room in the cache folder: building with Go takes 5 GB for a while.",
    };
  }
  const ended = await during(
    `Building Pulumi ${engineVersion} with Go ${found}, once (4 to 6 minutes on 2 cores, 3.4 GB meanwhile)`,
    () => run("go", buildParameters(join(root, "bin", "pulumi")), { folder, environment }),
  );
  if (ended.code !== 0) return { refused: `Building with Go failed: ${tail(ended.output, 5)}` };
  copyHostScript(root);
  return { source: `built with Go ${found}` };
}

/** @param {string} output */
function buildParameters(output) {
  const linking = `-s -w -X ${versionVariable}=v${engineVersion}`;
  return [
    "build",
    "-trimpath",
    "-tags",
    "osusergo,grpcnotrace",
    "-ldflags",
    linking,
    "-o",
    output,
    commandPackage,
  ];
}

/**
 * Sources and compiled packages go into a folder that is removed afterwards, and the user's own settings for Go
 * (another target, a workspace, a vendor folder, a C compiler) must not change what is built.
 * @param {string} caches
 * @returns {NodeJS.ProcessEnv}
 */
function goEnvironment(caches) {
  return {
    ...process.env,
    GOPATH: join(caches, "path"),
    GOMODCACHE: join(caches, "modules"),
    GOCACHE: join(caches, "compiled"),
    GOTMPDIR: "",
    GOBIN: "",
    // Without modcacherw the downloaded sources are read-only and could not simply be removed.
    GOFLAGS: "-modcacherw -mod=readonly -buildvcs=false",
    GOWORK: "off",
    GOOS: process.platform,
    GOARCH: architectures[process.arch] ?? process.arch,
    CGO_ENABLED: "0",
  };
}

/** @param {string} version */
function isRecentEnough(version) {
  const parts = version.split(".").map(Number);
  for (const [index, oldest] of oldestGo.entries()) {
    const part = parts[index] ?? 0;
    if (part !== oldest) return part > oldest;
  }
  return true;
}

/**
 * Removes a folder even if an interrupted Go left folders in it that are read-only.
 * @param {string} folder
 */
export function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    if (existsSync(folder)) spawnSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
