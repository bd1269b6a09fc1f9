import type { Refused } from "../operation.js";
import type { BatchType } from "./change-order.js";

export const deployParameters: readonly string[] = [
  "AppId",
  "GroupId",
  "DeployType",
  "PackageVersion",
  "WarUrl",
  "Batch",
  "BatchWaitTime",
  "ReleaseType",
  "Gray",
  "TrafficControlStrategy",
  "BuildPackId",
  "ComponentIds",
  "AppEnv",
  "Desc",
  "ImageUrl",
];

/** Reads the parameters of a deployment to ECS as far as a change order follows from them. */
export function checkedDeploy(
  query: Readonly<Record<string, string>>,
  refuse: (message: string) => Refused,
): { batches: number; batchType: BatchType } {
  const needed = ["GroupId", "DeployType", "PackageVersion"];
  if (query["DeployType"] === "url") needed.push("WarUrl");
  const missing = needed.find((name) => !query[name]);
  if (missing !== undefined) throw refuse(`${missing} is required.`);
  if ((query["PackageVersion"] ?? "").length > 64)
    throw refuse("PackageVersion has more than 64 characters.");
  const batches = whole(query["Batch"] ?? "1", 1, 5);
  if (batches === undefined) throw refuse("Batch must be 1 to 5.");
  if (whole(query["BatchWaitTime"] ?? "0", 0, 5) === undefined) throw refuse("BatchWaitTime must be 0 to 5.");
  const releaseType = whole(query["ReleaseType"] ?? "0", 0, 1);
  if (releaseType === undefined) throw refuse("ReleaseType must be 0 or 1.");
  return { batches, batchType: releaseType === 1 ? "Manual" : "Automatic" };
}

function whole(text: string, least: number, most: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
