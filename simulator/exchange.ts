import { randomUUID } from "node:crypto";
import type { Directory } from "./accounts.js";
import { popRefusal, type AlicloudGateway } from "./alicloud/gateway.js";
import { replyOf } from "./fault-replies.js";
import type { FaultKind, FaultQueue, Subject } from "./faults.js";
import { gatewayRefusal, type HuaweiGateway } from "./huaweicloud/gateway.js";
import {
  Refused,
  type Identity,
  type Operation,
  type Reply,
  type Service,
  type WireRequest,
} from "./operation.js";
import type { Pace } from "./progress.js";
import type { RateLimiter } from "./rate-limit.js";
import type { CloudState } from "./state.js";

const CLOCK_SKEW_MILLISECONDS = 20 * 60 * 1000;

/** All that answering a request needs. */
export interface World {
  cloud: CloudState;
  pace: Pace;
  directory: Directory;
  faults: FaultQueue;
  rateLimiter: RateLimiter;
  huaweicloud: HuaweiGateway;
  alicloud: AlicloudGateway;
  /** Refuses connections for so long; those that stand end with the answer that is under way. */
  stopListening: (milliseconds: number) => void;
}

/** A request matched to an operation; no operation if its path is unknown. */
export interface Exchange {
  service: Service;
  operation: Operation | undefined;
  subject: Subject;
  region: string;
  request: WireRequest;
  parameters: Readonly<Record<string, string>>;
  /** A queued fault, or the refusal of what is beyond the rate limit. */
  fault: FaultKind | undefined;
}

/** What the cloud says to a request, with the request's id in it. */
export function answer(world: World, exchange: Exchange): Reply {
  const requestId = randomUUID().toUpperCase();
  const reply = stampedEdas(exchange, outcome(world, exchange, requestId), requestId);
  const idHeader = exchange.service.name === "edas" ? "x-acs-request-id" : "X-Request-Id";
  return { ...reply, headers: { ...reply.headers, [idHeader]: requestId } };
}

function outcome(world: World, exchange: Exchange, requestId: string): Reply {
  const { fault, service, request } = exchange;
  const instead = fault && replyOf(fault, service.name, requestId);
  if (fault?.kind === "expiredToken") world.huaweicloud.expire(request);
  if (instead && !(fault.kind === "serverError" && fault.applied)) return instead;
  try {
    const reply = carryOut(world, exchange, requestId);
    return instead ?? reply;
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

function carryOut(world: World, exchange: Exchange, requestId: string): Reply {
  const { service, operation, request, region, parameters } = exchange;
  if (!operation) throw unknownPath(exchange, requestId);
  const identity = admit(world, exchange, operation, requestId);
  const { cloud, pace } = world;
  return operation.handle({
    ...identity,
    request,
    requestId,
    region,
    cloud,
    pace,
    query: checkedQuery(request, operation, service),
    parameter: (name) => parameters[name] ?? "",
    visible: (items) => visible(world, exchange, items),
  });
}

function admit(world: World, exchange: Exchange, operation: Operation, requestId: string): Identity {
  const { service, request, region, fault, parameters } = exchange;
  const now = world.pace.now() + (fault?.kind === "clockSkew" ? CLOCK_SKEW_MILLISECONDS : 0);
  if (operation.name === "createToken") return { account: { name: "" }, projectId: "" };
  if (service.name === "edas") return world.alicloud.admit(request, operation.name, requestId, now);
  const pathProjectId = parameters["projectId"];
  return world.huaweicloud.admit(request, { service: service.name, region, requestId, now, pathProjectId });
}

function visible<T extends object>(world: World, exchange: Exchange, items: readonly T[]): T[] {
  if (exchange.fault?.kind === "emptyRead") return [];
  return exchange.subject.effect === "list" ? world.faults.withoutLate(exchange.subject, items) : [...items];
}

function checkedQuery(request: WireRequest, operation: Operation, service: Service): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(request.path.split("?")[1] ?? "")) {
    if (!operation.query.includes(name)) throw service.badRequest(`unknown query parameter ${name}`);
    if (query[name] !== undefined) throw service.badRequest(`query parameter ${name} is given twice`);
    query[name] = value;
  }
  return query;
}

function unknownPath({ service }: Exchange, requestId: string): Refused {
  if (service.name === "edas") {
    return popRefusal(
      404,
      "InvalidApi.NotFound",
      "Specified api is not found, please check your url and method.",
      requestId,
    );
  }
  return gatewayRefusal(
    404,
    "APIGW.0101",
    "The API does not exist or has not been published in the environment",
    requestId,
  );
}

/** EDAS puts the request id into its failures, too. */
function stampedEdas(exchange: Exchange, reply: Reply, requestId: string): Reply {
  if (exchange.service.name !== "edas" || typeof reply.body !== "object") return reply;
  return { ...reply, body: { ...reply.body, RequestId: requestId } };
}
