import { simulatorCredentials, simulatorProjectId } from "./accounts.js";
import { newPipelines, type BatchType, type ChangeOrder } from "./alicloud/change-order.js";
import type { Journey, Pace } from "./progress.js";
import { defaultRegions } from "./regions.js";

/** An ASM grayscale release task. */
export interface Release {
  region: string;
  projectId: string;
  meshId: string;
  namespace: string;
  uid: string;
  name: string;
  /** As the cloud shows it: with server defaults, keys in another order. */
  spec: { serviceName: string; clusterID: string; deploymentName: string; version: string; type: string } & {
    grayDeployments: { clusterID: string; template: Record<string, unknown> }[];
  };
  /** One of `releasePhases`, or whatever a test writes here. */
  phase: string;
  startTime: string;
  updateTime: string;
  /** Who gets the traffic. The API never shows it, but refuses to cancel unless `original`, and to end unless `gray`. */
  traffic: "original" | "split" | "gray";
  journey: Journey;
}

export interface RomaInstance {
  region: string;
  projectId: string;
  instanceId: string;
}

/** A ROMA custom backend. */
export interface LivedataApi extends RomaInstance {
  id: string;
  name: string;
  path: string;
  method: string;
  version: string;
  romaAppId: string;
  /** 1 to be developed, 3 developing, 4 deployed. */
  status: number;
  /** The status it is on its way to. */
  becoming?: number;
  createdTime: string;
  modifiedTime: string;
  journey: Journey;
}

/** A record of ROMA's deployment history. */
export interface LivedataDeployment extends RomaInstance {
  id: string;
  ldApiId: string;
  groupId: string;
  envId: string;
  frontApiId: string;
  deployTime: string;
}

/** An SWR task that copies every new tag to another region. */
export interface SyncTask {
  region: string;
  projectId: string;
  id: number;
  namespace: string;
  /** With slashes. */
  repository: string;
  remoteRegionId: string;
  remoteNamespace: string;
  /** Only tasks with `true` are listed. */
  syncAuto: boolean;
  override: boolean;
  createdAt: string;
  updatedAt: string;
  domainName: string;
}

export interface Application {
  region: string;
  account: string;
  appId: string;
}

export interface ChangeOrderSeed {
  changeOrderId: string;
  appId: string;
  clusterType: "ecs" | "kubernetes";
  /** @default "Automatic" */
  batchType?: BatchType;
  /** @default 1 */
  batches?: number;
  /** @default 1, running */
  status?: number;
  /** Its batches do not move on by themselves; abort and rollback still work. @default false */
  held?: boolean;
  /** The id of the order that a rollback of this one makes. @default a new UUID */
  rollbackOrderId?: string;
  region?: string;
  account?: string;
}

export interface LivedataApiSeed {
  instanceId: string;
  id: string;
  /** @default "roma-app-1" */
  romaAppId?: string;
  /** @default 3 */
  status?: number;
  name?: string;
  region?: string;
  projectId?: string;
}

/** Everything the simulated cloud holds, as plain records that tests may read and change. */
export class CloudState {
  /** If given, the only meshes that exist; otherwise every mesh does. */
  meshes: string[] | undefined = undefined;
  /** If given, the only SWR repositories that exist, as `namespace/repository`; otherwise every one does. */
  repositories: string[] | undefined = undefined;
  /** Cancelled and ended releases stay visible, in phase `releasePhases.terminated`. */
  keepTerminatedReleases = false;
  /** A rollback goes on under the id of the order it rolls back, instead of a new one. */
  rollbackKeepsOrderId = false;
  releases: Release[] = [];
  romaInstances: RomaInstance[] = [];
  livedataApis: LivedataApi[] = [];
  deployments: LivedataDeployment[] = [];
  syncTasks: SyncTask[] = [];
  applications: Application[] = [];
  changeOrders: ChangeOrder[] = [];
  readonly #pace: Pace;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  addLivedataApi(seed: LivedataApiSeed): LivedataApi {
    const region = seed.region ?? defaultRegions.huaweicloud;
    const projectId = seed.projectId ?? simulatorProjectId(region);
    const place = { region, projectId, instanceId: seed.instanceId };
    const time = new Date(this.#pace.now()).toISOString();
    const api: LivedataApi = {
      ...place,
      id: seed.id,
      name: seed.name ?? seed.id,
      path: `/${seed.id}`,
      method: "GET",
      version: "1.0.0",
      romaAppId: seed.romaAppId ?? "roma-app-1",
      status: seed.status ?? 3,
      createdTime: time,
      modifiedTime: time,
      journey: this.#pace.start(),
    };
    if (!this.hasInstance(place)) this.romaInstances.push(place);
    this.livedataApis.push(api);
    return api;
  }

  addApplication(appId: string, region: string, account: string): void {
    const known = (one: Application): boolean =>
      one.appId === appId && one.region === region && one.account === account;
    if (!this.applications.some(known)) this.applications.push({ region, account, appId });
  }

  addChangeOrder(seed: ChangeOrderSeed): ChangeOrder {
    const region = seed.region ?? defaultRegions.alicloud;
    const account = seed.account ?? simulatorCredentials.huaweicloud.domainName;
    const status = seed.status ?? 1;
    const batchType = seed.batchType ?? "Automatic";
    this.addApplication(seed.appId, region, account);
    const order: ChangeOrder = {
      region,
      account,
      changeOrderId: seed.changeOrderId,
      appId: seed.appId,
      clusterType: seed.clusterType,
      batchType,
      status,
      held: seed.held ?? false,
      coType: "Deploy Application",
      coTypeCode: seed.clusterType === "ecs" ? "CoDeploy" : "CoK8sDeploy",
      createdAt: this.#pace.now(),
      supportRollback: true,
      ...(seed.rollbackOrderId !== undefined && { rollbackOrderId: seed.rollbackOrderId }),
      pipelines: newPipelines(seed.changeOrderId, seed.batches ?? 1, status, this.#pace.now()),
      journey: this.#pace.start(),
    };
    this.changeOrders.push(order);
    return order;
  }

  hasInstance(place: RomaInstance): boolean {
    return this.romaInstances.some(
      (one) =>
        one.region === place.region &&
        one.projectId === place.projectId &&
        one.instanceId === place.instanceId,
    );
  }
}
