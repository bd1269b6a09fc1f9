// `pulumi-grayscale recover` on what a killed run leaves in the file backend, and on what it must leave alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openStack } from "../../tools/stack.js";
import { recover } from "../recover.js";

const ours = "pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask";
const foreign = "pulumi-nodejs:dynamic/other:Thing";
const secret = "words that nobody reads";

/** A stack in which an update was killed: with a lock, and with creates that were begun. */
async function openKilled(types: readonly string[], lockedBy?: number, host = hostname()) {
  const stack = await openStack({ program: async () => undefined });
  onTestFinished(() => stack.close());
  await stack.perform("up");
  const backend = join(stack.place, "state", ".pulumi");
  const lock = join(backend, "locks", "organization", "grayscale", "test", "1.json");
  if (lockedBy !== undefined) {
    mkdirSync(dirname(lock), { recursive: true });
    const owner = {
      pid: lockedBy,
      username: "somebody",
      hostname: host,
      timestamp: "2026-01-01T00:00:00Z",
    };
    writeFileSync(lock, JSON.stringify(owner));
  }
  const file = join(backend, "stacks", "grayscale", "test.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: Record<string, unknown> } };
  state.checkpoint.latest["pending_operations"] = types.map((type, index) => ({
    type: "creating",
    resource: {
      urn: `urn:pulumi:test::grayscale::${type}::thing-${index + 1}`,
      type,
      custom: true,
      inputs: { text: secret },
    },
  }));
  writeFileSync(file, JSON.stringify(state));
  const pending = async (): Promise<number> =>
    ((await stack.exportState()).deployment.pending_operations ?? []).length;
  return { ...stack, isLocked: () => existsSync(lock), pending, attributes: `${file}.attrs` };
}

/** A process that has ended: none has this number. */
const nobody = 2 ** 22 + 1;

test("where nothing is left, nothing is done", async () => {
  const { place } = await openKilled([]);
  expect(await recover(place, "test")).toEqual({
    code: 0,
    output: "Stack test:\nThere is nothing to recover.\n",
  });
});

test("it shows what it will do, does it when told, and says nothing that is secret", async () => {
  const { place, perform, isLocked, pending } = await openKilled([ours, ours], nobody);
  const shown = await recover(place, "test");
  expect(shown.code).toBe(1);
  expect(shown.output).toContain(`locked by process ${nobody} of somebody@${hostname()}`);
  expect(shown.output).toContain(`begun and not noted as made: urn:pulumi:test::grayscale::${ours}::thing-2`);
  expect(shown.output).toMatch(/^ {2}pulumi cancel .*\n {2}pulumi stack import .*\n\nRun it with --yes/m);
  expect(isLocked()).toBe(true);
  expect(await pending()).toBe(2);
  expect(await perform("up")).toMatchObject({ succeeded: false });

  const done = await recover(place, "test", "--yes");
  expect(done).toMatchObject({ code: 0, output: expect.stringContaining("Done.") });
  expect(isLocked()).toBe(false);
  expect(await pending()).toBe(0);
  expect(shown.output + done.output).not.toContain(secret);
  expect(await perform("up")).toMatchObject({ succeeded: true, diagnostics: [] });
});

test.each(["", '{"user.cache_control":"","user.con'])(
  "attributes that were cut off as %j keep Pulumi from its stack until they are taken away",
  async (content) => {
    const { place, perform, isLocked, pending, attributes } = await openKilled([ours], nobody);
    writeFileSync(attributes, content);
    expect(await perform("up")).toMatchObject({
      succeeded: false,
      text: expect.stringContaining("failed to load checkpoint"),
    });
    const shown = await recover(place, "test");
    expect(shown).toMatchObject({ code: 1, output: expect.stringContaining(`  rm ${attributes}\n`) });
    expect(readFileSync(attributes, "utf8")).toBe(content);

    const done = await recover(place, "test", "--yes");
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining("begun and not noted as made") });
    expect(isLocked()).toBe(false);
    expect(await pending()).toBe(0);
    expect(await perform("up")).toMatchObject({ succeeded: true, diagnostics: [] });
    expect(JSON.parse(readFileSync(attributes, "utf8"))).toHaveProperty("md5");
  },
);

test("where no stack is named, those of the project's are taken away, and of no other's", async () => {
  const { place, attributes } = await openKilled([], undefined);
  const other = attributes.replace("/grayscale/", "/other/");
  mkdirSync(dirname(other), { recursive: true });
  for (const file of [attributes, other]) writeFileSync(file, "");
  expect(await recover(place, undefined, "--yes")).toEqual({
    code: 0,
    output: expect.stringContaining(`  rm ${attributes}\n\nStack test:\nThere is nothing to recover.`),
  });
  expect(existsSync(other)).toBe(true);
});

