import { alicloud, huaweicloud } from "pulumi-grayscale";

const images = new huaweicloud.ImageSyncTask("reviews-to-shanghai", {
  namespace: "team",
  repository: "reviews",
  targetRegion: "cn-east-3",
  targetNamespace: "team",
  onDelete: "delete",
});

const backend = new huaweicloud.LivedataDeployment(
  "reviews-backend",
  { instanceId: "instance-1", apiId: "api-1", onDelete: "undeploy" },
  { dependsOn: images },
);

const labels = { app: "reviews", version: "v2" };
const containers = [{ name: "reviews", image: "swr.example.com/team/reviews:2.0" }];
const template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "reviews-v2", labels },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
};

const release = new huaweicloud.GrayscaleRelease(
  "reviews-v2",
  {
    meshId: "mesh-1",
    namespace: "default",
    serviceName: "reviews",
    clusterId: "cluster-1",
    deploymentName: "reviews-v1",
    version: "v2",
    type: "canary",
    grayDeployments: [{ clusterId: "cluster-1", template }],
    onDelete: "cancel",
  },
  { dependsOn: backend },
);

const order = new alicloud.ChangeOrder("checkout", {
  changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0002",
  desiredState: "completed",
  confirmBatches: true,
  onDelete: "abort",
});

/** What the release made. */
export const made = {
  task: images.taskId,
  deployment: backend.deploymentId,
  release: release.uid,
  order: order.outcome,
};
