import { huaweicloud } from "pulumi-grayscale";

const targets = ["cn-east-3", "ap-southeast-1"];

/** The ids of the tasks, one for each target region. */
export const tasks = targets.map(
  (targetRegion) =>
    new huaweicloud.ImageSyncTask(`web-to-${targetRegion}`, {
      namespace: "team",
      repository: "shop/web",
      targetRegion,
      targetNamespace: "team",
      onDelete: "delete",
    }).id,
);
