import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { engineRoot, engineVersion, ensureEngine, readyEngine, type Way } from "../../tools/engine.mjs";
import { hostScript, repositoryRoot } from "../../tools/places.mjs";

let place: string;
let environment: NodeJS.ProcessEnv;
let tried: string[];

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  place = mkdtempSync(join(tmpdir(), "engine-ways-"));
  environment = { XDG_CACHE_HOME: place };
  tried = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});

const refuse =
  (name: string): Way =>
  async () => {
    tried.push(name);
    return { refused: `${name} does not work here.` };
  };

const make =
  (name: string): Way =>
  async (root) => {
    tried.push(name);
    fill(root);
    return { source: name };
  };

function fill(root: string): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "bin", "pulumi"), "engine");
  writeFileSync(join(root, "bin", hostScript), "script");
}

const proven = async (): Promise<undefined> => undefined;

const ensure = (ways: Way[], prove: () => Promise<string | undefined> = proven) =>
  ensureEngine({ purpose: "tests", ways, prove, environment });

test("the ways are tried in order until one works", async () => {
  const engine = await ensure([refuse("first"), make("second"), make("third")]);
  expect(tried).toEqual(["first", "second"]);
  expect(engine).toEqual({
    root: engineRoot(environment),
    bin: join(engineRoot(environment), "bin"),
    version: engineVersion,
    source: "second",
  });
  expect(readyEngine(environment)).toEqual(engine);
});

test("an engine in the cache is taken without trying any way", async () => {
  await ensure([make("first")]);
  await ensure([make("second")]);
  expect(tried).toEqual(["first"]);
});

test("an engine that does not prove itself is refused, and nothing of it stays", async () => {
  const ensuring = ensure([make("broken")], async () => "it does not start");
  await expect(ensuring).rejects.toThrow("it does not start");
  expect(readyEngine(environment)).toBeUndefined();
  expect(readdirSync(join(place, "pulumi-grayscale", "tmp"))).toEqual([]);
});

test("a cached engine that no longer starts is replaced", async () => {
  await ensure([make("first")]);
  let asked = 0;
  const engine = await ensure([make("second")], async () => (++asked <= 2 ? "cut off" : undefined));
  expect(engine.source).toBe("second");
});

test("an engine found elsewhere is used where it is", async () => {
  const found = { root: "/opt/pulumi", bin: "/opt/pulumi/bin", version: "3.260.1", source: "PATH" };
  const engine = await ensure([refuse("first"), async () => ({ found })]);
  expect(engine).toEqual(found);
  expect(readyEngine(environment)).toBeUndefined();
});

test("when nothing works, every reason is given and what to do", async () => {
  const ensuring = ensure([refuse("copy"), refuse("download"), refuse("Go")]);
  await expect(ensuring).rejects.toThrow(
    /copy does not[^]*download does not[^]*Go does not[^]*install Go 1\.25\.11/,
  );
});

test("a half-made engine in the cache is not taken", async () => {
  fill(engineRoot(environment));
  rmSync(join(engineRoot(environment), "bin", hostScript));
  expect(readyEngine(environment)).toBeUndefined();
  const engine = await ensure([make("again")]);
  expect(engine.source).toBe("again");
});

test("what an interrupted set-up left is swept away, and does no harm", async () => {
  const left = join(place, "pulumi-grayscale", "tmp", "engine-dead");
  fill(join(left, "root"));
  mkdirSync(join(left, "modules", "read-only"), { recursive: true });
  writeFileSync(join(left, "modules", "read-only", "file"), "");
  chmodSync(join(left, "modules", "read-only"), 0o555);
  await ensure([make("fresh")]);
  expect(existsSync(left)).toBe(false);
});

test("two set-ups at once do the work once", async () => {
  const slow: Way = async (root) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return make("slow")(root);
  };
  const [one, two] = await Promise.all([ensure([slow]), ensure([slow])]);
  expect(tried).toEqual(["slow"]);
  expect(two).toEqual(one);
});

test("a set-up killed in the middle leaves neither an engine nor a lock that holds", async () => {
  const module = pathToFileURL(join(repositoryRoot, "tools", "engine.mjs")).href;
  const program = `
    import { mkdirSync, writeFileSync } from "node:fs";
    import { ensureEngine } from ${JSON.stringify(module)};
    await ensureEngine({ purpose: "tests", prove: async () => undefined, ways: [async (root) => {
      mkdirSync(root + "/bin", { recursive: true });
      writeFileSync(root + "/bin/pulumi", "half");
      process.stdout.write("half\\n");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return { source: "never" };
    }] });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(readyEngine(environment)).toBeUndefined();
  const engine = await ensure([make("after")]);
  expect(engine.source).toBe("after");
});

test("tools/engine/go.mod names the same version of the engine", () => {
  const requirements = readFileSync(join(repositoryRoot, "tools", "engine", "go.mod"), "utf8");
  expect(requirements).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion} `);
});
