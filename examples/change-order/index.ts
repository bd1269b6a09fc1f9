import * as pulumi from "@pulumi/pulumi";
import { alicloud } from "pulumi-grayscale";

const config = new pulumi.Config();

// Release night goes wrong: `pulumi config set desiredState aborted`, then `pulumi up`.
const order = new alicloud.ChangeOrder("checkout", {
  changeOrderId: config.get("changeOrderId") ?? "47e2b863-adc8-4a0e-ac23-8361b95a0002",
  // Where a roll back is looked for whose answer was lost.
  appId: config.get("appId"),
  desiredState: config.get<"completed" | "aborted" | "rolledBack">("desiredState") ?? "completed",
  clusterType: "kubernetes",
  confirmBatches: true,
  onDelete: "abort",
});

/** Where the order is, and how it ended. */
export const { status, outcome } = order;
