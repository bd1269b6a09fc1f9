// Every request that a resource makes in its life: each is a place where a fault can hit.
import { orderStatus, releasePhases, type OperationName, type Seed } from "pulumi-grayscale/simulator";
import type { Properties } from "../dynamic-host.js";
import { args as release } from "../resources/grayscale-release.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

/** What Pulumi is about when the fault hits; `resume` is the update of something unfinished. */
type Phase = "create" | "refresh" | "resume" | "destroy";

/** One request of a phase; those of a phase stand in the order in which they are made. */
interface Step {
  readonly phase: Phase;
  readonly does: string;
  readonly operation: OperationName;
  /** How many requests of the same operation come before it in the phase. @default 0 */
  readonly skip?: number;
  readonly effect: "read" | "write";
  /** Of a write: what shows whether it was carried out, and how many of the same come before it in the phase. */
  readonly shownBy?: { readonly operation: OperationName; readonly skip: number };
}

/** A resource as the matrix declares it. `name` keeps the things of its many cases apart. */
interface Subject {
  readonly title: string;
  readonly kind: string;
  readonly args: (name: string) => Properties;
  /** How it is declared before a phase other than `create`, if otherwise: that create may stay unfinished. */
  readonly before?: Properties;
  readonly seed?: (name: string) => Seed;
  readonly holds: (cloud: SimulatedCloud, name: string) => unknown;
  /** What the cloud holds when all is as declared, and when it is destroyed. */
  readonly made: unknown;
  readonly left: unknown;
  readonly steps: readonly Step[];
}

export interface Lane extends Omit<Subject, "steps">, Step {
  readonly name: string;
  /** The request before this one, if it is not the first of its phase. */
  readonly previous: Step | undefined;
}

const read = (phase: Phase, does: string, operation: OperationName, skip = 0): Step => ({
  phase,
  does,
  operation,
  skip,
  effect: "read",
});
const write = (
  phase: Phase,
  does: string,
  operation: OperationName,
  shownBy: OperationName,
  shownBefore: number,
): Step => ({
  phase,
  does,
  operation,
  effect: "write",
  shownBy: { operation: shownBy, skip: shownBefore },
});

/** A change order that waits for a person between its batches. */
const pausedOrder =
  (clusterType: "ecs" | "kubernetes") =>
  (name: string): Seed => ({
    changeOrders: [
      {
        changeOrderId: name,
        appId: `app-${name}`,
        clusterType,
        batchType: "Manual",
        batches: 2,
        status: orderStatus.waitingForConfirmation,
        rollbackOrderId: `${name}-rollback`,
      },
    ],
  });
const statusesOf = ({ cloud }: SimulatedCloud, name: string): number[] =>
  cloud.changeOrders.filter(({ appId }) => appId === `app-${name}`).map(({ status }) => status);

