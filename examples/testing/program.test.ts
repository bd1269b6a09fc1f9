import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSeed, startSimulator, type Simulator } from "pulumi-grayscale/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { program } from "./program.js";

let folder: string;
let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: readSeed(join(__dirname, "seed.json")) });
  // A home and a backend of its own: your stacks and your login are not touched.
  folder = mkdtempSync(join(tmpdir(), "shop-test-"));
  stack = await LocalWorkspace.createStack(
    { projectName: "shop", stackName: "test", program },
    {
      pulumiHome: folder,
      envVars: { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "test" },
      // `main` is where the provider looks for node_modules.
      projectSettings: { name: "shop", runtime: "nodejs", main: __dirname },
    },
  );
  await stack.setAllConfig(simulator.config);
});

afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a reply that is lost makes one task, and a destroy leaves none", async () => {
  simulator.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } });
  await stack.up();
  expect(simulator.cloud.syncTasks).toHaveLength(1);

  await stack.destroy();
  expect(simulator.cloud.syncTasks).toEqual([]);
});

test("a task that somebody removes is found by a refresh, and made again", async () => {
  await stack.up();
  simulator.cloud.syncTasks = [];
  const { summary } = await stack.refresh();
  expect(summary.resourceChanges).toMatchObject({ delete: 1 });

  await stack.up();
  expect(simulator.cloud.syncTasks).toMatchObject([{ repository: "shop", remoteRegionId: "cn-east-3" }]);
});
