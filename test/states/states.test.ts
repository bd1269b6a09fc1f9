// A state that any released version wrote is read, refreshed, kept and destroyed by this one.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { expectStep, openSimulatedStack, type SimulatedStack } from "../program/simulated-stack.js";
import { fromFixture, plantAll } from "./fixture.js";
import { programs } from "./programs.js";

const folder = join(repositoryRoot, "test", "states");
const fixtures = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json"))
  .toSorted();

function fixturesOf(name: string): string[] {
  return fixtures.filter((file) => file.endsWith(`/${name}.json`));
}

async function withState(file: string, name: string): Promise<SimulatedStack> {
  const program = programs[name]?.program;
  if (program === undefined) throw new Error(`there is no program for ${file}`);
  const opened = await openSimulatedStack(program);
  const text = fromFixture(readFileSync(join(folder, file), "utf8"), opened.cloud);
  plantAll(opened.cloud, text);
  const imported = join(opened.place, "imported.json");
  writeFileSync(imported, text);
  await opened.pulumi("stack", "import", "--file", imported);
  return opened;
}

test("every state that is kept has its test", () => {
  expect(fixtures.length).toBeGreaterThan(0);
  expect(["tour", "unfinished", "ended-elsewhere"].flatMap(fixturesOf).toSorted()).toEqual(fixtures);
  for (const file of fixtures) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).not.toMatch(/127\.0\.0\.1|\/home\/|\/root\/|\/tmp\/|file:/);
    expect(text).not.toMatch(/simulated-(access|secret)-key|correct-horse/);
  }
});

test.each(fixturesOf("tour"))("%s: nothing to do, then all gone", async (file) => {
  const { perform, cloud } = await withState(file, "tour");
  expectStep(await perform("refresh"), "same 5");
  expectStep(await perform("preview"), "same 5", []);
  expectStep(await perform("up"), "same 5", []);
  expectStep(await perform("destroy"), "delete 5");
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
  expect(cloud.cloud.livedataApis.map(({ status }) => status)).toEqual([3, 3]);
});

test.each(fixturesOf("unfinished"))("%s: taken up again, and finished", async (file) => {
  const { perform, cloud, stored } = await withState(file, "unfinished");
  expect(await perform("refresh")).toMatchObject({ succeeded: true });
  const up = await perform("up");
  expectStep(up, "same 1, update 2");
  expect(up.calls).not.toContainEqual(expect.stringMatching(/^(POST|DELETE)/));
  for (const { outputs } of await stored()) expect(outputs).not.toHaveProperty("unfinished");
  expectStep(await perform("up"), "same 3", []);
  expectStep(await perform("destroy"), "delete 3");
  expect(cloud.cloud).toMatchObject({ releases: [], livedataApis: [{ status: 3 }, {}] });
});

test.each(fixturesOf("unfinished"))("%s: destroyed as it is", async (file) => {
  const { perform, cloud } = await withState(file, "unfinished");
  expectStep(await perform("destroy"), "delete 3");
  expect(cloud.cloud.releases).toEqual([]);
});

test.each(fixturesOf("ended-elsewhere"))("%s: left alone", async (file) => {
  const { perform, stored } = await withState(file, "ended-elsewhere");
  const refresh = await perform("refresh");
  expectStep(refresh, "same 2");
  expect(refresh.calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
  expect(await stored()).toMatchObject([{ outputs: { outcome: "endedElsewhere" } }]);
  expectStep(await perform("up"), "same 2", []);
  expectStep(await perform("destroy"), "delete 2", []);
});
