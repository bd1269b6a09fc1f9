import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { edasService } from "./alicloud/edas.js";
import { deliver, reset } from "./deliver.js";
import { answer, type Exchange, type World } from "./exchange.js";
import { asmService } from "./huaweicloud/asm.js";
import { iamService } from "./huaweicloud/iam.js";
import { romaService } from "./huaweicloud/roma.js";
import { swrService } from "./huaweicloud/swr.js";
import type { Operation, Service, WireRequest } from "./operation.js";
import { defaultRegions, splitRegion } from "./regions.js";
import { readWireRequest, type RecordedRequest } from "./requests.js";

type Env = { Bindings: HttpBindings };
type Outcome = RecordedRequest["status"];

/** What the server tells about each request, after it was handled. */
export type Recorder = (request: RecordedRequest) => void;

/** The routes of all services; the region in front of a path is looked past. */
export function cloudRoutes(world: World, record: Recorder): Hono<Env> {
  const app = new Hono<Env>({ getPath: (request) => splitRegion(new URL(request.url).pathname).rest });
  const services = [iamService(world.directory), asmService, romaService, swrService, edasService];
  for (const service of services) {
    for (const operation of service.operations) {
      app.on(operation.method, operation.path, (context) =>
        handle(context, world, record, service, operation),
      );
    }
  }
  app.notFound((context) =>
    handle(context, world, record, guessService(context.req.path, services), undefined),
  );
  return app;
}

async function handle(
  context: Context<Env>,
  world: World,
  record: Recorder,
  service: Service,
  operation: Operation | undefined,
): Promise<Response> {
  const request = await readWireRequest(context.env.incoming).catch(() => undefined);
  if (!request) return RESPONSE_ALREADY_SENT;
  const { method, path, headers, body } = request;
  const name = operation?.name ?? "unknown";
  const subject = {
    service: service.name,
    operation: name,
    effect: operation?.effect ?? "write",
    method,
    path,
  };
  const region = regionOf(request, service);
  const refusal = world.rateLimiter.refusalOf({ service: service.name, region }, world.pace.now());
  const fault = refusal ?? world.faults.take(subject);
  const parameters = context.req.param() as Record<string, string>;
  const status = settle(context, world, { service, operation, subject, region, request, parameters, fault });
  if (fault?.kind === "unreachableAfter") world.stopListening(fault.milliseconds);
  const recorded = { ...subject, region, headers, body: body.toString("utf8"), status, at: world.pace.now() };
  const { effect: _, ...shown } = recorded;
  if (refusal) record({ ...shown, throttled: true });
  else record(fault ? { ...shown, fault: fault.kind } : shown);
  return RESPONSE_ALREADY_SENT;
}

function settle(context: Context<Env>, world: World, exchange: Exchange): Outcome {
  const { outgoing } = context.env;
  const { fault } = exchange;
  if (fault?.kind === "resetBefore") return reset(outgoing);
  if (fault?.kind === "hang" && !fault.applied) return "hang";
  try {
    return deliver(outgoing, answer(world, exchange), fault);
  } catch (error) {
    // A fault of the simulator, not of the request: say so to whoever looks at the reply.
    const body = { simulatorError: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    return deliver(outgoing, { status: 500, body }, undefined);
  }
}

function regionOf(request: WireRequest, service: Service): string {
  const [pathname = ""] = request.path.split("?");
  const byDefault = service.name === "edas" ? defaultRegions.alicloud : defaultRegions.huaweicloud;
  return splitRegion(pathname).region ?? byDefault;
}

function guessService(path: string, [iam, asm, roma, swr, edas]: readonly Service[]): Service {
  if (edas && path.startsWith("/pop/")) return edas;
  if (iam && path.startsWith("/v3/")) return iam;
  if (roma && path.includes("/apic/")) return roma;
  if (swr && path.startsWith("/v2/manage/")) return swr;
  return asm ?? asmService;
}

/** Listens on loopback only. */
export function listen(app: Hono<Env>, port: number): Promise<{ server: Server; port: number }> {
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
  }) as Server;
  // No idle connection is closed behind a client's back: resets come from queued faults only.
  server.keepAliveTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve({ server, port: (server.address() as AddressInfo).port });
    });
  });
}
