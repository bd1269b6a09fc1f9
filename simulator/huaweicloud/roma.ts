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
import type { LivedataApi, LivedataDeployment, RomaInstance } from "../state.js";
import { DEPLOYED, deployBody, deploymentToWire, toWire, type DeployBody } from "./livedata-body.js";

const DEVELOPING = 3;

function refuse(status: number, code: string, message: string): Refused {
  return new Refused({ status, body: { error_code: code, error_msg: message } });
}

function badRequest(message: string): Refused {
  return refuse(400, "APIG.2011", `Invalid parameter value: ${message}`);
}

function showLivedataApi(call: Call): Reply {
  const api = find(call, call.visible(call.cloud.livedataApis));
  move(api, call, call.pace.stepsOnRead(api.journey));
  return { status: 200, body: toWire(api) };
}

function deployLivedataApi(call: Call): Reply {
  const api = find(call, call.cloud.livedataApis);
  const body = checkedDeploy(call, api);
  const time = new Date(call.pace.now()).toISOString();
  const deployment: LivedataDeployment = {
    ...placeOf(call),
    id: randomUUID().replaceAll("-", ""),
    ldApiId: api.id,
    groupId: body.group_id ?? "",
    envId: body.env_id ?? "",
    frontApiId: body.deploy_front_api ? randomUUID().replaceAll("-", "") : "",
    deployTime: time,
  };
  call.cloud.deployments.push(deployment);
  head(api, DEPLOYED, call);
  return { status: 200, body: deploymentToWire(deployment, api) };
}

function checkedDeploy(call: Call, api: LivedataApi): DeployBody {
  if (call.request.body.length > 0 && !isJson(call))
    throw badRequest("Content-Type must be application/json");
  const body = parseJson(call, deployBody, badRequest);
  if (body.ld_api_id !== undefined && body.ld_api_id !== api.id)
    throw badRequest("ld_api_id differs from the path");
  if (body.deploy_front_api) {
    const needed = ["auth_type", "group_id", "env_id", "protocol"] as const;
    const missing = needed.find((name) => !body[name]);
    if (missing) throw badRequest(`${missing} is required when deploy_front_api is true`);
  }
  if (body.auth_type === "AUTHORIZER" && !body.authorizer_id) {
    throw badRequest("authorizer_id is required when auth_type is AUTHORIZER");
  }
  if (api.status !== DEVELOPING && api.status !== DEPLOYED)
    throw badRequest("the backend API has no script yet");
  if (body.roma_app_id !== undefined && body.roma_app_id !== api.romaAppId) {
    throw refuse(409, "APIG.3479", "The integration application differs from that of the backend API");
  }
  return body;
}

function listLivedataDeployments(call: Call): Reply {
  const api = find(call, call.cloud.livedataApis);
  const own = call.cloud.deployments.filter((one) => isAt(one, placeOf(call)) && one.ldApiId === api.id);
  const newestFirst = call.visible(own).toReversed();
  const offset = Math.max(0, number(call, "offset", 0));
  const limit = number(call, "limit", 20);
  if (limit < 1 || limit > 500) throw badRequest("limit must be 1 to 500");
  const page = newestFirst.slice(offset, offset + limit);
  const histories = page.map((deployment) => deploymentToWire(deployment, api));
  return { status: 200, body: { size: page.length, total: newestFirst.length, histories } };
}

function number(call: Call, name: string, otherwise: number): number {
  const text = call.query[name];
  if (text === undefined) return otherwise;
  if (!/^-?\d+$/.test(text)) throw badRequest(`${name} must be a number`);
  return Number(text);
}

function undeployLivedataApi(call: Call): Reply {
  const api = find(call, call.cloud.livedataApis);
  if (call.request.body.length > 0) throw badRequest("a body is not accepted");
  if (api.status !== DEPLOYED) throw badRequest(`the livedata API is not deployed, id: ${api.id}`);
  head(api, DEVELOPING, call);
  return { status: 204 };
}

function head(api: LivedataApi, status: number, call: Call): void {
  api.becoming = status;
  api.journey = call.pace.start();
  move(api, call, call.pace.stepsAtOnce());
}

function move(api: LivedataApi, call: Call, steps: number): void {
  if (steps < 1 || api.becoming === undefined) return;
  api.status = api.becoming;
  api.modifiedTime = new Date(call.pace.now()).toISOString();
  delete api.becoming;
}

function find(call: Call, apis: readonly LivedataApi[]): LivedataApi {
  const place = placeOf(call);
  if (!call.cloud.hasInstance(place)) {
    throw refuse(404, "APIG.3030", `The instance does not exist;id:${place.instanceId}`);
  }
  const id = call.parameter("apiId");
  const found = apis.find((one) => one.id === id && isAt(one, place));
  if (!found) throw refuse(404, "APIG.3084", `The livedata API does not exist, id: ${id}`);
  return found;
}

function placeOf(call: Call): RomaInstance {
  return { region: call.region, projectId: call.projectId, instanceId: call.parameter("instanceId") };
}

function isAt(thing: RomaInstance, place: RomaInstance): boolean {
  return (
    thing.instanceId === place.instanceId &&
    thing.projectId === place.projectId &&
    thing.region === place.region
  );
}

const path = "/v2/:projectId/apic/instances/:instanceId/livedata-apis/:apiId";
const operations: Operation[] = [
  operation("showLivedataApi", "read", "GET", path, [], showLivedataApi),
  operation("deployLivedataApi", "write", "POST", `${path}/deploy`, [], deployLivedataApi),
  operation(
    "listLivedataDeployments",
    "list",
    "GET",
    `${path}/deploy`,
    ["offset", "limit"],
    listLivedataDeployments,
  ),
  operation("undeployLivedataApi", "write", "POST", `${path}/undeploy`, [], undeployLivedataApi),
];

export const romaService: Service = { name: "roma", operations, badRequest };
