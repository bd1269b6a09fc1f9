// The README's example of tests of one's own, run as a user does: by vitest, with Pulumi's command on the PATH.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../tools/command.mjs";
import { readyEngine } from "../../tools/engine.mjs";
import { isolatedEnvironment } from "../../tools/isolation.js";
import { repositoryRoot } from "../../tools/places.mjs";

test("the example's own tests pass, and keep away from the user's stacks", async () => {
  const engine = readyEngine();
  expect(engine).toBeDefined();
  const place = mkdtempSync(join(tmpdir(), "pulumi-grayscale-"));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  for (const name of ["home", "tmp", "state"]) mkdirSync(join(place, name));
  const { PATH = "", ...environment } = isolatedEnvironment(place);

  const ended = await run(
    process.execPath,
    [join(repositoryRoot, "node_modules/vitest/vitest.mjs"), "run", "--no-color"],
    {
      folder: join(repositoryRoot, "examples/testing"),
      environment: { ...environment, PATH: [engine?.bin, PATH].join(delimiter) },
      limitSeconds: 150,
    },
  );

  expect(ended.output).toMatch(/Tests +2 passed \(2\)/);
  expect(ended.code).toBe(0);
  expect(readdirSync(join(place, "state"))).toEqual([]);
  const inHome = readdirSync(join(place, "home"), { recursive: true, encoding: "utf8" });
  expect(inHome.filter((path) => /stacks|credentials/.test(path))).toEqual([]);
});
