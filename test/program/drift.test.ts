// What people do in the cloud by hand: a refresh shows it, and an update repairs it – or leaves a task that
// somebody finished alone.
import { alicloud, huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import {
  apiPath,
  cancelling,
  creatingTask,
  deploying,
  deployment,
  deploymentProgram,
  heldOrder,
  meshPath,
  projectLookup,
  release,
  releasePath,
  releaseProgram,
  task,
  taskPath,
  taskProgram,
  undeploying,
} from "./declarations.js";
import { stranger, strangerLetIn } from "../stranger.js";
import { expectStep, openSimulatedStack, operationsIn, toldOf } from "./simulated-stack.js";

/** A thing that is not seen is looked for twice, and then only believed if the project is ours. */
const provenGone = [`GET ${taskPath} 200`, `GET ${taskPath} 200`, "GET /v3/projects 200"];

/** What a refresh tells of a thing that it takes out of the state. */
function gone(id: string | undefined): string {
  return `warning: ${id} is gone from the cloud: it leaves the state, and the next \`pulumi up\` makes it again`;
}

test("a task that was removed is created again", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(taskProgram("web"));
  await perform("up");
  const [before] = await stored();
  cloud.cloud.syncTasks = [];

  const refresh = await perform("refresh");
  expectStep(refresh, "delete 1, same 1", provenGone);
  expect(toldOf(before?.urn, refresh)).toEqual([gone(before?.id)]);
  expect(await stored()).toEqual([]);
  const preview = await perform("preview");
  expectStep(preview, "create 1, same 1", []);
  expect(operationsIn(preview)).toEqual([{ name: "web", op: "create", keys: [] }]);
  expectStep(await perform("up"), "create 1, same 1", [projectLookup, ...creatingTask]);
  expect(cloud.cloud.syncTasks).toHaveLength(1);

  // All in one run.
  cloud.cloud.syncTasks = [];
  const up = await perform("up", { refresh: true });
  expect(up).toMatchObject({ succeeded: true });
  expect(up.calls.filter((call) => !call.startsWith("GET"))).toEqual([`POST ${taskPath} 200`]);
  expect(cloud.cloud.syncTasks).toHaveLength(1);

  // Gone, and nobody has noticed before the destroy.
  cloud.cloud.syncTasks = [];
  expect(await perform("destroy")).toMatchObject({ succeeded: true, did: "delete 2" });
});

test("a task that was made anew in another way is shown with both values, and replaced", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(taskProgram("web"));
  await perform("up");
  cloud.cloud.syncTasks = cloud.cloud.syncTasks.map((one) => ({ ...one, id: one.id + 7, override: true }));

  const refresh = await perform("refresh");
  expectStep(refresh, "same 1, update 1", [`GET ${taskPath} 200`]);
  expect(refresh.text).toMatch(/ImageSyncTask web updated .*\[diff: \+override/);
  expect(await stored()).toMatchObject([{ inputs: { override: true }, outputs: { override: true } }]);
  const back = await perform("preview", { diff: true });
  expectStep(back, "replace 1, same 1", []);
  expect(back.text).toMatch(/- override *: true/);
  expect(operationsIn(back)).toContainEqual({
    name: "web",
    op: "replace",
    keys: ["override", "rollout"],
  });
  // The refresh has written the project down: nothing to look up.
  expectStep(await perform("up"), "replace 1, same 1", [`DELETE ${taskPath} 200`, ...creatingTask]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: false }]);
  expectStep(await perform("refresh"), "same 2", [`GET ${taskPath} 200`]);
  expectStep(await perform("destroy"), "delete 2", [`DELETE ${taskPath} 200`]);
});

test.each(["cancelled, and gone", "in a phase that means its end"])(
  "a release that was ended by hand (%s) is not started again, nor ended a second time",
  async (how) => {
    const { perform, cloud, stored } = await openSimulatedStack(
      releaseProgram("reviews-v2", { endedPhases: ["Cancelled"] }),
    );
    await perform("up");
    const [before] = await stored();
    if (how === "cancelled, and gone") cloud.cloud.releases = [];
    for (const one of cloud.cloud.releases) one.phase = "Cancelled";

    const refresh = await perform("refresh");
    expect(refresh).toMatchObject({ succeeded: true });
    const looks = [`GET ${releasePath}/{id} 404`, `GET ${meshPath} 200`];
    const isGone = cloud.cloud.releases.length === 0;
    expect(new Set(refresh.calls)).toEqual(
      new Set(isGone ? [...looks, "GET /v3/projects 200"] : [`GET ${releasePath}/{id} 200`]),
    );
    expect(refresh.text).toMatch(/GrayscaleRelease \(reviews-v2\):\s*warning: the release \S+ was ended/);
    expect(toldOf(before?.urn, refresh)).toEqual([
      expect.stringMatching(
        /^warning: the release \S+ was ended outside of Pulumi: it stays in the state with outcome "endedElsewhere"/,
      ),
    ]);
    expect(await stored()).toMatchObject([{ id: before?.id, outputs: { outcome: "endedElsewhere" } }]);

    const preview = await perform("preview");
    expectStep(preview, "same 2", []);
    expect(operationsIn(preview)).toEqual([]);
    expectStep(await perform("up"), "same 2", []);
    const again = await perform("refresh");
    expectStep(again, "same 2");
    expect(toldOf(before?.urn, again)).toEqual([]);
    expectStep(await perform("destroy"), "delete 2", []);
  },
);

