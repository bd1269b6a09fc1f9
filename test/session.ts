import { exampleSeed, type Seed } from "pulumi-grayscale/simulator";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startDynamicHost, type DynamicHost, type Properties } from "./dynamic-host.js";
import { checkAndCreate, observed, program, type Stored, type Told } from "./resource-host.js";
import { startCloud, type SimulatedCloud } from "./simulated-cloud.js";

/** One host and one cloud for a group of tests in which only creates matter; every test finds the cloud as new. */
export interface Session {
  readonly cloud: () => SimulatedCloud;
  readonly up: (declared: Properties) => Promise<Told & { readonly stored: Stored }>;
}

export function createsIn(kind: string, seed: Seed = exampleSeed, config: Properties = {}): Session {
  let cloud: SimulatedCloud;
  let host: DynamicHost;
  beforeAll(async () => {
    cloud = await startCloud({ seed });
    host = await startDynamicHost({ config: { ...cloud.hostConfig, ...config } });
  });
  beforeEach(() => {
    cloud.clearFaults();
    Object.assign(cloud.cloud, {
      releases: [],
      deployments: [],
      syncTasks: [],
      livedataApis: [],
      changeOrders: [],
    });
    for (const api of seed.livedataApis ?? []) cloud.cloud.addLivedataApi(api);
    for (const order of seed.changeOrders ?? []) cloud.cloud.addChangeOrder(order);
  });
  afterAll(async () => {
    await host.close();
    await cloud.close();
  });
  return {
    cloud: () => cloud,
    up: async (declared) => {
      const done = await observed(host, cloud, () => checkAndCreate(host, program(kind, declared)));
      return { ...done, stored: done.result };
    },
  };
}
