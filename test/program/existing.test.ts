// Things that are there already: read by `get`, or imported.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { alicloud, huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import {
  apiPath,
  deployment,
  heldOrder,
  meshPath,
  release,
  releasePath,
  task,
  taskPath,
} from "./declarations.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

async function declareAll(): Promise<void> {
  new huaweicloud.ImageSyncTask("web", task);
  new huaweicloud.GrayscaleRelease("reviews-v2", release);
  new huaweicloud.LivedataDeployment("orders", {
    ...deployment,
    frontApi: { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" },
  });
  new alicloud.ChangeOrder("checkout", heldOrder);
}

test("get reads each kind in a preview and in an update, and changes nothing", async () => {
  const { perform, cloud, stored, outputs } = await openSimulatedStack(declareAll);
  await perform("up");
  const ids = new Map((await stored()).map(({ urn, id }) => [urn.split("::").at(-1), id ?? ""]));
  const read = (name: string): string => ids.get(name) ?? "";
  const program = async () => {
    await declareAll();
    const web = huaweicloud.ImageSyncTask.get("web-read", read("web"));
    // Ids without a region mean the configured one.
    const [, ...withoutRegion] = read("reviews-v2").split("/");
    const reviews = huaweicloud.GrayscaleRelease.get("reviews-read", withoutRegion.join("/"));
    const orders = huaweicloud.LivedataDeployment.get("orders-read", read("orders"));
    const checkout = alicloud.ChangeOrder.get("checkout-read", read("checkout"));
    return {
      web: web.taskId,
      reviews: pulumi.interpolate`${reviews.region} ${reviews.version} ${reviews.phase}`,
      orders: orders.frontApiId,
      checkout: checkout.status,
    };
  };
  const reads = [
    `GET ${taskPath} 200`,
    `GET ${releasePath}/{id} 200`,
    `GET ${apiPath} 200`,
    `GET ${apiPath}/deploy 200`,
    "POST /pop/v5/changeorder/change_order_info?ChangeOrderId={id} 200",
  ];
  for (const operation of ["preview", "up"] as const) {
    const step = await perform(operation, { program });
    expectStep(step, "same 5");
    expect(step.calls.filter((call) => !call.includes("/v3/projects")).toSorted()).toEqual(reads.toSorted());
  }
  expect(await outputs()).toMatchObject({
    web: { value: 1 },
    reviews: { value: "cn-north-4 v2 Running" },
    orders: { value: cloud.cloud.deployments[0]?.frontApiId },
    checkout: { value: "aborted" },
  });
  expect(await perform("refresh")).toMatchObject({ succeeded: true, did: "same 9" });
  expect(await perform("destroy")).toMatchObject({ succeeded: true });
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
});

test("get of what is not there says so", async () => {
  const missing = "cn-north-4/mesh-1/default/00000000-0000-0000-0000-000000000000";
  const { perform } = await openSimulatedStack(
    async () => void huaweicloud.GrayscaleRelease.get("missing", missing),
  );
  for (const operation of ["preview", "up"] as const) {
    const step = await perform(operation);
    expect(step).toMatchObject({ succeeded: false });
    expect(step.text).toContain(`no huaweicloud:GrayscaleRelease was found with the id ${missing}`);
    expect(step.calls).toContain(`GET ${meshPath} 200`);
  }
});

// `pulumi import` wants a language host, which an engine built from source has not: the state that it writes is
// imported instead.
test("what is imported with nothing but its provider is filled in by a refresh", async () => {
  const { perform, cloud, exportState, pulumi: run, place } = await openSimulatedStack(declareAll);
  await perform("up");
  const state = await exportState();
  for (const stored of state.deployment.resources ?? []) {
    const { __provider } = stored.inputs ?? {};
    if (__provider === undefined) continue;
    stored.inputs = { __provider };
    stored.outputs = { __provider };
  }
  const file = join(place, "imported.json");
  writeFileSync(file, JSON.stringify(state));
  await run("stack", "import", "--file", file);

  // The second one finds nothing new, and still takes nothing for declared.
  expect(await perform("refresh")).toMatchObject({ succeeded: true });
  expect(await perform("refresh")).toMatchObject({ succeeded: true });
  const up = await perform("up");
  expectStep(up, "same 1, update 4", []);
  expectStep(await perform("up"), "same 5", []);
  expect(cloud.cloud).toMatchObject({ releases: [{}], syncTasks: [{}], deployments: [{}] });
  expect(await perform("destroy")).toMatchObject({ did: "delete 5" });
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
});
