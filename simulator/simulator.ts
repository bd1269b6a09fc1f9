import type { Server } from "node:http";
import { Directory, type Account } from "./accounts.js";
import { AlicloudGateway } from "./alicloud/gateway.js";
import { controlRoutes, type Controls } from "./control.js";
import type { World } from "./exchange.js";
import { FaultQueue, type Fault } from "./faults.js";
import { HuaweiGateway } from "./huaweicloud/gateway.js";
import { Pace, type Progress } from "./progress.js";
import { pulumiConfig, type PulumiConfig } from "./pulumi-config.js";
import { RateLimiter, type RateLimit } from "./rate-limit.js";
import type { RecordedRequest } from "./requests.js";
import { exampleSeed, parseSeed, plant, type Seed } from "./seed.js";
import { cloudRoutes, listen } from "./server.js";
import { CloudState } from "./state.js";
import { StateFile } from "./state-file.js";

/** How to start a simulated cloud. */
export interface SimulatorOptions {
  /** @default 0, any free port */
  port?: number;
  /** Survive restarts: read at start if it exists (then `seed` is not used), written after each change. */
  stateFile?: string;
  /** What the cloud holds at the start; `readSeed` reads it from a JSON file. @default `exampleSeed` */
  seed?: Seed;
  /** @default `{ advance: "immediately" }` */
  progress?: Progress;
  /** How many requests are served; those beyond are refused. @default none is refused */
  rateLimit?: RateLimit;
  /** Accounts beside the one of `simulatorCredentials`. */
  accounts?: Account[];
  /** How long IAM tokens live. @default 24 hours */
  tokenLifetimeSeconds?: number;
  /** The time, in milliseconds since 1970. @default the system's */
  clock?: () => number;
  /** Called after each request on the cloud paths. The record holds credentials: see `redacted`. */
  onRequest?: (request: RecordedRequest) => void;
}

/** A simulated cloud that runs. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`; a region may follow as the first path segment. */
  readonly url: string;
  /** With which a Pulumi program finds it: `await stack.setAllConfig(simulator.config)`. */
  readonly config: PulumiConfig;
  /** Every request on the cloud paths, oldest first, with all it carried. */
  readonly requests: readonly RecordedRequest[];
  /** What the cloud holds; change it to make drift. */
  readonly cloud: CloudState;
  readonly clearRequests: () => void;
  readonly setProgress: (progress: Progress) => void;
  /** Lets the next matching request meet it. */
  readonly queueFault: (fault: Fault) => void;
  readonly clearFaults: () => void;
  /** From now on; nothing lifts the limit. What was served before does not count. */
  readonly setRateLimit: (limit: RateLimit | undefined) => void;
  /** Writes the state file now: needed only after changing `cloud` by hand. */
  readonly save: () => void;
  /** Ends all connections, also those in use, and writes the state file. Closing twice is fine. */
  readonly close: () => Promise<void>;
}

/** Starts a cloud on a loopback port. A seed that breaks a rule is refused with its path and that rule. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = parseSeed(options.seed ?? exampleSeed);
  const world = createWorld(options);
  const file = options.stateFile === undefined ? undefined : new StateFile(options.stateFile, world.cloud);
  if (!file?.load()) plant(world.cloud, seed);
  file?.save();
  const requests: RecordedRequest[] = [];
  const controls = controlsOf(world, requests, () => file?.save());
  const app = cloudRoutes(world, (request) => {
    requests.push(request);
    file?.save();
    options.onRequest?.(request);
  });
  app.route("/_control", controlRoutes(controls));
  const { server, port } = await listen(app, options.port ?? 0);
  let listenAgain: NodeJS.Timeout | undefined;
  world.stopListening = (milliseconds) => {
    clearTimeout(listenAgain);
    server.close();
    listenAgain = setTimeout(() => server.listen(port, "127.0.0.1"), milliseconds);
  };
  const { replaceState: _, ...offered } = controls;
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => {
    clearTimeout(listenAgain);
    closing ??= close(server).then(() => file?.save());
    return closing;
  };
  const url = `http://127.0.0.1:${port}`;
  return { ...offered, url, config: pulumiConfig(url), close: closeOnce };
}

function createWorld(options: SimulatorOptions): World {
  const pace = new Pace(options.progress ?? { advance: "immediately" }, options.clock ?? Date.now);
  const directory = new Directory(options.accounts, options.tokenLifetimeSeconds);
  return {
    cloud: new CloudState(pace),
    pace,
    directory,
    faults: new FaultQueue(),
    rateLimiter: new RateLimiter(options.rateLimit),
    huaweicloud: new HuaweiGateway(directory),
    alicloud: new AlicloudGateway(directory),
    stopListening: () => undefined,
  };
}

function controlsOf(world: World, requests: RecordedRequest[], save: () => void): Controls {
  const { cloud, pace, faults } = world;
  return {
    cloud,
    requests,
    save,
    clearRequests: () => void requests.splice(0),
    setProgress(progress) {
      pace.progress = progress;
    },
    queueFault: (fault) =>
      faults.add(
        fault,
        new Set<object>([...cloud.releases, ...cloud.deployments, ...cloud.syncTasks, ...cloud.changeOrders]),
      ),
    clearFaults: () => faults.clear(),
    setRateLimit(limit) {
      world.rateLimiter = new RateLimiter(limit);
    },
    replaceState(seed) {
      Object.assign(cloud, new CloudState(pace));
      plant(cloud, seed);
      save();
    },
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!server.listening) {
      server.closeAllConnections();
      resolve();
      return;
    }
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
