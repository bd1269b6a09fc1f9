import type { z } from "zod";
import type { Account } from "./accounts.js";
import type { Pace } from "./progress.js";
import type { CloudState } from "./state.js";

export type ServiceName = "iam" | "asm" | "roma" | "swr" | "edas";

/** Every operation of the simulated cloud; `unknown` is a path that no service has. */
export const operationNames = [
  "createToken",
  "listProjects",
  "createRelease",
  "getRelease",
  "listReleases",
  "deleteRelease",
  "showLivedataApi",
  "deployLivedataApi",
  "listLivedataDeployments",
  "undeployLivedataApi",
  "createSyncTask",
  "listSyncTasks",
  "deleteSyncTask",
  "getChangeOrderInfo",
  "listRecentChangeOrder",
  "abortChangeOrder",
  "abortAndRollbackChangeOrder",
  "rollbackChangeOrder",
  "continuePipeline",
  "deployApplication",
  "unknown",
] as const;

export type OperationName = (typeof operationNames)[number];

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** With region and query, byte for byte. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** A string body is sent as it is, anything else as JSON. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer that ends the handling of a request. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** On whose behalf a request is handled. `projectId` is empty for EDAS and IAM. */
export interface Identity {
  account: Account;
  projectId: string;
}

/** An accepted request on its way through an operation. */
export interface Call extends Identity {
  request: WireRequest;
  requestId: string;
  region: string;
  cloud: CloudState;
  pace: Pace;
  query: Readonly<Record<string, string>>;
  parameter(name: string): string;
  /** What a read may show: queued faults can hide things. */
  visible<T extends object>(items: readonly T[]): T[];
}

export interface Operation {
  name: OperationName;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Without the region, in Hono's notation. */
  path: string;
  /** Names of the query parameters it takes; others are refused. */
  query: readonly string[];
  effect: "read" | "list" | "write";
  handle(call: Call): Reply;
}

/** One row of a service's table of operations. */
export function operation(
  name: OperationName,
  effect: Operation["effect"],
  method: Operation["method"],
  path: string,
  query: readonly string[],
  handle: Operation["handle"],
): Operation {
  return { name, effect, method, path, query, handle };
}

export interface Service {
  name: ServiceName;
  operations: readonly Operation[];
  badRequest(message: string): Refused;
}

export function parseJson<T>(call: Call, schema: z.ZodType<T>, refuse: (message: string) => Refused): T {
  const text = call.request.body.toString("utf8");
  let value: unknown = {};
  try {
    if (text !== "") value = JSON.parse(text);
  } catch {
    throw refuse("the body is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(`${issue?.path.join(".") || "body"}: ${issue?.message ?? "not accepted"}`);
}

/** Accepts `application/json`, with or without `charset=utf-8` on either side, as the documentation has it. */
export function isJson(call: Call): boolean {
  const type = call.request.headers["content-type"] ?? "";
  const charset = 'charset=(?:utf-?8|"utf-8")';
  return new RegExp(`^(?:${charset}[; ] ?)?application/json(?:; ?${charset})?;?$`, "i").test(type.trim());
}
