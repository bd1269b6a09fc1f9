// The oldest Pulumi that package.json allows, installed as a user has it. The newest is the one of our lock file.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import type { DynamicHostOptions } from "../dynamic-host.js";
import {
  cloudFor,
  destroy,
  failing,
  operate,
  program,
  refresh,
  up,
  upAgain,
  urnOf,
} from "../resource-host.js";
import { args, kind } from "../resources/grayscale-release.js";

const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<"@pulumi/pulumi", string>;
};
const oldest = manifest.peerDependencies["@pulumi/pulumi"].replace("^", "");
const folder = join(repositoryRoot, "node_modules", ".cache", `pulumi-${oldest}`);
const own = join(folder, "node_modules", "pulumi-grayscale");
const inOldest: DynamicHostOptions = { installedIn: folder };
const off = { PULUMI_GRAYSCALE_BRIDGE: "off" };

/** Installs what does not change but once; what we have built just now is copied each time. */
function install(): void {
  const complete = join(folder, "complete");
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const dependencies = { ...manifest.dependencies, "@pulumi/pulumi": oldest };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
    const flags = [
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
      "--engine-strict=false",
    ];
    // What npm says goes into the error where it fails.
    execFileSync("npm", ["install", ...flags], { cwd: folder, stdio: "pipe" });
    writeFileSync(complete, "");
  }
  rmSync(own, { recursive: true, force: true });
  for (const name of ["lib", "package.json"]) {
    cpSync(join(repositoryRoot, name), join(own, name), { recursive: true });
  }
}

beforeAll(install, 300_000);

test("it is the oldest that is allowed, and our provider beside it", () => {
  const installed = join(folder, "node_modules", "@pulumi", "pulumi", "package.json");
  expect(JSON.parse(readFileSync(installed, "utf8"))).toMatchObject({ version: oldest });
  expect(existsSync(join(own, "lib", "provider", "index.js"))).toBe(true);
});

test.each([
  ["with the bridge", {}],
  ["without it", off],
])("a whole life in its host, %s", async (_, environment) => {
  const options = { ...inOldest, environment };
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args, options);
  expect(stored).toMatchObject({ outputs: { phase: "Running", __provider: expect.any(String) as string } });
  expect((await refresh(cloud, stored, options)).stored?.outputs).toMatchObject({ phase: "Running" });
  expect(await upAgain(cloud, kind, stored, args, options)).toMatchObject({ operation: "same" });
  const updated = await upAgain(cloud, kind, stored, { ...args, timeoutSeconds: 90 }, options);
  expect(updated).toMatchObject({ operation: "update", stored: { outputs: { timeoutSeconds: 90 } } });
  const replaced = await upAgain(cloud, kind, updated.stored, { ...args, version: "v3" }, options);
  expect(replaced).toMatchObject({ operation: "replace", stored: { outputs: { version: "v3" } } });
  await destroy(cloud, replaced.stored, options);
  expect(cloud.cloud.releases).toEqual([]);
});

test.each([
  // An hour is longer than this test may take.
  ["with the bridge", {}, 3600, 1],
  ["without it", off, 1, 3600],
])(
  "customTimeouts and unfinished things in its host, %s",
  async (_, environment, timeoutSeconds, customSeconds) => {
    const cloud = await cloudFor({ progress: { advance: "never" } });
    const create = operate(
      cloud,
      async (host) => {
        const { inputs } = await host.check({}, program(kind, { ...args, timeoutSeconds }));
        return host.create(inputs, customSeconds);
      },
      { ...inOldest, environment },
    );
    const { partial } = await failing(create);
    expect(partial?.reasons[0]).toMatch(/^gave up waiting/);
    expect(partial?.properties).toMatchObject({ unfinished: { kind: "waiting" } });
  },
);

test("Ctrl-C reaches a wait in its host", async () => {
  let wait = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (wait = resolve));
  const cloud = await cloudFor({
    progress: { advance: "never" },
    onRequest: ({ operation }) => operation === "getRelease" && wait(),
  });
  const create = operate(
    cloud,
    async (host) => {
      const { inputs } = await host.check({}, program(kind, args));
      const created = host.create(inputs);
      await Promise.race([waiting.then(() => host.cancel()), created]);
      return created;
    },
    inOldest,
  );
  expect((await failing(create)).partial?.reasons[0]).toMatch(/^interrupted while waiting/);
});

test("the engine's URN arrives in its host", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args, inOldest);
  cloud.cloud.releases = [];
  const renamed = urnOf(kind, "renamed");
  const read = await operate(
    cloud,
    async (host) => {
      await host.check({}, program(kind, args, "another"));
      return host.read(stored.id, stored.outputs, renamed);
    },
    inOldest,
  );
  expect(read.logged.map(({ urn }) => urn)).toContain(renamed);
});

test("its SDK registers what the newest does", () => {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const { huaweicloud } = require("pulumi-grayscale");
    const found = {};
    const newResource = ({ type, name, inputs }) => {
      found[name] = { type, inputs };
      return { id: name, state: inputs };
    };
    const args = {
      namespace: "team", repository: "web", targetRegion: "cn-east-3",
      targetNamespace: pulumi.secret("mirror"),
    };
    const provider = { create: async () => ({ id: "x", outs: {} }) };
    class Own extends pulumi.dynamic.Resource {
      constructor() { super(provider, "own", {}, undefined, "huaweicloud", "ImageSyncTask"); }
    }
    const done = (output) => new Promise((resolve) => output.apply(resolve));
    pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "shop", "dev", false).then(async () => {
      await done(new huaweicloud.ImageSyncTask("web", args).urn);
      await done(huaweicloud.ImageSyncTask.get("read", "the/id").urn);
      await done(new Own().urn);
      found.own.handler = typeof found.own.inputs.__provider;
      delete found.own.inputs.__provider;
      console.log(JSON.stringify(found));
    });
  `;
  const registered = (cwd: string): unknown =>
    JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" }));
  const found = registered(folder);
  expect(found).toEqual(registered(repositoryRoot));
  const type = "pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask";
  const text = 'exports.handler=()=>require("pulumi-grayscale/provider")["huaweicloud:ImageSyncTask"]';
  expect(found).toMatchObject({
    web: {
      type,
      inputs: {
        namespace: "team",
        repository: "web",
        targetRegion: "cn-east-3",
        __urn: `urn:pulumi:dev::shop::${type}::web`,
        __secrets: ["targetNamespace"],
        __provider: text,
      },
    },
    read: { type, inputs: { __provider: text } },
    own: { type, inputs: {}, handler: "string" },
  });
});
