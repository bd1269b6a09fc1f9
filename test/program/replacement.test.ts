import { alicloud, huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import {
  apiPath,
  cancelling,
  creatingRelease,
  creatingTask,
  deploying,
  deploymentProgram,
  heldOrder,
  orderInfo,
  release,
  releasePath,
  releaseProgram,
  task,
  taskPath,
  taskProgram,
  templateWith,
  undeploying,
} from "./declarations.js";
import { expectStep, openSimulatedStack, type Step } from "./simulated-stack.js";

/** The names of inputs for which the engine replaces, one list for each replaced resource. */
function replaceReasons({ events }: Step): string[][] {
  return events
    .map(({ resourcePreEvent }) => resourcePreEvent?.metadata)
    .filter((metadata) => metadata?.op === "replace")
    .map((metadata) => metadata?.diffs ?? []);
}

test("a release with another template is cancelled first, then started anew", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(releaseProgram("reviews-v2"));
  await perform("up");
  const [before] = cloud.cloud.releases;
  const grayDeployments = [{ clusterId: "cluster-1", template: templateWith("reviews:2.1") }];
  const program = releaseProgram("reviews-v2", { grayDeployments });

  const preview = await perform("preview", { program, diff: true });
  expectStep(preview, "replace 1, same 1", []);
  expect(preview.text).toMatch(/image *: "reviews:2\.0" => "reviews:2\.1"/);
  expect(replaceReasons(preview)).toEqual([["grayDeployments"]]);
  expectStep(await perform("up"), "replace 1, same 1", [cancelling, ...creatingRelease]);
  const [after] = cloud.cloud.releases;
  expect(cloud.cloud.releases).toHaveLength(1);
  expect(after).toMatchObject({ name: "reviews-v2" });
  expect(after?.uid).not.toBe(before?.uid);
  expect(await stored()).toMatchObject([{ outputs: { uid: after?.uid } }]);
});

test("what is stored last decides over a destroy, what is declared now over a replacement", async () => {
  const { perform, cloud } = await openSimulatedStack(releaseProgram("reviews-v2"));
  await perform("up");
  // The gray version has won, and the next one follows: the old task can only be ended.
  for (const one of cloud.cloud.releases) one.traffic = "gray";
  const next = releaseProgram("reviews-v2", { version: "v3", onDelete: "end" });
  expectStep(await perform("up", { program: next }), "replace 1, same 1", [
    `DELETE ${releasePath}/{id}?action=end 200`,
    ...creatingRelease,
  ]);

  // Traffic is not where "end" needs it: refused, and nothing is forgotten.
  const refused = await perform("destroy");
  expect(refused).toMatchObject({ succeeded: false, calls: [`DELETE ${releasePath}/{id}?action=end 400`] });
  expect(refused.text).toContain('set onDelete to "cancel" and run `pulumi up` before `pulumi destroy`');
  const cancel = releaseProgram("reviews-v2", { version: "v3", onDelete: "cancel" });
  expectStep(await perform("up", { program: cancel }), "same 1, update 1", []);
  expectStep(await perform("destroy"), "delete 2", [cancelling]);
});

test("a deployment with a new trigger is undeployed and deployed", async () => {
  const { perform, cloud } = await openSimulatedStack(deploymentProgram("orders"));
  await perform("up");
  const program = deploymentProgram("orders", { triggers: { script: "2" } });
  const up = await perform("up", { program });
  expectStep(up, "replace 1, same 1", [...undeploying, ...deploying]);
  expect(replaceReasons(up)).toEqual([["triggers"]]);
  expect(cloud.cloud.livedataApis[0]?.status).toBe(4);
  expect(cloud.cloud.deployments).toHaveLength(2);
});

