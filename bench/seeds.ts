// What the simulated cloud has to hold for what the benchmarks declare.
import { orderStatus, type Seed } from "pulumi-grayscale/simulator";
import { orderId, type KindName } from "./declared.js";

const seeds: Partial<Record<KindName, (count: number) => Seed>> = {
  "huaweicloud:LivedataDeployment": (count) => ({
    livedataApis: Array.from({ length: count }, (_, index) => ({
      instanceId: "instance-1",
      id: `api-${index}`,
      romaAppId: "roma-app-1",
    })),
  }),
  "alicloud:ChangeOrder": (count) => ({
    changeOrders: Array.from({ length: count }, (_, index) => ({
      changeOrderId: orderId(index),
      appId: `app-${index}`,
      clusterType: "kubernetes",
      status: orderStatus.running,
      held: true,
    })),
  }),
};

export function seedOf(kind: KindName, count: number): Seed {
  return seeds[kind]?.(count) ?? {};
}
