import type { ExportedState, StoredResource } from "../../tools/stack.js";
import { simulatorProjectId } from "pulumi-grayscale/simulator";
import { region, type SimulatedCloud } from "../simulated-cloud.js";

const placeholder = "http://simulator.invalid";

/** A state as it is kept: without the places of this machine, and with a placeholder for the simulated cloud. */
export function toFixture(state: ExportedState, cloud: SimulatedCloud): string {
  const withoutPlaces = (key: string, value: unknown): unknown =>
    key === "sourcePosition" || key === "stackTrace" ? undefined : value;
  return `${JSON.stringify(state, withoutPlaces, 2).replaceAll(cloud.url, placeholder)}\n`;
}

/** The text of a state for `pulumi stack import`, of a cloud that runs now. */
export function fromFixture(text: string, cloud: SimulatedCloud): string {
  return text.replaceAll(placeholder, cloud.url);
}

/** Lets everything that a state knows of be there. */
export function plantAll(cloud: SimulatedCloud, text: string): void {
  const { deployment } = JSON.parse(text) as ExportedState;
  for (const resource of deployment.resources ?? []) plantings[resource.type]?.(cloud, resource);
}

type Outputs = Record<string, string> & { unfinished?: object; statusCode?: number; taskId?: number };

const place = { region, projectId: simulatorProjectId(region) };
const time = "2026-11-23T00:00:00.000Z";

const plantings: Record<string, (cloud: SimulatedCloud, resource: StoredResource) => void> = {
  "pulumi-nodejs:dynamic/huaweicloud:GrayscaleRelease": ({ cloud }, resource) => {
    const outputs = outputsOf(resource);
    if (outputs["outcome"] === "endedElsewhere") return;
    const gray = resource.outputs?.["grayDeployments"] as { clusterId: string; template: object }[];
    cloud.releases.push({
      ...place,
      meshId: outputs["meshId"] ?? "",
      namespace: outputs["namespace"] ?? "",
      uid: outputs["uid"] ?? "",
      name: outputs["name"] ?? "",
      spec: {
        serviceName: outputs["serviceName"] ?? "",
        clusterID: outputs["clusterId"] ?? "",
        deploymentName: outputs["deploymentName"] ?? "",
        version: outputs["version"] ?? "",
        type: outputs["type"] ?? "",
        grayDeployments: gray.map(({ clusterId, template }) => ({
          clusterID: clusterId,
          template: { ...template },
        })),
      },
      phase: outputs["phase"] ?? "",
      startTime: outputs["startTime"] ?? time,
      updateTime: outputs["updateTime"] ?? time,
      traffic: "original",
      journey: { reads: 0, since: 0 },
    });
  },

  "pulumi-nodejs:dynamic/huaweicloud:LivedataDeployment": ({ cloud }, resource) => {
    const {
      instanceId = "",
      apiId = "",
      deploymentId = "",
      deployTime = time,
      unfinished,
    } = outputsOf(resource);
    const api = cloud.livedataApis.find(({ id }) => id === apiId);
    if (api === undefined) throw new Error(`the simulated cloud has no API ${apiId}`);
    Object.assign(api, unfinished === undefined ? { status: 4 } : { becoming: 4 });
    const front = { groupId: "", envId: "", frontApiId: "" };
    cloud.deployments.push({ ...place, instanceId, id: deploymentId, ldApiId: apiId, ...front, deployTime });
  },

  "pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask": ({ cloud }, resource) => {
    const outputs = outputsOf(resource);
    cloud.syncTasks.push({
      ...place,
      id: outputs.taskId ?? 0,
      namespace: outputs["namespace"] ?? "",
      repository: outputs["repository"] ?? "",
      remoteRegionId: outputs["targetRegion"] ?? "",
      remoteNamespace: outputs["targetNamespace"] ?? "",
      syncAuto: true,
      override: false,
      createdAt: outputs["createdAt"] ?? time,
      updatedAt: outputs["updatedAt"] ?? time,
      domainName: "simulated-account",
    });
  },

  "pulumi-nodejs:dynamic/alicloud:ChangeOrder": ({ cloud }, resource) => {
    const { changeOrderId, statusCode = 2 } = outputsOf(resource);
    for (const order of cloud.changeOrders) {
      if (order.changeOrderId === changeOrderId) order.status = statusCode;
    }
  },
};

function outputsOf({ outputs }: StoredResource): Outputs {
  return (outputs ?? {}) as Outputs;
}
