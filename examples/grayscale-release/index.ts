import { huaweicloud } from "pulumi-grayscale";

const labels = { app: "reviews", version: "v2" };

const release = new huaweicloud.GrayscaleRelease("reviews-v2", {
  meshId: "mesh-1",
  namespace: "default",
  serviceName: "reviews",
  clusterId: "cluster-1",
  deploymentName: "reviews-v1",
  version: "v2",
  type: "canary",
  grayDeployments: [
    {
      clusterId: "cluster-1",
      template: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "reviews-v2", labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: "reviews", image: "swr.example.com/team/reviews:2.0" }] },
          },
        },
      },
    },
  ],
  onDelete: "cancel",
});

/** ASM's own id of the release, and how far it was when it was seen last. */
export const { uid, phase } = release;
