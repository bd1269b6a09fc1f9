import { z } from "zod";
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
import { huaweiRegions } from "../regions.js";
import type { SyncTask } from "../state.js";

const NAMESPACE = /^[a-z][a-z0-9]*(?:(?:[.-]|_{1,2})[a-z0-9]+)*$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[./-]|_{1,2})[a-z0-9]+)*$/;

const target = { remoteRegionId: z.string().min(1), remoteNamespace: z.string().max(64).regex(NAMESPACE) };
const createBody = z.strictObject({
  ...target,
  syncAuto: z.boolean().optional(),
  override: z.boolean().optional(),
});
const deleteBody = z.strictObject(target);
type Target = z.infer<typeof deleteBody>;

/** The service answers in its old and its new form at once. */
function refuse(status: number, code: string, message: string): Refused {
  const full = `SVCSTG.SWR.${code}`;
  return new Refused({
    status,
    body: {
      errors: [
        { errorCode: full, errorMessage: message, detail: message, encoded_authorization_message: "" },
      ],
      error_code: full,
      error_msg: message,
      details: [{ error_code: full, error_msg: message }],
      encoded_authorization_message: "",
    },
  });
}

function badRequest(message: string): Refused {
  return refuse(400, "4000014", `Invalid request: ${message}`);
}

function badBody(message: string): Refused {
  return refuse(400, "4001014", `Invalid or missing parameter: ${message}`);
}

function createSyncTask(call: Call): Reply {
  const repository = checkedRepository(call);
  const body = parseJson(call, createBody, badBody);
  if (!huaweiRegions.includes(body.remoteRegionId)) throw refuse(500, "5001101", "Internal error");
  if (find(call, repository, body)) {
    // The text was seen; the code is invented.
    throw refuse(400, "4001157", "duplicate sync repo");
  }
  const time = fraction(call.pace.now());
  call.cloud.syncTasks.push({
    ...repository,
    id: Math.max(0, ...call.cloud.syncTasks.map((one) => one.id)) + 1,
    remoteRegionId: body.remoteRegionId,
    remoteNamespace: body.remoteNamespace,
    syncAuto: body.syncAuto ?? false,
    override: body.override ?? false,
    createdAt: time,
    updatedAt: time,
    domainName: call.account.name,
  });
  return { status: 200 };
}

function listSyncTasks(call: Call): Reply {
  const repository = checkedRepository(call);
  const tasks = call.cloud.syncTasks.filter((one) => one.syncAuto && isIn(one, repository));
  return { status: 200, body: call.visible(tasks).map(toWire) };
}

function deleteSyncTask(call: Call): Reply {
  const repository = checkedRepository(call);
  const body = parseJson(call, deleteBody, badBody);
  const task = find(call, repository, body);
  // The documentation promises 404 here; this is what the service was seen to do.
  if (!task) throw refuse(400, "4001158", "The synchronization task does not exist");
  call.cloud.syncTasks = call.cloud.syncTasks.filter((one) => one !== task);
  return { status: 200 };
}

interface Repository {
  region: string;
  projectId: string;
  namespace: string;
  repository: string;
}

function checkedRepository(call: Call): Repository {
  if (!isJson(call)) throw badRequest("Content-Type must be application/json");
  if (call.request.method === "GET" && call.request.body.length > 0)
    throw badRequest("a body is not accepted");
  const namespace = call.parameter("namespace");
  if (namespace.length > 64 || !NAMESPACE.test(namespace))
    throw refuse(400, "4001028", "Invalid organization name");
  const inPath = call.parameter("repository");
  const repository = inPath.replaceAll("$", "/");
  if (inPath.includes("/") || repository.length > 128 || !REPOSITORY.test(repository)) {
    throw refuse(400, "4001029", "Invalid image repository name; a slash is sent as a dollar sign");
  }
  const known = call.cloud.repositories;
  if (known && !known.some((one) => one.startsWith(`${namespace}/`))) {
    throw refuse(404, "4040058", "The organization does not exist");
  }
  if (known && !known.includes(`${namespace}/${repository}`)) {
    throw refuse(404, "4040010", "The image repository does not exist");
  }
  return { region: call.region, projectId: call.projectId, namespace, repository };
}

function find(call: Call, repository: Repository, to: Target): SyncTask | undefined {
  return call.cloud.syncTasks.find(
    (one) =>
      isIn(one, repository) &&
      one.remoteRegionId === to.remoteRegionId &&
      one.remoteNamespace === to.remoteNamespace,
  );
}

function isIn(task: SyncTask, place: Repository): boolean {
  return (
    task.repository === place.repository &&
    task.namespace === place.namespace &&
    task.projectId === place.projectId &&
    task.region === place.region
  );
}

function toWire(task: SyncTask): Record<string, unknown> {
  const { id, namespace, remoteRegionId, remoteNamespace, syncAuto, override, createdAt, updatedAt } = task;
  return {
    id,
    namespace,
    repoName: task.repository,
    remoteRegionId,
    remoteNamespace,
    syncAuto,
    override,
    createdAt,
    updatedAt,
    domainID: `domain-${task.domainName}`,
    domainName: task.domainName,
  };
}

function fraction(time: number): string {
  return new Date(time).toISOString().replace("Z", "123Z");
}

const path = "/v2/manage/namespaces/:namespace/repos/:repository/sync_repo";
const operations: Operation[] = [
  operation("createSyncTask", "write", "POST", path, [], createSyncTask),
  operation("listSyncTasks", "list", "GET", path, [], listSyncTasks),
  operation("deleteSyncTask", "write", "DELETE", path, [], deleteSyncTask),
];

export const swrService: Service = { name: "swr", operations, badRequest };
