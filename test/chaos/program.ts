// What is declared while somebody pulls the plug: the tour, told to wait wherever it can, and an order that is rolled back.
import { secret } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { alicloud, huaweicloud } from "pulumi-grayscale";
import { orderStatus, releasePhases } from "pulumi-grayscale/simulator";
import type { StoredResource } from "../../tools/stack.js";
import { heldOrder, pausedOrder, release, task } from "../program/declarations.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

export const heldApplication = "app-1";

/** In an argument that is a secret. */
export const secretArgument = "correct-horse-battery";

/** Every `onDelete` is written out, so that a destroy also removes what counts as adopted. */
export const tourOn =
  (clusterType: "ecs" | "kubernetes"): PulumiFn =>
  async () => {
    const images = new huaweicloud.ImageSyncTask("web", { ...task, onDelete: "delete" });
    const frontApi = { authType: "APP", groupId: "group-1", envId: "release", protocol: "HTTPS" } as const;
    const backend = new huaweicloud.LivedataDeployment(
      "orders",
      {
        instanceId: "instance-1",
        apiId: "api-1",
        frontApi,
        triggers: { digest: secret(secretArgument) },
        onDelete: "undeploy",
      },
      { dependsOn: images },
    );
    new huaweicloud.GrayscaleRelease(
      "reviews-v2",
      // What a killed destroy has ended looks as if somebody else had.
      { ...release, readyPhases: [releasePhases.running], onDelete: "cancel", ifEndedElsewhere: "recreate" },
      { dependsOn: backend },
    );
    new alicloud.ChangeOrder("checkout", { ...pausedOrder, confirmBatches: true, onDelete: "abort" });
    new alicloud.ChangeOrder("payments", {
      ...heldOrder,
      appId: heldApplication,
      desiredState: "rolledBack",
      clusterType,
      onDelete: "abort",
    });
  };

/** How many resources the tour declares. */
const declared = 5;

/** Whether the declared API is not online. */
export function isOffline({ cloud }: SimulatedCloud): boolean {
  return cloud.livedataApis.find(({ id }) => id === "api-1")?.status !== 4;
}

/** Lets the undeployment that a killed run has begun come to its end: ROMA does not tell that one is on its way. */
export function letUndeploy({ cloud }: SimulatedCloud): void {
  for (const api of cloud.livedataApis) {
    if (api.becoming === undefined || api.becoming === 4) continue;
    api.status = api.becoming;
    delete api.becoming;
  }
}

interface Held {
  readonly releases: readonly string[];
  readonly latestDeployment: string | undefined;
  readonly deployments: number;
  readonly apiStatus: number | undefined;
  readonly tasks: readonly string[];
  /** Of the order that is completed, of the one that is rolled back, and of those that roll it back. */
  readonly orders: readonly number[];
}

function heldBy({ cloud }: SimulatedCloud): Held {
  const statusesOf = (wanted: (order: (typeof cloud.changeOrders)[number]) => boolean): number[] =>
    cloud.changeOrders.filter(wanted).map(({ status }) => status);
  return {
    releases: cloud.releases.map(({ uid }) => uid),
    latestDeployment: cloud.deployments.at(-1)?.id,
    deployments: cloud.deployments.length,
    apiStatus: cloud.livedataApis.find(({ id }) => id === "api-1")?.status,
    tasks: cloud.syncTasks.map(({ id }) => String(id)),
    orders: [
      ...statusesOf(({ changeOrderId }) => changeOrderId === pausedOrder.changeOrderId),
      ...statusesOf(({ appId }) => appId === heldApplication),
    ],
  };
}

const settledOrders = [orderStatus.succeeded, orderStatus.aborted, orderStatus.succeeded];

/** What is wrong after an `up`: of the cloud, or of what the state says of it. */
export function wrongAfterUp(
  cloud: SimulatedCloud,
  stored: readonly StoredResource[],
  deployments: number,
): string[] {
  const held = heldBy(cloud);
  const outputsOf = (name: string): Record<string, unknown> =>
    stored.find(({ urn }) => urn.endsWith(`::${name}`))?.outputs ?? {};
  const [reviews, backend, images] = ["reviews-v2", "orders", "web"].map(outputsOf);
  const seen = { ...held, resources: stored.length };
  const said = {
    releases: [reviews?.["uid"]],
    latestDeployment: backend?.["deploymentId"],
    deployments,
    apiStatus: backend?.["status"],
    tasks: [String(images?.["taskId"])],
    orders: settledOrders,
    resources: declared,
  };
  const { outcome, rollbackOrderId } = outputsOf("payments");
  const isRolledBack = outcome === "rolledBack" && typeof rollbackOrderId === "string";
  const unfinished = stored.filter(({ outputs }) => outputs?.["unfinished"] !== undefined);
  return [
    ...differences("after the next up", seen, said),
    ...(held.apiStatus === 4 ? [] : [`after the next up the API has status ${held.apiStatus}`]),
    ...(isRolledBack ? [] : [`after the next up the roll back is told as ${String(outcome)}`]),
    ...unfinished.map(({ urn }) => `after the next up ${urn} is unfinished`),
  ];
}

/** What is left after a destroy and should not be. */
export function wrongAfterDestroy(cloud: SimulatedCloud, stored: readonly StoredResource[]): string[] {
  const { releases, apiStatus, tasks, orders } = heldBy(cloud);
  const seen = { releases, apiStatus, tasks, orders, resources: stored.length };
  const wanted = { releases: [], apiStatus: 3, tasks: [], orders: settledOrders, resources: 0 };
  return differences("after the destroy", seen, wanted);
}

function differences<T extends object>(when: string, seen: T, wanted: Record<keyof T, unknown>): string[] {
  return (Object.keys(wanted) as (keyof T & string)[])
    .filter((key) => JSON.stringify(seen[key]) !== JSON.stringify(wanted[key]))
    .map((key) => `${when}: ${key} ${JSON.stringify(seen[key])} instead of ${JSON.stringify(wanted[key])}`);
}
