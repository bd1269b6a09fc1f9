import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureDependencies, isStamped } from "../../tools/dependencies.mjs";
import { withLock } from "../../tools/lock.mjs";
import { repositoryRoot } from "../../tools/places.mjs";
import { platformProblem } from "../../tools/platform.mjs";

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "setup-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

describe("platform", () => {
  test.each(["20.19.0", "20.20.2", "22.12.0", "24.0.0"])("Node %s will do", (node) => {
    expect(platformProblem(node, "linux")).toBeUndefined();
    expect(platformProblem(node, "darwin")).toBeUndefined();
  });
  test.each(["18.20.4", "20.18.3"])("Node %s is too old", (node) => {
    expect(platformProblem(node, "linux")).toBe(`Node 20.19 or newer is needed; this is Node ${node}.`);
  });
  test("Windows gets one sentence", () => {
    expect(platformProblem("24.0.0", "win32")).toMatch(/^[^.]*Windows[^.]*\.$/);
  });
});

describe("dependencies", () => {
  const packages = {
    "": {},
    "examples/tour": { version: "0.0.0" },
    "node_modules/tour": { link: true },
    "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" },
    "node_modules/vitest": { version: "4.1.0", integrity: "sha512-b", dev: true },
    "node_modules/other-platform": { version: "1.0.0", integrity: "sha512-c", optional: true },
  };
  let installs = 0;

  beforeEach(() => {
    installs = 0;
    writeFileSync(join(place, "package-lock.json"), JSON.stringify({ packages }));
  });

  /** What npm leaves: the packages, and last of all its own list of them. */
  async function install(root: string, names = ["zod", "vitest", "tour"]): Promise<void> {
    installs += 1;
    const installed: Record<string, unknown> = {};
    for (const [path, about] of Object.entries(packages)) {
      if (!names.some((name) => path === `node_modules/${name}`)) continue;
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, "package.json"), JSON.stringify(about));
      installed[path] = about;
    }
    writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
  }

  test("are installed once", async () => {
    await ensureDependencies(place, { install });
    await ensureDependencies(place, { install });
    expect(installs).toBe(1);
  });

  test("are installed again when the lock file has changed", async () => {
    await ensureDependencies(place, { install });
    const changed = { ...packages, "node_modules/new": { version: "1.0.0", integrity: "sha512-d" } };
    writeFileSync(join(place, "package-lock.json"), JSON.stringify({ packages: changed }));
    await ensureDependencies(place, { install });
    expect(installs).toBe(2);
  });

  test("which the user installed with npm are taken as they are", async () => {
    await install(place);
    await ensureDependencies(place, { install });
    expect(installs).toBe(1);
    expect(isStamped(place)).toBe(true);
  });

  test("without those for development are completed", async () => {
    await install(place, ["zod", "tour"]);
    await ensureDependencies(place, { install });
    expect(installs).toBe(2);
  });

  test("half-installed are noticed, whatever npm's list says", async () => {
    await install(place);
    rmSync(join(place, "node_modules", "vitest", "package.json"));
    await ensureDependencies(place, { install });
    expect(installs).toBe(2);
  });

  test("an installation that failed is not taken for a whole one", async () => {
    const fail = async (root: string): Promise<void> => {
      mkdirSync(join(root, "node_modules", "zod"), { recursive: true });
      throw new Error("npm ci failed");
    };
    await expect(ensureDependencies(place, { install: fail })).rejects.toThrow("npm ci failed");
    expect(isStamped(place)).toBe(false);
    await ensureDependencies(place, { install });
    expect(installs).toBe(1);
  });

  test("two set-ups at once install once", async () => {
    const slow = async (root: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await install(root);
    };
    await Promise.all([
      ensureDependencies(place, { install: slow }),
      ensureDependencies(place, { install: slow }),
    ]);
    expect(installs).toBe(1);
  });
});

describe("lock", () => {
  const silent = (): void => undefined;

  function plant(owner: object | string, secondsAgo = 0): string {
    const file = join(place, "lock");
    writeFileSync(file, typeof owner === "string" ? owner : JSON.stringify(owner));
    const then = Date.now() / 1_000 - secondsAgo;
    utimesSync(file, then, then);
    return file;
  }

  test.each([
    ["of a dead process", () => plant({ pid: 2 ** 30, host: hostname(), token: "dead" })],
    ["without a heartbeat", () => plant({ pid: process.pid, host: "elsewhere", token: "silent" }, 120)],
    ["that was never written out", () => plant("", 20)],
  ])("one %s does not hold", async (_, make) => {
    expect(await withLock(make(), async () => "done", silent)).toBe("done");
  });

  test("one with a heartbeat holds, and it is told whose it is", async () => {
    const file = plant({ pid: process.pid, host: hostname(), token: "alive" });
    const told: string[] = [];
    const waiting = withLock(
      file,
      async () => "done",
      (text) => told.push(text),
    );
    await expect
      .poll(() => told)
      .toEqual([`Another set-up is at work here (process ${process.pid}); waiting for it.`]);
    rmSync(file);
    expect(await waiting).toBe("done");
  });

  test("many who find a stale one work one after the other", async () => {
    const file = plant({ pid: 2 ** 30, host: hostname(), token: "dead" });
    let inside = 0;
    const work = async (): Promise<number> => {
      inside += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return inside--;
    };
    const seen = await Promise.all(Array.from({ length: 5 }, () => withLock(file, work, silent)));
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("package-lock.json", () => {
  const text = readFileSync(join(repositoryRoot, "package-lock.json"), "utf8");
  const packages = Object.entries<{ integrity?: string; link?: boolean; optionalDependencies?: object }>(
    JSON.parse(text).packages,
  );

  test("names no place to download from", () => {
    expect(text).not.toMatch(/"resolved": "[a-z+]+:/);
  });

  test("has a checksum of every package", () => {
    const without = packages.filter(([path, { integrity, link }]) => {
      return path.includes("node_modules/") && link !== true && integrity === undefined;
    });
    expect(without).toEqual([]);
  });

  // npm leaves out what the registry at hand does not have (yet), and then `npm ci` fails on every machine.
  test("has the packages of all platforms", () => {
    const there = new Set(packages.map(([path]) => path));
    const missing = packages.flatMap(([path, { optionalDependencies = {} }]) => {
      const names = Object.keys(optionalDependencies);
      return names.filter(
        (name) => !there.has(`node_modules/${name}`) && !there.has(`${path}/node_modules/${name}`),
      );
    });
    expect(missing).toEqual([]);
  });
});
