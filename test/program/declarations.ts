// One declaration of each kind that the simulated cloud can carry out, and the calls that come of them.
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { huaweicloud, type alicloud } from "pulumi-grayscale";

export const projectLookup = "GET /v3/projects?name=cn-north-4 200";

export const task = {
  namespace: "team",
  repository: "web",
  targetRegion: "cn-east-3",
  targetNamespace: "team",
} satisfies huaweicloud.ImageSyncTaskArgs;
export const taskPath = "/v2/manage/namespaces/team/repos/web/sync_repo";
export const creatingTask = [`GET ${taskPath} 200`, `POST ${taskPath} 200`, `GET ${taskPath} 200`];

export const deployment = {
  instanceId: "instance-1",
  apiId: "api-1",
} satisfies huaweicloud.LivedataDeploymentArgs;
export const apiPath = "/v2/{project}/apic/instances/instance-1/livedata-apis/api-1";
export const deploying = [
  `GET ${apiPath} 200`,
  `GET ${apiPath}/deploy 200`,
  `POST ${apiPath}/deploy 200`,
  `GET ${apiPath} 200`,
];
export const undeploying = [`GET ${apiPath} 200`, `POST ${apiPath}/undeploy 204`, `GET ${apiPath} 200`];

const labels = { app: "reviews", version: "v2" };

export const release = {
  meshId: "mesh-1",
  namespace: "default",
  serviceName: "reviews",
  clusterId: "cluster-1",
  deploymentName: "reviews-v1",
  version: "v2",
  type: "canary",
  grayDeployments: [{ clusterId: "cluster-1", template: templateWith("reviews:2.0") }],
} satisfies huaweicloud.GrayscaleReleaseArgs;
export const releasePath = "/v2/meshes/mesh-1/namespaces/default/releases";
export const meshPath = "/v2/meshes/mesh-1/releases";
export const creatingRelease = [`GET ${meshPath} 200`, `POST ${releasePath} 200`];
export const cancelling = `DELETE ${releasePath}/{id}?action=cancel 200`;

/** Says little, so that the cloud has defaults to add. */
export function templateWith(image: string, env: object[] = []): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "reviews-v2", labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "reviews", image, env, ports: [{ containerPort: 9080 }] }] },
      },
    },
  };
}

/** An order that runs and stands still until it is aborted. */
export const heldOrder = {
  changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0001",
  desiredState: "aborted",
} satisfies alicloud.ChangeOrderArgs;
/** An order that waits for a person at the second of four batches. */
export const pausedOrder = {
  changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0002",
  desiredState: "completed",
} satisfies alicloud.ChangeOrderArgs;
export const orderInfo = "POST /pop/v5/changeorder/change_order_info?ChangeOrderId={id} 200";

/** A program that declares one task. */
export function taskProgram(
  name: string,
  args: Partial<huaweicloud.ImageSyncTaskArgs> = {},
  options: ConstructorParameters<typeof huaweicloud.ImageSyncTask>[2] = {},
): PulumiFn {
  return async () => void new huaweicloud.ImageSyncTask(name, { ...task, ...args }, options);
}

/** A program that declares one deployment. */
export function deploymentProgram(
  name: string,
  args: Partial<huaweicloud.LivedataDeploymentArgs> = {},
  options: ConstructorParameters<typeof huaweicloud.LivedataDeployment>[2] = {},
): PulumiFn {
  return async () => void new huaweicloud.LivedataDeployment(name, { ...deployment, ...args }, options);
}

/** A program that declares one release. */
export function releaseProgram(
  name: string,
  args: Partial<huaweicloud.GrayscaleReleaseArgs> = {},
  options: ConstructorParameters<typeof huaweicloud.GrayscaleRelease>[2] = {},
): PulumiFn {
  return async () => void new huaweicloud.GrayscaleRelease(name, { ...release, ...args }, options);
}
