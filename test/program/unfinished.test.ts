// What a cloud has accepted and not done when the time is up stays in the state, and the next run takes it up.
import { alicloud, huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import {
  cancelling,
  creatingRelease,
  deployment,
  deploymentProgram,
  meshPath,
  pausedOrder,
  orderInfo,
  projectLookup,
  releasePath,
  releaseProgram,
  task,
} from "./declarations.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

const standstill = { cloud: { progress: { advance: "never" } } } as const;
const impatient = releaseProgram("reviews-v2", { readyPhases: ["Running"], timeoutSeconds: 2 });

test("a release that is not ready in time is kept, and taken up again without a second one", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(impatient, standstill);
  const first = await perform("up");
  expect(first.did).toBe("failed create 1");
  expect(first.calls.slice(0, 4)).toEqual([projectLookup, ...creatingRelease, `GET ${releasePath}/{id} 200`]);
  expect(first.diagnostics.join("\n")).toMatch(
    /gave up waiting for the release reviews-v2 to become Running after \d+ s; the phase seen last is Creating\. It is kept in the state as unfinished: the next `pulumi up` takes it up again\./,
  );
  const [kept] = await stored();
  const uid = cloud.cloud.releases[0]?.uid;
  expect(kept).toMatchObject({
    id: `cn-north-4/mesh-1/default/${uid}`,
    outputs: { uid, phase: "Creating", unfinished: { kind: "waiting" }, __provider: expect.any(String) },
    initErrors: [expect.stringContaining("gave up waiting")],
  });

  // Still not ready: failed again, nothing lost.
  const second = await perform("up");
  expect(second.succeeded).toBe(false);
  expect(new Set(second.calls)).toEqual(new Set([`GET ${releasePath}/{id} 200`]));
  expect(await stored()).toMatchObject([{ id: kept?.id, initErrors: [expect.any(String)] }]);

  cloud.setProgress({ advance: "immediately" });
  expectStep(await perform("preview"), "same 1, update 1", []);
  expectStep(await perform("up"), "same 1, update 1", [`GET ${releasePath}/{id} 200`]);
  const [done] = await stored();
  expect(done).toMatchObject({ id: kept?.id, outputs: { phase: "Running" } });
  expect(done?.outputs).not.toHaveProperty("unfinished");
  expect(done).not.toHaveProperty("initErrors");
  expectStep(await perform("up"), "same 2", []);
});

test("a refresh in between forgets nothing, and dependents wait", async () => {
  const program = async () => {
    const orders = new huaweicloud.LivedataDeployment("orders", { ...deployment, timeoutSeconds: 2 });
    new huaweicloud.ImageSyncTask("web", task, { dependsOn: orders });
  };
  const { perform, cloud, stored } = await openSimulatedStack(program, standstill);
  const first = await perform("up");
  expect(first.did).toBe("failed create 1");
  expect(first.text).toContain("gave up waiting for API api-1 to be deployed");
  expect(await stored()).toMatchObject([{ id: "cn-north-4/instance-1/api-1", initErrors: [{}] }]);
  expect(cloud.cloud.syncTasks).toEqual([]);

  const refresh = await perform("refresh");
  expect(refresh).toMatchObject({ succeeded: true });
  const [refreshed] = await stored();
  expect(refreshed).not.toHaveProperty("initErrors");
  expect(refreshed?.outputs).toMatchObject({ unfinished: { kind: "waiting" } });

  cloud.setProgress({ advance: "immediately" });
  const second = await perform("up");
  expect(second).toMatchObject({ did: "create 1, same 1, update 1" });
  expect(second.calls.filter((call) => call.startsWith("POST") && call.includes("/apic/"))).toEqual([]);
  expect(cloud.cloud).toMatchObject({ deployments: [{}], syncTasks: [{}] });
  const [orders] = await stored();
  expect(orders?.outputs).toMatchObject({ status: 4, deploymentId: cloud.cloud.deployments[0]?.id });
  expect(orders?.outputs).not.toHaveProperty("unfinished");
  expectStep(await perform("up"), "same 3", []);
});

test("a deployment that is still on its way is waited for, not begun again", async () => {
  const declare = (timeoutSeconds: number) => deploymentProgram("orders", { timeoutSeconds });
  const { perform, cloud } = await openSimulatedStack(declare(2), standstill);
  expect(await perform("up")).toMatchObject({ did: "failed create 1" });
  cloud.setProgress({ advance: "afterReads", reads: 4 });
  for (const api of cloud.cloud.livedataApis) api.journey.reads = 0;
  const second = await perform("up", { program: declare(60) });
  expect(second).toMatchObject({ did: "same 1, update 1" });
  expect(second.calls).not.toContainEqual(expect.stringContaining("POST"));
  expect(cloud.cloud.deployments).toHaveLength(1);
});

test("what is unfinished can be destroyed", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(impatient, standstill);
  expect(await perform("up")).toMatchObject({ did: "failed create 1" });
  expectStep(await perform("destroy"), "delete 2", [cancelling]);
  expect(cloud.cloud.releases).toEqual([]);
  expect(await stored()).toEqual([]);
});

test("an order that waits for a person says so, and goes on after an update that confirms", async () => {
  const declare = (confirmBatches: boolean) => async () =>
    void new alicloud.ChangeOrder("checkout", { ...pausedOrder, confirmBatches });
  const { perform, cloud, stored } = await openSimulatedStack(declare(false));
  const first = await perform("up");
  expectStep(first, "failed create 1", [orderInfo]);
  expect(first.text).toContain("is waiting for confirmation of batch 2 of 4: release it in EDAS");
  expect(await stored()).toMatchObject([{ outputs: { status: "waitingForConfirmation", statusCode: 8 } }]);

  const second = await perform("up", { program: declare(true) });
  expect(second).toMatchObject({ did: "same 1, update 1" });
  expect(await stored()).toMatchObject([{ outputs: { outcome: "completed", statusCode: 2 } }]);
  expect(cloud.cloud.changeOrders[1]).toMatchObject({ status: 2 });
});

test("what ended badly stops every update until the program changes", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(impatient, standstill);
  await perform("up");
  for (const one of cloud.cloud.releases) one.phase = "Broken";
  const declare = (ifFailed: "stop" | "replace") =>
    releaseProgram("reviews-v2", {
      readyPhases: ["Running"],
      failedPhases: ["Broken"],
      timeoutSeconds: 5,
      ifFailed,
    });
  const stopped = await perform("up", { program: declare("stop") });
  expect(stopped).toMatchObject({ succeeded: false, calls: [`GET ${releasePath}/{id} 200`] });
  expect(stopped.text).toContain('set ifFailed to "replace"');
  expect(await stored()).toMatchObject([{ outputs: { unfinished: { kind: "failed" } } }]);

  cloud.setProgress({ advance: "immediately" });
  const replaced = await perform("up", { program: declare("replace") });
  expect(replaced).toMatchObject({ did: "replace 1, same 1" });
  expect(replaced.calls).toEqual([
    cancelling,
    `GET ${meshPath} 200`,
    `POST ${releasePath} 200`,
    `GET ${releasePath}/{id} 200`,
  ]);
  expect(cloud.cloud.releases).toMatchObject([{ phase: "Running" }]);
});
