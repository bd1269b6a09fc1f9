import { z } from "zod";
import type { ChangeOrderSeed, CloudState, LivedataApiSeed } from "./state.js";

/** What a simulated cloud holds when it starts. Left-out parts are empty, or unrestricted where so documented. */
export interface Seed {
  /** If given, the only meshes that exist. */
  meshes?: string[];
  /** If given, the only SWR repositories that exist, as `namespace/repository`. */
  repositories?: string[];
  livedataApis?: LivedataApiSeed[];
  changeOrders?: ChangeOrderSeed[];
  keepTerminatedReleases?: boolean;
  rollbackKeepsOrderId?: boolean;
}

const place = { region: z.string().optional() };

const seedSchema: z.ZodType<Seed> = z.strictObject({
  meshes: z.array(z.string()).optional(),
  repositories: z.array(z.string()).optional(),
  keepTerminatedReleases: z.boolean().optional(),
  rollbackKeepsOrderId: z.boolean().optional(),
  livedataApis: z
    .array(
      z.strictObject({
        ...place,
        instanceId: z.string(),
        id: z.string(),
        romaAppId: z.string().optional(),
        status: z.int().optional(),
        name: z.string().optional(),
        projectId: z.string().optional(),
      }),
    )
    .optional(),
  changeOrders: z
    .array(
      z.strictObject({
        ...place,
        changeOrderId: z.string(),
        appId: z.string(),
        clusterType: z.enum(["ecs", "kubernetes"]),
        batchType: z.enum(["Automatic", "Manual"]).optional(),
        batches: z.int().min(1).optional(),
        status: z.int().optional(),
        held: z.boolean().optional(),
        rollbackOrderId: z.string().optional(),
        account: z.string().optional(),
      }),
    )
    .optional(),
});

/** Takes a seed for what it says it is; an error names every path and the rule that it breaks. */
export function parseSeed(value: unknown): Seed {
  const parsed = seedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const broken = parsed.error.issues.map(({ path, message }) => {
    const where = z.core.toDotPath(path);
    return where === "" ? message : `${where}: ${message}`;
  });
  throw new Error(`not a seed: ${broken.join("; ")}`, { cause: parsed.error });
}

/**
 * What the command line and the examples use. Every mesh (say `mesh-1`) and every SWR repository
 * (say `team/web`) exists.
 */
export const exampleSeed: Seed = {
  livedataApis: [
    { instanceId: "instance-1", id: "api-1", romaAppId: "roma-app-1" },
    { instanceId: "instance-1", id: "api-2", romaAppId: "roma-app-1" },
  ],
  changeOrders: [
    {
      changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0001",
      appId: "app-1",
      clusterType: "ecs",
      batches: 2,
      status: 1,
      held: true,
    },
    {
      changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0002",
      appId: "app-2",
      clusterType: "kubernetes",
      batchType: "Manual",
      batches: 4,
      status: 8,
    },
    { changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0003", appId: "app-3", clusterType: "ecs", status: 2 },
  ],
};

export function plant(cloud: CloudState, seed: Seed): void {
  cloud.meshes = seed.meshes;
  cloud.repositories = seed.repositories;
  cloud.keepTerminatedReleases = seed.keepTerminatedReleases ?? false;
  cloud.rollbackKeepsOrderId = seed.rollbackKeepsOrderId ?? false;
  for (const api of seed.livedataApis ?? []) cloud.addLivedataApi(api);
  for (const order of seed.changeOrders ?? []) cloud.addChangeOrder(order);
}
