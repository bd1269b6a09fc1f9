// What the benchmarks declare of each kind. Every measured program loads this file, so it loads nothing itself.
export const kindNames = [
  "huaweicloud:ImageSyncTask",
  "huaweicloud:GrayscaleRelease",
  "huaweicloud:LivedataDeployment",
  "alicloud:ChangeOrder",
] as const;
export type KindName = (typeof kindNames)[number];

/** The one by which is measured what is the same for all kinds. */
export const imageSyncTask: KindName = "huaweicloud:ImageSyncTask";

/** The bare engine's floor, this package, and its twin whose provider Pulumi's SDK serialises. */
export type Side = "floor" | "ours" | "twin";

/** Has as many letters as ours: the texts are stored with every resource. */
export const floorPackage = "bench-floor-noop";

const labels = { app: "reviews", version: "v2" };
const template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "reviews-v2", labels },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: "reviews",
            image: "swr.cn-north-4.example.com/team/reviews:2.0.1",
            ports: [{ containerPort: 9080 }],
            resources: { requests: { cpu: "250m", memory: "512Mi" } },
          },
        ],
      },
    },
  },
};

export const orderId = (index: number): string =>
  `47e2b863-adc8-4a0e-ac23-${String(index).padStart(12, "0")}`;

/** The arguments of one of many; `perGroup` are in one repository, or one mesh. */
export const declared: Record<KindName, (index: number, perGroup: number) => object> = {
  "huaweicloud:ImageSyncTask": (index, perGroup) => ({
    namespace: "team",
    repository: `service-${Math.floor(index / perGroup)}`,
    targetRegion: "cn-east-3",
    targetNamespace: `mirror-${index % perGroup}`,
  }),
  "huaweicloud:GrayscaleRelease": (index, perGroup) => ({
    meshId: `mesh-${Math.floor(index / perGroup)}`,
    namespace: "default",
    serviceName: `reviews-${index}`,
    clusterId: "cluster-1",
    deploymentName: "reviews-v1",
    version: "v2",
    type: "canary",
    grayDeployments: [{ clusterId: "cluster-1", template }],
  }),
  "huaweicloud:LivedataDeployment": (index) => ({
    instanceId: "instance-1",
    apiId: `api-${index}`,
    frontApi: { authType: "APP", groupId: "group-1", envId: "release", protocol: "HTTPS" },
  }),
  "alicloud:ChangeOrder": (index) => ({ changeOrderId: orderId(index), desiredState: "aborted" }),
};
