// Pulumi sometimes creates a thing that is there already, and then deletes its other entry in the state. Whatever
// happens here, the thing lives on in the cloud, and the state says so once.
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { alicloud, huaweicloud, Provider } from "pulumi-grayscale";
import { expect, onTestFinished, test } from "vitest";
import { region, simulatorCredentials, startCloud, type SimulatedCloud } from "../simulated-cloud.js";
import {
  deployment,
  deploymentProgram,
  apiPath,
  creatingTask,
  heldOrder,
  meshPath,
  orderInfo,
  projectLookup,
  release,
  releasePath,
  releaseProgram,
  task,
  taskPath,
  taskProgram,
} from "./declarations.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

test("renamed without an alias, each kind is adopted and not removed", async () => {
  const declare = (suffix: string) => async () => {
    new huaweicloud.ImageSyncTask(`task-${suffix}`, task);
    new huaweicloud.LivedataDeployment(`api-${suffix}`, deployment);
    new huaweicloud.GrayscaleRelease(`release-${suffix}`, { ...release, name: "reviews-v2" });
    new alicloud.ChangeOrder(`order-${suffix}`, { ...heldOrder, onDelete: "abort" });
  };
  const { perform, cloud, stored } = await openSimulatedStack(declare("one"));
  expect(await perform("up")).toMatchObject({ did: "create 5" });
  const before = await stored();

  const renamed = await perform("up", { program: declare("two") });
  expect(renamed).toMatchObject({ did: "create 4, delete 4, same 1" });
  // Nothing but reads.
  expect(renamed.calls.toSorted()).toEqual([
    `GET ${taskPath} 200`,
    `GET ${meshPath} 200`,
    `GET ${apiPath} 200`,
    `GET ${apiPath}/deploy 200`,
    projectLookup,
    orderInfo,
  ]);
  for (const word of ["was there already, as declared: adopted", "is declared by urn:pulumi:test"]) {
    expect(renamed.diagnostics.filter((line) => line.includes(word)).length).toBeGreaterThanOrEqual(3);
  }
  const after = await stored();
  expect(new Set(after.map(({ id }) => id))).toEqual(new Set(before.map(({ id }) => id)));
  expect(after.map(({ urn }) => urn)).not.toContainEqual(expect.stringMatching(/-one$/));
  expect(cloud.cloud).toMatchObject({ releases: [{ name: "reviews-v2" }], syncTasks: [{ id: 1 }] });
  expect(cloud.cloud.livedataApis[0]?.status).toBe(4);
  expectStep(await perform("up"), "same 5", []);
});

test("a release named after its resource cannot be renamed, and the one that runs goes on", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(releaseProgram("reviews-v2"));
  expect(await perform("up")).toMatchObject({ did: "create 2" });

  const renamed = await perform("up", { program: releaseProgram("reviews-gray") });
  expect(renamed).toMatchObject({ succeeded: false });
  expect(renamed.calls).toEqual([projectLookup, `GET ${meshPath} 200`, `POST ${releasePath} 409`]);
  expect(renamed.text).toContain("already has a running grayscale release task");
  expect(await stored()).toMatchObject([{ outputs: { name: "reviews-v2" } }]);
  expect(cloud.cloud.releases).toMatchObject([{ name: "reviews-v2" }]);
});

test("--target-replace leaves what is the same where it is", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(async () => {
    new huaweicloud.ImageSyncTask("web", task);
    new huaweicloud.GrayscaleRelease("reviews-v2", release);
  });
  await perform("up");
  const before = await stored();
  const replaced = await perform("up", { replace: before.map(({ urn }) => urn) });
  expect(replaced).toMatchObject({ succeeded: true });
  expect(replaced.calls.toSorted()).toEqual([`GET ${taskPath} 200`, `GET ${meshPath} 200`, projectLookup]);
  expect(new Set((await stored()).map(({ id }) => id))).toEqual(new Set(before.map(({ id }) => id)));
  expect(cloud.cloud).toMatchObject({ releases: [{}], syncTasks: [{}] });
  expectStep(await perform("up"), "same 3", []);
});

test('replaceOnChanges "#initerror" of an unfinished thing keeps it', async () => {
  const options = { replaceOnChanges: ["#initerror"] };
  const waiting = releaseProgram("reviews-v2", { readyPhases: ["Running"], timeoutSeconds: 2 }, options);
  const { perform, cloud, stored } = await openSimulatedStack(waiting, {
    cloud: { progress: { advance: "never" } },
  });
  expect(await perform("up")).toMatchObject({ succeeded: false });
  const [before] = await stored();
  cloud.setProgress({ advance: "immediately" });

  const second = await perform("up");
  expect(second).toMatchObject({ succeeded: true });
  expect(second.calls).not.toContainEqual(expect.stringMatching(/POST|DELETE/));
  expect(await stored()).toMatchObject([{ id: before?.id, outputs: { phase: "Running" } }]);
  expect(cloud.cloud.releases).toHaveLength(1);
  expectStep(await perform("up"), "same 2", []);
});

test("replaceOnChanges on an input that makes no call really replaces, once", async () => {
  const declare = (timeoutSeconds: number) =>
    taskProgram("web", { timeoutSeconds }, { replaceOnChanges: ["timeoutSeconds"] });
  const { perform, cloud, stored } = await openSimulatedStack(declare(60));
  await perform("up");
  expectStep(await perform("up", { program: declare(90) }), "replace 1, same 1", [
    `DELETE ${taskPath} 200`,
    ...creatingTask,
  ]);
  expect(await stored()).toMatchObject([{ outputs: { timeoutSeconds: 90, adopted: false } }]);
  expect(cloud.cloud.syncTasks).toHaveLength(1);
});