test("a task that is retained on a destroy still makes room for its successor", async () => {
  const declare = (override: boolean) => taskProgram("web", { override, onDelete: "retain" });
  const { perform, cloud } = await openSimulatedStack(declare(false));
  await perform("up");
  expectStep(await perform("up", { program: declare(true) }), "replace 1, same 1", [
    `DELETE ${taskPath} 200`,
    ...creatingTask,
  ]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: true }]);

  // Another target is another thing: the old one is retained.
  const elsewhere = taskProgram("web", { targetNamespace: "other", override: true, onDelete: "retain" });
  const up = await perform("up", { program: elsewhere });
  expectStep(up, "replace 1, same 1", creatingTask);
  expect(cloud.cloud.syncTasks).toMatchObject([{ remoteNamespace: "team" }, { remoteNamespace: "other" }]);
  expectStep(await perform("destroy"), "delete 2", []);
  expect(cloud.cloud.syncTasks).toHaveLength(2);
});

test("another order replaces the resource and leaves the first order alone", async () => {
  const declare = (changeOrderId: string) => async () =>
    void new alicloud.ChangeOrder("checkout", { ...heldOrder, changeOrderId });
  const { perform, cloud, stored } = await openSimulatedStack(declare(heldOrder.changeOrderId));
  await perform("up");
  expect(await stored()).toMatchObject([{ outputs: { outcome: "aborted", statusCode: 6 } }]);
  const finished = heldOrder.changeOrderId.replace(/1$/, "3");
  expectStep(await perform("up", { program: declare(finished) }), "replace 1, same 1", [orderInfo]);
  expect(await stored()).toMatchObject([{ outputs: { outcome: "alreadyFinished", statusCode: 2 } }]);
  expect(cloud.cloud.changeOrders.map(({ status }) => status)).toEqual([6, 8, 2]);
});

test("what only speaks of the future changes without a call", async () => {
  const declare = (onDelete: "delete" | "retain", timeoutSeconds: number) => async () => {
    new huaweicloud.ImageSyncTask("web", { ...task, onDelete, timeoutSeconds });
    new huaweicloud.GrayscaleRelease("reviews-v2", { ...release, failedPhases: ["Failed"], timeoutSeconds });
  };
  const { perform, stored } = await openSimulatedStack(declare("delete", 60));
  await perform("up");
  const program = declare("retain", 90);
  expectStep(await perform("preview", { program }), "same 1, update 2", []);
  expectStep(await perform("up"), "same 1, update 2", []);
  const web = (await stored()).find(({ urn }) => urn.endsWith("::web"));
  expect(web?.outputs).toMatchObject({ onDelete: "retain", timeoutSeconds: 90 });
  expect(web?.inputs?.["rollout"]).toMatchObject({ destroy: "lets the copying go on" });
  expectStep(await perform("up"), "same 3", []);
});

test("a replaced deployment that others depend on comes back before them", async () => {
  const declare = (script: string) => async () => {
    const orders = new huaweicloud.LivedataDeployment("orders", {
      instanceId: "instance-1",
      apiId: "api-1",
      triggers: { script },
    });
    new huaweicloud.LivedataDeployment("invoices", {
      instanceId: "instance-1",
      apiId: "api-2",
      triggers: { orders: orders.deploymentId.apply((id) => id ?? "") },
    });
  };
  const { perform, cloud } = await openSimulatedStack(declare("1"));
  expect(await perform("preview")).toMatchObject({ did: "create 3", calls: [] });
  expect(await perform("up")).toMatchObject({ did: "create 3" });
  const up = await perform("up", { program: declare("2") });
  expect(up).toMatchObject({ did: "replace 2, same 1" });
  const second = apiPath.replace("api-1", "api-2");
  expect(up.calls.filter((call) => call.startsWith("POST"))).toEqual([
    `POST ${second}/undeploy 204`,
    `POST ${apiPath}/undeploy 204`,
    `POST ${apiPath}/deploy 200`,
    `POST ${second}/deploy 200`,
  ]);
  expect(cloud.cloud.livedataApis.map(({ status }) => status)).toEqual([4, 4]);
  expectStep(await perform("up"), "same 3", []);
});
