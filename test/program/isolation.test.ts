import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readyEngine } from "../../tools/engine.mjs";
import { hostScript } from "../../tools/places.mjs";
import { openStack, type OpenedStack } from "../../tools/stack.js";

class Box extends pulumi.ComponentResource {
  constructor(name: string) {
    super("grayscale:test:Box", name);
  }
}

const poison = {
  PULUMI_ACCESS_TOKEN: "pul-poison",
  PULUMI_BACKEND_URL: "https://poison.example",
  PULUMI_CONFIG_PASSPHRASE: "poison",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/poison",
  PULUMI_CREDENTIALS_PATH: "/poison",
  PULUMI_STACK: "poison",
  HW_ACCESS_KEY: "poison",
  HUAWEICLOUD_SDK_AK: "poison",
  OS_AUTH_URL: "https://poison.example",
  ALICLOUD_ACCESS_KEY: "poison",
  ALIBABA_CLOUD_ACCESS_KEY_ID: "poison",
  EDAS_ENDPOINT: "https://poison.example",
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  NODE_OPTIONS: "--max-old-space-size=4096",
  UNHEARD_OF: "poison",
};

let place: string;
let opened: OpenedStack;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "isolation-"));
  mkdirSync(join(place, ".pulumi", "stacks"), { recursive: true });
  writeFileSync(join(place, ".pulumi", "credentials.json"), '{"current":"https://poison.example"}');
  writeFileSync(join(place, ".pulumi", "stacks", "theirs.json"), "{}");
  vi.stubEnv("HOME", place);
  for (const [name, value] of Object.entries(poison)) vi.stubEnv(name, value);
});

afterAll(async () => {
  await opened?.close();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

/** Names, contents and times of everything in a folder; a folder that is not there has a print too. */
function print(folder: string): string {
  const hash = createHash("sha256");
  if (!existsSync(folder)) return "absent";
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    const about = statSync(join(folder, name));
    hash.update(`${name} ${about.mtimeMs}\0`);
    if (about.isFile()) hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
}

/** An engine that writes down the environment it is started with, and then is the real one. */
function recordingEngine(log: string): { bin: string; version: string } {
  // The test has moved HOME, and with it the place where the cache would be looked for.
  const XDG_CACHE_HOME = process.env["XDG_CACHE_HOME"] ?? join(userInfo().homedir, ".cache");
  const real = readyEngine({ XDG_CACHE_HOME });
  if (real === undefined) throw new Error("There is no engine: run `node tools/setup.mjs` first.");
  const bin = join(place, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\nenv >> '${log}'\nexec '${join(real.bin, "pulumi")}' "$@"\n`);
  writeFileSync(join(bin, hostScript), readFileSync(join(real.bin, hostScript)));
  for (const name of ["pulumi", hostScript]) chmodSync(join(bin, name), 0o755);
  return { bin, version: real.version };
}

test("a run reads and writes nothing of the user's, and its environment is clean", async () => {
  // A changed HOME does not deceive the Go runtime: the home folder that the system knows must stay as it is too.
  const theirs = [join(place, ".pulumi"), join(userInfo().homedir, ".pulumi")];
  const before = theirs.map(print);
  const log = join(place, "environment.log");
  opened = await openStack({
    program: async () => {
      new Box("box");
      return { region: new pulumi.Config("huaweicloud").require("region") };
    },
    config: {
      "huaweicloud:region": "cn-north-4",
      "huaweicloud:secretKey": { value: "hush-hush", secret: true },
    },
    environment: { ON_PURPOSE: "yes" },
    engine: recordingEngine(log),
  });

  const up = await opened.perform("up");
  expect(up.text).not.toContain("poison");
  expect(up).toMatchObject({ succeeded: true, changes: { create: 2 } });
  expect(await opened.outputs()).toMatchObject({ region: { value: "cn-north-4" } });
  expect(JSON.stringify(await opened.exportState())).not.toContain("hush-hush");
  expect(await opened.perform("up")).toMatchObject({ succeeded: true, changes: { same: 2 } });
  expect(await opened.perform("destroy")).toMatchObject({ succeeded: true, changes: { delete: 2 } });

  const seen = readFileSync(log, "utf8");
  expect(seen).toContain("ON_PURPOSE=yes");
  expect(seen).not.toMatch(/poison|_PROXY=|NODE_OPTIONS=|VITEST/);
  expect(seen.match(/^HOME=.*$/gm)).not.toContain(`HOME=${place}`);
  expect(seen.match(/^PULUMI_HOME=.*$/gm)).toEqual(
    expect.arrayContaining([expect.stringContaining(opened.place)]),
  );
  expect(theirs.map(print)).toEqual(before);
});

test("what was made for a run goes with it", async () => {
  const { place: temporary } = opened;
  expect(existsSync(temporary)).toBe(true);
  await opened.close();
  expect(existsSync(temporary)).toBe(false);
});
