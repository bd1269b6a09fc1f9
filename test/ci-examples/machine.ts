// What the machine of a runner has: Pulumi, Node.js, and the packages that `npm ci` would install.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { run, type Ended } from "../../tools/command.mjs";
import { readyEngine } from "../../tools/engine.mjs";
import { isolatedEnvironment } from "../../tools/isolation.js";
import { repositoryRoot } from "../../tools/places.mjs";
import { preparePlace } from "../../tools/stack.js";

export interface Machine {
  /** A new folder that holds a copy of another one, or nothing. */
  folder: (from?: string) => string;
  /** Runs a script with these parameters of bash before its path. */
  bash: (parameters: string[], script: string, folder: string, environment: Environment) => Promise<Ended>;
}

export type Environment = Record<string, string>;

/** A machine of its own, gone when the test ends. */
export function startMachine(): Machine {
  const engine = readyEngine();
  if (engine === undefined)
    throw new Error("There is no Pulumi engine yet: run `node tools/setup.mjs` first.");
  const place = preparePlace();
  onTestFinished(() => rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const modules = linkModules(place);
  const tools = join(place, "tools");
  const node = dirname(process.execPath);
  mkdirSync(tools);
  const placeTool = (name: string, ...lines: string[]): void => {
    writeFileSync(join(tools, name), ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(join(tools, name), 0o755);
  };
  placeTool("pulumi", `exec "${join(engine.bin, "pulumi")}" "$@"`);
  placeTool(
    "pulumi-language-nodejs",
    `exec node "${join(repositoryRoot, "test", "language-host.mjs")}" "$@"`,
  );
  placeTool(
    "npm",
    `if [ "$1" = ci ]; then folder=.; [ "$2" != --prefix ] || folder=$3; exec ln -s "${modules}" "$folder/"; fi`,
    `HOME="${homedir()}" exec "${join(node, "npm")}" "$@"`,
  );
  const {
    PULUMI_BACKEND_URL: _backend,
    PULUMI_CONFIG_PASSPHRASE: _passphrase,
    ...environment
  } = isolatedEnvironment(place, {
    PATH: [tools, node, "/usr/bin", "/bin"].join(delimiter),
    // That is where the language host is found.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
    CI: "true",
    ...forNpm(),
  });
  return {
    folder: (from) => {
      const folder = mkdtempSync(join(place, "folder-"));
      if (from !== undefined) cpSync(from, folder, { recursive: true });
      return folder;
    },
    bash: async (parameters, script, folder, added) => {
      const file = join(mkdtempSync(join(place, "script-")), "script.sh");
      writeFileSync(file, script);
      return run("bash", [...parameters, file], { folder, environment: { ...environment, ...added } });
    },
  };
}

/** The packages of the repository, and the command of this one, which npm links where it is a dependency only. */
function linkModules(place: string): string {
  const from = join(repositoryRoot, "node_modules");
  const folder = join(place, "installed", "node_modules");
  mkdirSync(join(folder, ".bin"), { recursive: true });
  for (const name of readdirSync(from))
    if (!name.startsWith(".")) symlinkSync(join(from, name), join(folder, name));
  symlinkSync(join(repositoryRoot, "lib", "cli", "main.js"), join(folder, ".bin", "pulumi-grayscale"));
  return folder;
}

/** How npm reaches its registry from here. */
function forNpm(): Environment {
  const names =
    /^(npm_config_(registry|cafile|cache|(user|global)config)|https?_proxy|no_proxy|node_extra_ca_certs)$/i;
  const inherited = Object.entries(process.env).filter(([name]) => names.test(name));
  return { ...(Object.fromEntries(inherited) as Environment), npm_config_prefer_offline: "true" };
}
