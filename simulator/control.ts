import { Hono } from "hono";
import { z } from "zod";
import { faultSchema, progressSchema, rateLimitSchema } from "./control-schemas.js";
import { redacted } from "./requests.js";
import { parseSeed, type Seed } from "./seed.js";
import type { Simulator } from "./simulator.js";
import type { CloudState } from "./state.js";

/** The collections whose records can be changed one by one, with the key that tells them apart. */
const keys = {
  releases: "uid",
  livedataApis: "id",
  deployments: "id",
  syncTasks: "id",
  changeOrders: "changeOrderId",
} as const;
type Collection = keyof typeof keys;

/** What the control API works on. */
export interface Controls extends Omit<Simulator, "url" | "config" | "close"> {
  readonly replaceState: (seed: Seed) => void;
}

/** The JSON control API, mounted under `/_control`. It shows no credentials. */
export function controlRoutes(simulator: Controls): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    // A page in a browser must not reach into a simulator that runs on the same machine.
    if (context.req.header("origin") !== undefined) return context.json({ error: "not for browsers" }, 403);
    await next();
    return undefined;
  });
  app.get("/requests", (context) => context.json(simulator.requests.map(redacted)));
  app.delete("/requests", (context) => {
    simulator.clearRequests();
    return context.body(null, 204);
  });
  app.put("/progress", async (context) => {
    simulator.setProgress(progressSchema.parse(await context.req.json()));
    return context.body(null, 204);
  });
  app.post("/faults", async (context) => {
    simulator.queueFault(faultSchema.parse(await context.req.json()));
    return context.body(null, 204);
  });
  app.delete("/faults", (context) => {
    simulator.clearFaults();
    return context.body(null, 204);
  });
  app.put("/rate-limit", async (context) => {
    simulator.setRateLimit(rateLimitSchema.parse(await context.req.json()));
    return context.body(null, 204);
  });
  app.delete("/rate-limit", (context) => {
    simulator.setRateLimit(undefined);
    return context.body(null, 204);
  });
  stateRoutes(app, simulator);
  app.onError((error, context) => {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return context.json({ error: message }, 400);
  });
  return app;
}

function stateRoutes(app: Hono, simulator: Controls): void {
  app.get("/state", (context) => context.json(simulator.cloud));
  app.put("/state", async (context) => {
    simulator.replaceState(parseSeed(await context.req.json()));
    return context.json(simulator.cloud);
  });
  app.patch("/state/:collection/:key", async (context) => {
    const { record } = find(simulator.cloud, context.req.param("collection"), context.req.param("key"));
    const changes = z.record(z.string(), z.unknown()).parse(await context.req.json());
    const unknown = Object.keys(changes).find((name) => !(name in record));
    if (unknown !== undefined) throw new Error(`such a record has no ${unknown}`);
    Object.assign(record, changes);
    simulator.save();
    return context.json(record);
  });
  app.delete("/state/:collection/:key", (context) => {
    const { records, record } = find(
      simulator.cloud,
      context.req.param("collection"),
      context.req.param("key"),
    );
    records.splice(records.indexOf(record), 1);
    simulator.save();
    return context.body(null, 204);
  });
}

function find(cloud: CloudState, collection: string, key: string): { records: object[]; record: object } {
  if (!isCollection(collection))
    throw new Error(`no such collection; there are ${Object.keys(keys).join(", ")}`);
  const records: object[] = cloud[collection];
  const name = keys[collection];
  const record = records.find((one) => String((one as Record<string, unknown>)[name]) === key);
  if (!record) throw new Error(`no ${name} ${key} in ${collection}`);
  return { records, record };
}

function isCollection(name: string): name is Collection {
  return Object.hasOwn(keys, name);
}
