// What the tests of grayscale releases declare, and which calls they expect.
import { releasePhases, type Release } from "pulumi-grayscale/simulator";
import { inputNames } from "../../provider/diff.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import type { ResourceSpec } from "../contract.js";
import { simulatorCredentials, type SimulatedCloud } from "../simulated-cloud.js";

export const kind = "huaweicloud:GrayscaleRelease";
const container = {
  name: "reviews",
  image: "reviews:v2",
  env: [{ name: "PASSWORD", value: "hunter22" }],
};
export const template = {
  kind: "Deployment",
  apiVersion: "apps/v1",
  metadata: { name: "reviews-v2", labels: { app: "reviews" } },
  spec: {
    selector: { matchLabels: { app: "reviews" } },
    template: { metadata: { labels: { app: "reviews" } }, spec: { containers: [container] } },
  },
};
export const args = {
  meshId: "mesh-1",
  namespace: "prod",
  name: "reviews-v2",
  serviceName: "reviews",
  clusterId: "cluster-1",
  deploymentName: "reviews-v1",
  version: "v2",
  type: "canary",
  grayDeployments: [{ clusterId: "cluster-1", template }],
  readyPhases: [releasePhases.running],
};
export const releases = "/v2/meshes/mesh-1/namespaces/prod/releases";
export const project = "GET /v3/projects?name=cn-north-4 200";
export const list = "GET /v2/meshes/mesh-1/releases 200";
export const [post, get] = [`POST ${releases} 200`, `GET ${releases}/{uid} 200`];
export const cancel = `DELETE ${releases}/{uid}?action=cancel 200`;

/** A release that somebody else has made, as declared. */
function releaseOf(): Release {
  return {
    region: "cn-north-4",
    projectId: simulatorCredentials.huaweicloud.projectId,
    meshId: "mesh-1",
    namespace: "prod",
    uid: "0c8b4f9e-7a35-4b0e-9d0e-2f6f5a3c1d11",
    name: "reviews-v2",
    spec: {
      version: "v2",
      type: "canary",
      serviceName: "reviews",
      grayDeployments: [{ clusterID: "cluster-1", template: { ...template, status: {} } }],
      deploymentName: "reviews-v1",
      clusterID: "cluster-1",
    },
    phase: releasePhases.running,
    startTime: "2026-01-02T03:04:05.000Z",
    updateTime: "2026-01-02T03:04:05.000Z",
    traffic: "original",
    journey: { reads: 0, since: 0 },
  };
}

export function only({ cloud }: SimulatedCloud): Release {
  const [release] = cloud.releases;
  if (release === undefined) throw new Error("there is no release");
  return release;
}

export const grayscaleReleaseSpec: ResourceSpec = {
  kind,
  cloudName: "huaweicloud",
  inputNames: inputNames(grayscaleRelease),
  args,
  regions: ["cn-north-4", "cn-east-3"],
  id: (cloud) => `cn-north-4/mesh-1/prod/${only(cloud).uid}`,
  outputs: ["uid", "phase", "startTime", "updateTime", "outcome", "requestId"],
  bad: [
    { with: { meshId: "a/b" }, property: "meshId", reason: /only letters/ },
    { with: { namespace: ".." }, property: "namespace", reason: /only letters/ },
    {
      with: { name: "Reviews" },
      property: "name",
      reason: /4 to 64 lower-case.+found a text of 7 characters$/,
    },
    { with: { serviceName: "" }, property: "serviceName", reason: /must not be empty/ },
    { with: { version: 2 }, property: "version", reason: /string/ },
    { with: { grayDeployments: [] }, property: "grayDeployments", reason: /at least one/ },
    {
      with: { grayDeployments: [{ clusterId: "cluster-1", template: { spec: 1 } }] },
      property: "grayDeployments[0].template.spec",
      reason: /spec of a Kubernetes Deployment/,
    },
    {
      with: { grayDeployments: [{ clusterId: "cluster-1", template: { kind: "Pod", spec: {} } }] },
      property: "grayDeployments[0].template.kind",
      reason: /"Deployment"/,
    },
    { with: { ifEndedElsewhere: "stop" }, property: "ifEndedElsewhere", reason: /"keep"/ },
    { with: { onDelete: "abort" }, property: "onDelete", reason: /"cancel"/ },
  ],
  replaced: {
    meshId: "mesh-2",
    namespace: "test",
    name: "reviews-v3",
    serviceName: "ratings",
    clusterId: "cluster-2",
    deploymentName: "reviews-v0",
    version: "v3",
    type: "blue-green",
    grayDeployments: [{ clusterId: "cluster-2", template }],
  },
  actedOn: {},
  stored: {
    readyPhases: ["Running", "Ready"],
    failedPhases: ["Failed"],
    endedPhases: ["Ended"],
    ifEndedElsewhere: "recreate",
    onDelete: "end",
  },
  secret: { args: {}, name: "grayDeployments", value: "hunter22" },
  calls: {
    create: [project, list, post, get],
    refresh: [get],
    destroy: [cancel],
    read: 1,
    write: 2,
    look: list,
    afterLook: [get],
    resume: [get],
  },
  operations: { read: "listReleases", write: "createRelease", refresh: "getRelease" },
  count: ({ cloud }) => cloud.releases.length,
  stuck: {
    progress: { advance: "never" },
    phase:
      /^gave up waiting for the release reviews-v2 to become Running after \d+ s; the phase seen last is Creating$/,
  },
  failing: {
    args: { ...args, failedPhases: [releasePhases.creating] },
    reason: /^the release reviews-v2 is in phase Creating$/,
  },
  unknownId: {
    id: "mesh-1/prod/nothing",
    message: /^no huaweicloud:GrayscaleRelease was found with the id cn-north-4\/mesh-1\/prod\/nothing$/,
  },
  badId: "mesh-1/nothing",
  drift: {
    make: (cloud) => {
      only(cloud).spec.version = "v9";
    },
    inputs: { version: "v9" },
  },
  adoption: {
    plant: ({ cloud }) => void cloud.releases.push(releaseOf()),
    different: { version: "v3" },
    differing: "version",
    adoptCalls: [project, list, get],
    replaceCalls: [project, list, cancel, post, get],
    explicitWay: "cancel",
  },
};