const subjects: readonly Subject[] = [
  {
    title: "GrayscaleRelease",
    kind: "huaweicloud:GrayscaleRelease",
    args: (name) => ({ ...release, meshId: name, readyPhases: [releasePhases.running] }),
    holds: ({ cloud }, name) => cloud.releases.filter(({ meshId }) => meshId === name).length,
    made: 1,
    left: 0,
    steps: [
      read("create", "look", "listReleases"),
      write("create", "start", "createRelease", "listReleases", 1),
      read("create", "wait", "getRelease"),
      read("refresh", "look", "getRelease"),
      read("resume", "wait", "getRelease"),
      write("destroy", "end", "deleteRelease", "getRelease", 0),
    ],
  },
  {
    title: "LivedataDeployment",
    kind: "huaweicloud:LivedataDeployment",
    args: (name) => ({
      instanceId: name,
      apiId: "api-1",
      frontApi: { authType: "APP", groupId: "group-1", envId: "release", protocol: "HTTPS" },
    }),
    seed: (name) => ({ livedataApis: [{ instanceId: name, id: "api-1" }] }),
    holds: ({ cloud }, name) => ({
      status: cloud.livedataApis.find(({ instanceId }) => instanceId === name)?.status,
      deployments: cloud.deployments.filter(({ instanceId }) => instanceId === name).length,
    }),
    made: { status: 4, deployments: 1 },
    left: { status: 3, deployments: 1 },
    steps: [
      read("create", "look", "showLivedataApi"),
      read("create", "history", "listLivedataDeployments"),
      write("create", "deploy", "deployLivedataApi", "listLivedataDeployments", 1),
      read("create", "wait", "showLivedataApi", 1),
      read("refresh", "look", "showLivedataApi"),
      read("refresh", "record", "listLivedataDeployments"),
      read("resume", "record", "listLivedataDeployments"),
      read("resume", "wait", "showLivedataApi"),
      read("destroy", "look", "showLivedataApi"),
      write("destroy", "undeploy", "undeployLivedataApi", "showLivedataApi", 1),
      read("destroy", "wait", "showLivedataApi", 1),
    ],
  },
  {
    title: "ImageSyncTask",
    kind: "huaweicloud:ImageSyncTask",
    args: (name) => ({
      namespace: name,
      repository: "a/b",
      targetRegion: "cn-east-3",
      targetNamespace: "copy",
    }),
    holds: ({ cloud }, name) => cloud.syncTasks.filter(({ namespace }) => namespace === name).length,
    made: 1,
    left: 0,
    steps: [
      read("create", "look", "listSyncTasks"),
      write("create", "create", "createSyncTask", "listSyncTasks", 1),
      read("create", "confirm", "listSyncTasks", 1),
      read("refresh", "look", "listSyncTasks"),
      read("resume", "wait", "listSyncTasks"),
      write("destroy", "delete", "deleteSyncTask", "listSyncTasks", 0),
    ],
  },
  {
    title: "ChangeOrder, aborted",
    kind: "alicloud:ChangeOrder",
    args: (name) => ({ changeOrderId: name, desiredState: "aborted", onDelete: "abort" }),
    before: { desiredState: "completed" },
    seed: pausedOrder("kubernetes"),
    holds: statusesOf,
    made: [orderStatus.aborted],
    left: [orderStatus.aborted],
    steps: [
      read("create", "look", "getChangeOrderInfo"),
      write("create", "abort", "abortChangeOrder", "getChangeOrderInfo", 1),
      read("create", "wait", "getChangeOrderInfo", 1),
      read("refresh", "look", "getChangeOrderInfo"),
      read("resume", "look", "getChangeOrderInfo"),
      write("resume", "abort", "abortChangeOrder", "getChangeOrderInfo", 1),
      read("resume", "wait", "getChangeOrderInfo", 1),
      read("destroy", "look", "getChangeOrderInfo"),
      write("destroy", "abort", "abortChangeOrder", "getChangeOrderInfo", 1),
      read("destroy", "wait", "getChangeOrderInfo", 1),
    ],
  },
  {
    title: "ChangeOrder, completed",
    kind: "alicloud:ChangeOrder",
    args: (name) => ({ changeOrderId: name, desiredState: "completed", confirmBatches: true }),
    seed: pausedOrder("kubernetes"),
    holds: statusesOf,
    made: [orderStatus.succeeded],
    left: [orderStatus.succeeded],
    steps: [write("create", "confirm", "continuePipeline", "getChangeOrderInfo", 1)],
  },
  // By its application, in whose list a roll back can be found: of an order that is named alone, nobody can tell.
  ...(
    [
      // By the application alone, and by both ids.
      ["ecs", "ECS", "rollbackChangeOrder", (name: string) => ({ appId: `app-${name}` })],
      [
        "kubernetes",
        "Kubernetes",
        "abortAndRollbackChangeOrder",
        (name: string) => ({ changeOrderId: name, appId: `app-${name}` }),
      ],
    ] as const
  ).map(([clusterType, word, operation, ids]): Subject => ({
    title: `ChangeOrder, rolled back on ${word}`,
    kind: "alicloud:ChangeOrder",
    args: (name) => ({ ...ids(name), desiredState: "rolledBack", clusterType }),
    seed: pausedOrder(clusterType),
    holds: statusesOf,
    made: [orderStatus.aborted, orderStatus.succeeded],
    left: [orderStatus.aborted, orderStatus.succeeded],
    steps: [
      ...(clusterType === "ecs" ? [read("create", "find", "listRecentChangeOrder")] : []),
      read("create", "look for a roll back", "listRecentChangeOrder", clusterType === "ecs" ? 1 : 0),
      write("create", "roll back", operation, "listRecentChangeOrder", clusterType === "ecs" ? 3 : 2),
      read("create", "wait", "getChangeOrderInfo", 1),
    ],
  })),
];

export const lanes: readonly Lane[] = subjects.flatMap(({ steps, ...subject }, number) =>
  steps.map((step, index) => {
    const previous = steps[index - 1];
    return {
      ...subject,
      ...step,
      name: `case-${number + 1}-${String(index + 1).padStart(2, "0")}`,
      previous: previous?.phase === step.phase ? previous : undefined,
    };
  }),
);
