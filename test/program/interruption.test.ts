// Ctrl-C while the cloud is at work, and Pulumi's own time limits.
import { huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import { apiPath, deployment, release, releasePath, releaseProgram, task } from "./declarations.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

async function declareAll(): Promise<void> {
  const reviews = new huaweicloud.GrayscaleRelease("reviews-v2", { ...release, readyPhases: ["Running"] });
  new huaweicloud.LivedataDeployment("orders", deployment);
  new huaweicloud.ImageSyncTask("web", task, { dependsOn: reviews });
}

/** A stack whose `up` is interrupted as soon as both things have been written and are waited for. */
async function openInterrupted(environment: Record<string, string> = {}) {
  const interrupt = new AbortController();
  const seen = new Set<string>();
  const stack = await openSimulatedStack(declareAll, {
    environment,
    cloud: {
      progress: { advance: "never" },
      onRequest: ({ operation }) => {
        if (operation === "getRelease") seen.add("release");
        if (operation === "deployLivedataApi") seen.add("written");
        if (operation === "showLivedataApi" && seen.has("written")) seen.add("deployment");
        if (seen.has("release") && seen.has("deployment")) interrupt.abort();
      },
    },
  });
  return { ...stack, interrupt };
}

test("one Ctrl-C ends a run at once; what was begun is kept, and the next run goes on with it", async () => {
  const { perform, cloud, stored, exportState, interrupt } = await openInterrupted();
  // The limit of either wait is longer than this test may take.
  const first = await perform("up", { signal: interrupt.signal });
  expect(first.succeeded).toBe(false);
  expect(first.text).toMatch(/interrupted while waiting for the release reviews-v2 to become Running/);
  expect(await stored()).toHaveLength(2);
  for (const { outputs, initErrors } of await stored()) {
    expect(outputs).toMatchObject({ unfinished: { kind: "waiting" } });
    expect(initErrors).toEqual([expect.stringContaining("the next `pulumi up` takes it up again")]);
  }
  const { deployment: state } = await exportState();
  expect(state.pending_operations ?? []).toEqual([]);
  expect(cloud.cloud).toMatchObject({ releases: [{}], deployments: [{}], syncTasks: [] });

  cloud.setProgress({ advance: "immediately" });
  const second = await perform("up");
  expectStep(second, "create 1, same 1, update 2");
  expect(second.calls).toContain(`GET ${releasePath}/{id} 200`);
  expect(second.calls).not.toContain(`POST ${releasePath} 200`);
  expect(second.calls).not.toContain(`POST ${apiPath}/deploy 200`);
  expect(cloud.cloud).toMatchObject({ releases: [{}], deployments: [{}], syncTasks: [{}] });
  for (const { outputs } of await stored()) expect(outputs).not.toHaveProperty("unfinished");
  expectStep(await perform("up"), "same 4", []);
  expect(await perform("destroy")).toMatchObject({ did: "delete 4" });
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
});

test("where Pulumi's host cannot be hooked, a Ctrl-C waits for what was begun, and that is stored", async () => {
  const { perform, cloud, stored, exportState, interrupt } = await openInterrupted({
    PULUMI_GRAYSCALE_BRIDGE: "off",
  });
  interrupt.signal.addEventListener("abort", () => cloud.setProgress({ advance: "immediately" }));
  expect(await perform("up", { signal: interrupt.signal })).toMatchObject({ succeeded: false });
  expect(await stored()).toHaveLength(2);
  for (const { outputs } of await stored()) expect(outputs).not.toHaveProperty("unfinished");
  expect((await exportState()).deployment.pending_operations ?? []).toEqual([]);
  expectStep(await perform("up"), "create 1, same 3");
  expect(cloud.cloud).toMatchObject({ releases: [{}], deployments: [{}], syncTasks: [{}] });
});

test("customTimeouts win over timeoutSeconds, the shorter and the longer", async () => {
  const declare = (timeoutSeconds: number, create: string, update: string) =>
    releaseProgram(
      "reviews-v2",
      { readyPhases: ["Running"], timeoutSeconds },
      { customTimeouts: { create, update } },
    );
  // An hour is longer than this test may take.
  const { perform, cloud, stored } = await openSimulatedStack(declare(3600, "1s", "1s"), {
    cloud: { progress: { advance: "never" } },
  });
  expect(await perform("up")).toMatchObject({ did: "failed create 1" });
  expect(await stored()).toMatchObject([{ outputs: { unfinished: { kind: "waiting" } } }]);
  expect(await perform("up")).toMatchObject({ succeeded: false });

  // Fifteen looks take longer than a second.
  cloud.setProgress({ advance: "afterReads", reads: 15 });
  for (const { journey } of cloud.cloud.releases) journey.reads = 0;
  const last = await perform("up", { program: declare(1, "1s", "1h") });
  expect(last).toMatchObject({ did: "same 1, update 1" });
  expect(last.calls).toHaveLength(15);
  expect(await stored()).toMatchObject([{ outputs: { phase: "Running" } }]);
});