test("a release that was ended by hand is started again where that is asked for", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(releaseProgram("reviews-v2"));
  await perform("up");
  cloud.cloud.releases = [];
  await perform("refresh");
  const program = releaseProgram("reviews-v2", { ifEndedElsewhere: "recreate" });
  const preview = await perform("preview", { program });
  expectStep(preview, "replace 1, same 1", []);
  expect(operationsIn(preview)).toContainEqual({
    name: "reviews-v2",
    op: "replace",
    keys: ["ifEndedElsewhere"],
  });
  const again = await perform("up");
  expectStep(again, "replace 1, same 1");
  // What has ended is not ended a second time.
  expect(again.calls.filter((call) => !call.startsWith("GET"))).toEqual([`POST ${releasePath} 200`]);
  expect(cloud.cloud.releases).toHaveLength(1);
  const [running] = await stored();
  expect(running).toMatchObject({ outputs: { outcome: "running" } });

  cloud.cloud.releases = [];
  const refresh = await perform("refresh");
  expectStep(refresh, "delete 1, same 1");
  expect(toldOf(running?.urn, refresh)).toEqual([gone(running?.id)]);
  expectStep(await perform("preview"), "create 1, same 1", []);
  expect(await perform("up")).toMatchObject({ did: "create 1, same 1" });
  expect(cloud.cloud.releases).toHaveLength(1);
  expectStep(await perform("destroy"), "delete 2", [cancelling]);
});

test("an API that was undeployed is deployed again", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(deploymentProgram("orders"));
  await perform("up");
  const [before] = await stored();
  for (const api of cloud.cloud.livedataApis) api.status = 3;
  const refresh = await perform("refresh");
  expectStep(refresh, "delete 1, same 1", [`GET ${apiPath} 200`]);
  expect(toldOf(before?.urn, refresh)).toEqual([gone(before?.id)]);
  expect(await stored()).toEqual([]);
  const preview = await perform("preview");
  expectStep(preview, "create 1, same 1", []);
  expect(operationsIn(preview)).toEqual([{ name: "orders", op: "create", keys: [] }]);
  expectStep(await perform("up"), "create 1, same 1", [projectLookup, ...deploying]);
  expectStep(await perform("destroy"), "delete 2", undeploying);
});

test("defaults that a cloud adds are no drift, and a finished order is not asked for again", async () => {
  const program = async () => {
    new huaweicloud.GrayscaleRelease("reviews-v2", release);
    new huaweicloud.ImageSyncTask("web", task);
    new huaweicloud.LivedataDeployment("orders", {
      ...deployment,
      frontApi: { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS", retryCount: 2 },
      romaAppId: "roma-app-1",
    });
    new alicloud.ChangeOrder("checkout", heldOrder);
  };
  const { perform, cloud, stored } = await openSimulatedStack(program);
  await perform("up");
  // A refresh writes the project down that was looked up.
  const declared = async () =>
    (await stored()).map(({ inputs }) => Object.entries(inputs ?? {}).filter(([key]) => key !== "projectId"));
  const before = await declared();
  // The cloud shows more than was declared.
  expect(cloud.cloud.releases[0]?.spec.grayDeployments[0]?.template).not.toEqual(
    release.grayDeployments[0]?.template,
  );
  cloud.cloud.changeOrders = [];
  const refresh = await perform("refresh");
  expect(refresh).toMatchObject({ did: "same 5" });
  expect(refresh.calls.filter((call) => call.includes("changeorder"))).toEqual([]);
  expect(await declared()).toEqual(before);
  expectStep(await perform("up"), "same 5", []);
});

test("credentials of another account do not make things disappear, whether refused or shown nothing", async () => {
  const { perform, cloud, stack, stored } = await openSimulatedStack(
    async () => {
      new huaweicloud.GrayscaleRelease("reviews-v2", release);
      new huaweicloud.ImageSyncTask("web", task);
      new huaweicloud.LivedataDeployment("orders", deployment);
    },
    { cloud: { accounts: [stranger] } },
  );
  await perform("up");
  const kept = async () => new Set((await stored()).map(({ id }) => id));
  const before = await kept();
  expect(before.size).toBe(3);
  const { "huaweicloud:endpoints": elsewhere, ...keys } = await strangerLetIn();
  for (const [name, value] of Object.entries(keys)) await stack.setConfig(name, { value, secret: true });
  const refused = await perform("refresh", { runProgram: true });
  expect(refused.succeeded).toBe(false);
  expect(refused.text).toMatch(/The project is unavailable/);

  await stack.setConfig("huaweicloud:endpoints", { value: elsewhere ?? "" });
  for (const operation of ["refresh", "destroy"] as const) {
    const step = await perform(operation, { runProgram: true });
    expect(step.succeeded).toBe(false);
    expect(step.text).toMatch(
      /credentials in use belong to the projects .+ that it is not found there says nothing/,
    );
    expect(await kept()).toEqual(before);
  }
  expect(cloud.cloud).toMatchObject({ releases: [{}], syncTasks: [{}], deployments: [{}] });
});