test("of two resources that declare the same thing, one can go", async () => {
  const both = async () => {
    const first = new huaweicloud.ImageSyncTask("first", task);
    new huaweicloud.ImageSyncTask("second", { ...task, onDelete: "delete" }, { dependsOn: first });
  };
  const { perform, cloud, stored } = await openSimulatedStack(both);
  await perform("up");
  expect(await stored()).toMatchObject([{ outputs: { adopted: false } }, { outputs: { adopted: true } }]);

  const onlyFirst = await perform("up", { program: taskProgram("first") });
  expectStep(onlyFirst, "delete 1, same 2", []);
  expect(onlyFirst.diagnostics.join()).toMatch(/is declared by urn:.*::first: left as it is/);
  expect(cloud.cloud.syncTasks).toHaveLength(1);
  expect(await stored()).toHaveLength(1);
});

test("what is really removed is really deleted, in a run with a refresh too", async () => {
  const both = async () => {
    new huaweicloud.ImageSyncTask("web", task);
    new huaweicloud.LivedataDeployment("orders", deployment);
  };
  const { perform, cloud, stored } = await openSimulatedStack(both);
  await perform("up");
  const up = await perform("up", { program: deploymentProgram("orders"), refresh: true });
  expect(up).toMatchObject({ did: "delete 1, same 2" });
  expect(up.calls.filter((call) => !call.startsWith("GET"))).toEqual([`DELETE ${taskPath} 200`]);
  expect(cloud.cloud.syncTasks).toEqual([]);
  expect(await stored()).toHaveLength(1);

  const none = await perform("up", { program: async () => undefined, refresh: true });
  expect(none).toMatchObject({ did: "delete 1, same 1" });
  expect(cloud.cloud.livedataApis[0]?.status).toBe(3);
});

/** A simulated cloud, and a provider of its account and region. */
async function openAccount(): Promise<{ shared: SimulatedCloud; declareProvider: () => Provider }> {
  const shared = await startCloud();
  onTestFinished(() => shared.close());
  const { accessKey, secretKey } = simulatorCredentials.huaweicloud;
  const endpoints = JSON.parse(shared.config["huaweicloud:endpoints"]?.value ?? "") as object;
  const account = { accessKey, secretKey, region, endpoints };
  const grayscale = { pollSeconds: 0.2 };
  return { shared, declareProvider: () => new Provider("eu", { huaweicloud: account, grayscale }) };
}

test("renamed and given a provider of their own, which is another process, both are adopted and not removed", async () => {
  const { shared, declareProvider } = await openAccount();
  const declare =
    (suffix: string, isOwn: boolean): PulumiFn =>
    async () => {
      const options = isOwn ? { provider: declareProvider() } : {};
      new huaweicloud.ImageSyncTask(`task-${suffix}`, task, options);
      new huaweicloud.GrayscaleRelease(`release-${suffix}`, { ...release, name: "reviews-v2" }, options);
    };
  const { perform, cloud, stored } = await openSimulatedStack(declare("one", false), { shared });
  expect(await perform("up")).toMatchObject({ did: "create 3" });
  const before = await stored();
  const only = async (suffix: string): Promise<void> => {
    const after = await stored();
    expect(new Set(after.map(({ id }) => id))).toEqual(new Set(before.map(({ id }) => id)));
    expect(after.map(({ urn }) => urn.split("-").at(-1))).toEqual([suffix, suffix]);
    expect(cloud.cloud).toMatchObject({ releases: [{ name: "reviews-v2" }], syncTasks: [{ id: 1 }] });
  };

  const moved = await perform("up", { program: declare("two", true) });
  expect(moved).toMatchObject({ did: "create 3, delete 2, same 1" });
  expect(moved.calls).not.toContainEqual(expect.stringMatching(/POST|DELETE/));
  const left = /is declared by urn:pulumi:test.*-two: left as it is/;
  expect(moved.diagnostics.filter((line) => left.test(line))).toHaveLength(2);
  await only("two");

  const back = await perform("up", { program: declare("three", false) });
  expect(back).toMatchObject({ did: "create 2, delete 3, same 1" });
  expect(back.calls).not.toContainEqual(expect.stringMatching(/POST|DELETE/));
  await only("three");
});

test("given another provider and replaced in one run, the old one makes room although a destroy would leave it", async () => {
  const { shared, declareProvider } = await openAccount();
  const { perform, cloud, stored } = await openSimulatedStack(taskProgram("web", { onDelete: "retain" }), {
    shared,
  });
  await perform("up");
  const changed = await perform("up", {
    program: async () =>
      void new huaweicloud.ImageSyncTask("web", { ...task, override: true }, { provider: declareProvider() }),
  });
  expectStep(changed, "create 1, replace 1, same 1", [`DELETE ${taskPath} 200`, ...creatingTask]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: true }]);
  expect(await stored()).toHaveLength(1);
});

test("of two resources of two providers that declare the same thing, one can go", async () => {
  const { shared, declareProvider } = await openAccount();
  const both = (isWhole: boolean): PulumiFn => {
    return async () => {
      const provider = declareProvider();
      const first = new huaweicloud.ImageSyncTask("first", task, { provider });
      if (isWhole)
        new huaweicloud.ImageSyncTask("second", { ...task, onDelete: "delete" }, { dependsOn: first });
    };
  };
  const { perform, cloud } = await openSimulatedStack(both(true), { shared });
  await perform("up");
  const onlyFirst = await perform("up", { program: both(false) });
  expectStep(onlyFirst, "delete 1, same 3", []);
  expect(onlyFirst.diagnostics.join()).toMatch(/is declared by urn:.*::first: left as it is/);
  expect(cloud.cloud.syncTasks).toHaveLength(1);
});
