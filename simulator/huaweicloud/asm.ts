import { randomUUID } from "node:crypto";
import {
  isJson,
  parseJson,
  Refused,
  type Call,
  operation,
  type Operation,
  type Reply,
  type Service,
} from "../operation.js";
import type { Release } from "../state.js";
import { releaseBody, toWire, type ReleaseBody } from "./release-body.js";
import { asStored } from "./server-defaults.js";

/** Invented: no published page says which phases there are. */
export const releasePhases = { creating: "Creating", running: "Running", terminated: "Terminated" } as const;

function refuse(status: number, errorMsg: string): Refused {
  return new Refused({ status, body: { errorCode: `ASM.01${status}001`, errorMsg } });
}

function badRequest(message: string): Refused {
  return refuse(400, `Invalid request: ${message}`);
}

function createRelease(call: Call): Reply {
  const { metadata, spec } = checkedRelease(call);
  const place = placeOf(call);
  const others = call.cloud.releases.filter(
    (one) =>
      one.phase !== releasePhases.terminated && isAt(one, place) && one.namespace === metadata.namespace,
  );
  if (others.some((one) => one.name === metadata.name)) {
    throw refuse(409, `The release ${metadata.name} already exists.`);
  }
  if (others.some((one) => one.spec.serviceName === spec.serviceName)) {
    throw refuse(409, `The service ${spec.serviceName} already has a running grayscale release task.`);
  }
  const time = new Date(call.pace.now()).toISOString();
  const release: Release = {
    ...place,
    namespace: metadata.namespace,
    uid: randomUUID(),
    name: metadata.name,
    spec: {
      ...spec,
      grayDeployments: spec.grayDeployments.map((gray) => ({
        clusterID: gray.clusterID,
        template: asStored(gray.template),
      })),
    },
    phase: releasePhases.creating,
    startTime: time,
    updateTime: time,
    traffic: "original",
    journey: call.pace.start(),
  };
  move(release, call, call.pace.stepsAtOnce());
  call.cloud.releases.push(release);
  return { status: 200, body: toWire(release) };
}

function checkedRelease(call: Call): ReleaseBody {
  requireJson(call);
  requireMesh(call);
  const body = parseJson(call, releaseBody, badRequest);
  if (body.metadata.namespace !== call.parameter("namespace")) {
    throw badRequest("metadata.namespace differs from the namespace in the path");
  }
  if (body.metadata.meshID !== undefined && body.metadata.meshID !== call.parameter("meshId")) {
    throw badRequest("metadata.meshID differs from the mesh in the path");
  }
  return body;
}

function getRelease(call: Call): Reply {
  requireMesh(call);
  const release = find(call, call.visible(call.cloud.releases));
  move(release, call, call.pace.stepsOnRead(release.journey));
  return { status: 200, body: toWire(release) };
}

function listReleases(call: Call): Reply {
  requireMesh(call);
  const place = placeOf(call);
  const releases = call.visible(call.cloud.releases.filter((one) => isAt(one, place)));
  for (const release of releases) move(release, call, call.pace.stepsOnRead(release.journey));
  return { status: 200, body: { kind: "ReleaseList", apiVersion: "asm/v2", items: releases.map(toWire) } };
}

function deleteRelease(call: Call): Reply {
  requireJson(call);
  requireMesh(call);
  if (call.request.body.length > 0) throw badRequest("a body is not accepted");
  const action = call.query["action"];
  if (action !== "cancel" && action !== "end") throw badRequest("action must be cancel or end");
  const release = find(call, call.cloud.releases);
  const terminated = release.phase === releasePhases.terminated;
  if (!terminated && action === "cancel" && release.traffic !== "original") {
    throw badRequest("to cancel the task, the original version must take over all traffic");
  }
  if (!terminated && action === "end" && release.traffic !== "gray") {
    throw badRequest("to end the task, the grayscale version must take over all traffic");
  }
  if (call.cloud.keepTerminatedReleases && !terminated) {
    release.phase = releasePhases.terminated;
    release.updateTime = new Date(call.pace.now()).toISOString();
  } else {
    call.cloud.releases = call.cloud.releases.filter((one) => one !== release);
  }
  return { status: 200 };
}

function move(release: Release, call: Call, steps: number): void {
  if (steps < 1 || release.phase !== releasePhases.creating) return;
  release.phase = releasePhases.running;
  release.updateTime = new Date(call.pace.now()).toISOString();
}

function find(call: Call, releases: readonly Release[]): Release {
  const place = placeOf(call);
  const uid = call.parameter("releaseId");
  const namespace = call.parameter("namespace");
  const found = releases.find((one) => isAt(one, place) && one.namespace === namespace && one.uid === uid);
  if (!found) throw refuse(404, `The release ${uid} was not found.`);
  return found;
}

function placeOf(call: Call): { region: string; projectId: string; meshId: string } {
  return { region: call.region, projectId: call.projectId, meshId: call.parameter("meshId") };
}

function isAt(release: Release, place: ReturnType<typeof placeOf>): boolean {
  return (
    release.meshId === place.meshId &&
    release.projectId === place.projectId &&
    release.region === place.region
  );
}

function requireMesh(call: Call): void {
  const meshId = call.parameter("meshId");
  if (call.cloud.meshes && !call.cloud.meshes.includes(meshId))
    throw refuse(404, `The mesh ${meshId} was not found.`);
}

function requireJson(call: Call): void {
  if (!isJson(call)) throw badRequest("Content-Type must be application/json");
}

const inNamespace = "/v2/meshes/:meshId/namespaces/:namespace/releases";
const operations: Operation[] = [
  operation("createRelease", "write", "POST", inNamespace, [], createRelease),
  operation("getRelease", "read", "GET", `${inNamespace}/:releaseId`, [], getRelease),
  operation("listReleases", "list", "GET", "/v2/meshes/:meshId/releases", [], listReleases),
  operation("deleteRelease", "write", "DELETE", `${inNamespace}/:releaseId`, ["action"], deleteRelease),
];

export const asmService: Service = { name: "asm", operations, badRequest };
