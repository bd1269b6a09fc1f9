import { check, type Checked } from "../../provider/check.js";
import type { Inputs } from "../../provider/inputs.js";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import type { Sources } from "../../provider/config.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import type { CommonGiven, Kind } from "../../provider/kind.js";

export function sources(
  config: Record<string, unknown> = {},
  environment: Record<string, string> = {},
): Sources {
  return { config: (key) => config[key], environment };
}

/** The URN of a resource of that name. */
export function urnOf(name: string): string {
  return `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/cloud:Kind::${name}`;
}

export const release = {
  meshId: "mesh-1",
  namespace: "default",
  name: "reviews-v2",
  serviceName: "reviews",
  clusterId: "cluster-1",
  deploymentName: "reviews-v1",
  version: "v2",
  type: "canary",
  grayDeployments: [
    {
      clusterId: "cluster-1",
      template: { apiVersion: "apps/v1", kind: "Deployment", spec: { replicas: 1 } },
    },
  ],
};

export const deployment = {
  instanceId: "instance-1",
  apiId: "api-1",
  frontApi: { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" },
};

export const task = {
  namespace: "team",
  repository: "shop/web",
  targetRegion: "cn-east-3",
  targetNamespace: "team-copy",
};

export const order = { changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0000", desiredState: "completed" };

export type AnyKind = Kind<CommonGiven, object>;

/** Every kind, with arguments that are right. */
export const kinds: Record<string, { kind: AnyKind; args: Inputs }> = {
  GrayscaleRelease: { kind: grayscaleRelease as unknown as AnyKind, args: release },
  LivedataDeployment: { kind: livedataDeployment as unknown as AnyKind, args: deployment },
  ImageSyncTask: { kind: imageSyncTask as unknown as AnyKind, args: task },
  ChangeOrder: { kind: changeOrder as unknown as AnyKind, args: order },
};

export function kindOf(name: string): { kind: AnyKind; args: Inputs } {
  const found = kinds[name];
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

/** Checks arguments as a resource of the program, in a region that is configured. */
export function checkArgs(
  name: string,
  args: Inputs,
  {
    olds = {},
    from = sources({ "huaweicloud:region": "cn-north-4", "alicloud:region": "cn-hangzhou" }),
  }: {
    olds?: Inputs;
    from?: Sources;
  } = {},
): Checked {
  return check(kindOf(name).kind, olds, { __urn: urnOf("reviews-v2"), __provider: "text", ...args }, from);
}