test("where one is named, the attributes of another stack are left alone", async () => {
  const { place, attributes } = await openKilled([]);
  const other = attributes.replace("/test.json", "/prod.json");
  writeFileSync(other, "");
  expect(await recover(place, "organization/grayscale/test", "--yes")).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^Stack organization\/grayscale\/test:/),
  });
  expect(existsSync(other)).toBe(true);
});

test("cut-off attributes stay where a run is going on, or where it cannot be seen", async () => {
  for (const [pid, host, words] of [
    [process.pid, hostname(), "a run is still going on"],
    [nobody, "other-machine", "run it with --yes --force-unlock"],
  ] as const) {
    const { place, attributes } = await openKilled([], pid, host);
    writeFileSync(attributes, "");
    for (const stackName of ["test", "organization/test", undefined]) {
      const { code, output } = await recover(place, stackName, "--yes");
      expect(code).toBe(1);
      expect(output).toContain(words);
    }
    expect(existsSync(attributes)).toBe(true);
  }
});

test("a run that is going on is left alone", async () => {
  const { place, isLocked, pending } = await openKilled([ours], process.pid);
  const { code, output } = await recover(place, "test", "--yes");
  expect(code).toBe(1);
  expect(output).toContain("a run is still going on");
  expect(isLocked()).toBe(true);
  expect(await pending()).toBe(1);
});

test("a lock of another machine goes only where that is asked for by name", async () => {
  const { place, isLocked, pending } = await openKilled([ours], nobody, "other-machine");
  const holder = `process ${nobody} of somebody@other-machine, since 2026-01-01T00:00:00Z`;
  const shown = await recover(place, "test");
  expect(shown.code).toBe(1);
  expect(shown.output).toContain(`locked by ${holder}, on another machine`);
  expect(shown.output).toContain("\nIf no run is going on, run it with --yes --force-unlock to do that.");

  const refused = await recover(place, "test", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.output).toContain(`the stack is locked by ${holder}, on another machine`);
  expect(refused.output).toContain("run it with --yes --force-unlock");
  // Not without --yes either, where nobody can be asked.
  expect(await recover(place, "test", "--force-unlock")).toMatchObject({ code: 1 });
  expect(isLocked()).toBe(true);
  expect(await pending()).toBe(1);

  const done = await recover(place, "test", "--yes", "--force-unlock");
  expect(done).toMatchObject({ code: 0, output: expect.stringContaining("Done.") });
  expect(isLocked()).toBe(false);
  expect(await pending()).toBe(0);
});

test("what this machine sees running is left alone, whatever is asked for", async () => {
  const { place, isLocked } = await openKilled([ours], process.pid);
  const { code, output } = await recover(place, "test", "--yes", "--force-unlock");
  expect(code).toBe(1);
  expect(output).toContain("a run is still going on");
  expect(isLocked()).toBe(true);
});

test("where the backend keeps locks out of sight, none goes without being asked for by name", async () => {
  const { place, isLocked, pending } = await openKilled([ours], nobody);
  mkdirSync(join(place, "bin"));
  const elsewhere = `[ "$1" = whoami ] && echo '{"url":"s3://states"}' && exit`;
  const standIn = `#!/bin/sh\n${elsewhere}\nPATH="\${PATH#*:}"\nexec pulumi "$@"\n`;
  writeFileSync(join(place, "bin", "pulumi"), standIn, { mode: 0o755 });
  const shown = await recover(place, "test");
  expect(shown.output).toContain("locks are kept out of sight: make sure that no run is going on");
  expect(shown.output).toContain("\nIf no run is going on, run it with --yes --force-unlock to do that.");

  const refused = await recover(place, "test", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.output).toContain("the backend keeps locks out of sight");
  expect(refused.output).toContain("run it with --yes --force-unlock");
  expect(isLocked()).toBe(true);
  expect(await pending()).toBe(1);

  expect(await recover(place, "test", "--yes", "--force-unlock")).toMatchObject({ code: 0 });
  expect(isLocked()).toBe(false);
  expect(await pending()).toBe(0);
});

test("what another provider began is left alone, and ours with it", async () => {
  const { place, isLocked, pending } = await openKilled([ours, foreign], nobody);
  const { code, output } = await recover(place, "test", "--yes");
  expect(code).toBe(0);
  expect(output).toContain(`creating, of another provider: urn:pulumi:test::grayscale::${foreign}::thing-2`);
  expect(output).toContain("Those are left alone.");
  expect(isLocked()).toBe(false);
  expect(await pending()).toBe(2);
});

test("without Pulumi it says what is missing", async () => {
  const { code, output } = await recover("/nowhere", "test");
  expect(code).toBe(1);
  expect(output).toContain("there is no pulumi on PATH, or no folder /nowhere/project");
});
