// One killed run: `up` or `destroy` is killed at a point, then `recover`, `up` and `destroy` as an unattended job has them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecordedRequest } from "pulumi-grayscale/simulator";
import {
  openStack,
  type OpenedStack,
  type OperationOptions,
  type Outcome,
  type StoredResource,
} from "../../tools/stack.js";
import { contentsOf, credentialsIn, everythingSaid } from "../leaks.js";
import { quickStart } from "../quick-start.js";
import { recover } from "../recover.js";
import { simulatorCredentials, startCloud, type SimulatedCloud } from "../simulated-cloud.js";
import type { Point } from "./points.js";
import { isAlive, processesOf, type ProcessTree } from "./processes.js";
import {
  heldApplication,
  isOffline,
  letUndeploy,
  secretArgument,
  tourOn,
  wrongAfterDestroy,
  wrongAfterUp,
} from "./program.js";

export interface Result {
  readonly point: Point;
  /** Where the kill really landed, by the simulator's log and the state. */
  readonly landed: string;
  /** How long after the kill `pulumi` was gone; nothing where the run had ended before. */
  readonly endedAfterSeconds?: number | undefined;
  /** What the engine left behind. */
  readonly left: string;
  readonly problems: readonly string[];
}

/** What a killed run leaves; nothing of it was awaited for longer than it takes to look. */
interface Remains {
  readonly locks: number;
  readonly pending: readonly string[];
  readonly stored: number;
  readonly hostLives: boolean;
}

const stackName = "chaos";

const { huaweicloud, alicloud } = simulatorCredentials;
const temporaryKeys = Object.fromEntries(
  Object.entries({ huaweicloud: huaweicloud.temporary, alicloud: alicloud.temporary }).flatMap(
    ([cloud, pair]) =>
      Object.entries(pair).map(([name, value]) => [`${cloud}:${name}`, { value, secret: true }] as const),
  ),
);

export async function runPoint(point: Point): Promise<Result> {
  const problems: string[] = [];
  let struck: Struck | undefined;
  const watched = { hear: (_request: RecordedRequest): void => undefined };
  const cloud = await startCloud({
    progress: { advance: "afterReads", reads: 2 },
    onRequest: (request) => watched.hear(request),
  });
  const { clusterType = "ecs" } = point;
  for (const order of cloud.cloud.changeOrders) {
    if (order.appId === heldApplication) order.clusterType = clusterType;
  }
  const stack = await openStack({
    program: tourOn(clusterType),
    stackName,
    config: { ...cloud.config, ...temporaryKeys, "grayscale:requestTimeoutSeconds": "2" },
    environment: {
      ...quickStart,
      ...(point.withoutCheckpoints && { PULUMI_SKIP_CHECKPOINTS: "true" }),
      ...(point.withoutBridge === true && { PULUMI_GRAYSCALE_BRIDGE: "off" }),
    },
  });
  const said: string[] = [];
  const perform = async (operation: "up" | "destroy", options: OperationOptions = {}): Promise<Outcome> => {
    const outcome = await stack.perform(operation, options);
    said.push(everythingSaid(outcome));
    return outcome;
  };
  const must = async (
    operation: "up" | "destroy",
    when: string,
    options?: OperationOptions,
  ): Promise<void> => {
    const { succeeded, text } = await perform(operation, options);
    if (!succeeded) problems.push(`${when} failed: ${text}`);
  };
  let remains: Remains | undefined;
  let ended = 0;
  try {
    if (point.phase === "destroy") await must("up", "the first up");
    cloud.clearRequests();
    watched.hear = strikeAt(point, cloud, (done) => (struck = done));
    await perform(point.phase);
    ended = performance.now();
    watched.hear = () => undefined;
    if (struck === undefined && point.operation !== undefined) problems.push("the point was not reached");
    remains = remainsOf(stack, stateOf(stack), struck?.processes);
    const recovered = await recover(stack.place, stackName, "--yes");
    said.push(recovered.output);
    if (recovered.code !== 0) problems.push(`recover ended with ${recovered.code}: ${recovered.output}`);
    const isDestroy = point.phase === "destroy";
    if (isDestroy) letUndeploy(cloud);
    // What a killed destroy took offline is deployed a second time.
    const deployments = isDestroy && isOffline(cloud) ? 2 : 1;
    // What a killed destroy has removed may be in the state: only a refresh looks.
    await must("up", "the next up", { refresh: isDestroy });
    const state = stateOf(stack);
    problems.push(...wrongAfterUp(cloud, ours(state), deployments));
    problems.push(...pendingOf(state).map((pending) => `after the next up ${pending} is still pending`));
    await must("destroy", "the destroy");
    problems.push(...wrongAfterDestroy(cloud, ours(stateOf(stack))));
    problems.push(...(await stillAlive(struck?.processes.all ?? [])));
    const leaks = credentialsIn([...said, contentsOf(stack.place)].join("\n"), cloud, { secretArgument });
    if (leaks.length > 0) problems.push(`said or left behind: ${leaks.join(", ")}`);
  } finally {
    await stack.close();
    await cloud.close();
  }
  const endedAfterSeconds = struck === undefined ? undefined : (ended - struck.at) / 1000;
  return { point, landed: landedAt(struck, remains), endedAfterSeconds, left: leftBy(remains), problems };
}

interface Struck {
  readonly processes: ProcessTree;
  readonly at: number;
  /** The last request before the kill, and what became of it. */
  readonly last: string;
}

/** Waits for the point in the log of the simulated cloud, and strikes. */
function strikeAt(
  { operation, of = "", number, moment, afterMilliseconds = 0, blow }: Point,
  cloud: SimulatedCloud,
  tell: (struck: Struck) => void,
): (request: RecordedRequest) => void {
  if (moment !== "replied") {
    const fault = { kind: "hang", applied: moment === "applied" } as const;
    const match = operation === undefined ? {} : { operation, pathIncludes: of };
    cloud.queueFault({ match, skip: number - 1, fault });
  }
  let processes: ProcessTree | undefined;
  let seen = 0;
  const strike = (): void => {
    if (processes === undefined) return;
    const last = cloud.requests.at(-1);
    const words = { before: "not carried out", applied: "carried out, no reply", replied: "replied" };
    tell({
      processes,
      at: performance.now(),
      last: `${last?.operation} ${last?.status === "hang" ? words[moment] : words.replied}`,
    });
    send(blow, processes);
  };
  return (request) => {
    // Known beforehand, so that nothing is waited for when it counts.
    if (processes?.host === undefined) processes = processesOf(stackName);
    if (!request.path.includes(of) || request.operation !== (operation ?? request.operation)) return;
    seen += 1;
    if (seen !== number) return;
    if (afterMilliseconds === 0) strike();
    else setTimeout(strike, afterMilliseconds);
  };
}

const betweenTwoMilliseconds = 150;

function send(blow: Point["blow"], { cli, host }: ProcessTree): void {
  const kill = (pid: number | undefined, signal: NodeJS.Signals): void => {
    if (pid !== undefined && isAlive(pid)) process.kill(pid, signal);
  };
  if (blow === "CLI killed") kill(cli, "SIGKILL");
  else if (blow === "host killed") kill(host, "SIGKILL");
  else kill(cli, "SIGINT");
  if (blow === "Ctrl-C twice") setTimeout(() => kill(cli, "SIGINT"), betweenTwoMilliseconds);
}

function remainsOf(stack: OpenedStack, state: State, processes: ProcessTree | undefined): Remains {
  const hostLives = processes?.host !== undefined && isAlive(processes.host);
  const locks = join(stack.place, "state", ".pulumi", "locks");
  return {
    hostLives,
    pending: pendingOf(state),
    stored: ours(state).length,
    locks: existsSync(locks)
      ? readdirSync(locks, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))
          .length
      : 0,
  };
}

interface State {
  readonly resources?: StoredResource[];
  readonly pending_operations?: { type: string; resource: { urn: string } }[];
}

/** As the file backend stores it: to ask the engine each time takes far longer. */
function stateOf({ place }: OpenedStack): State {
  const file = join(place, "state", ".pulumi", "stacks", "grayscale", `${stackName}.json`);
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: State } };
  return checkpoint.latest ?? {};
}

function ours({ resources = [] }: State): StoredResource[] {
  return resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
}

function pendingOf({ pending_operations: pending = [] }: State): string[] {
  return pending.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`);
}

const goneWithinMilliseconds = 20_000;

async function stillAlive(pids: readonly number[]): Promise<string[]> {
  const until = Date.now() + goneWithinMilliseconds;
  while (pids.some(isAlive) && Date.now() < until) await sleep(100);
  return pids.filter(isAlive).map((pid) => `process ${pid} lives on`);
}

function landedAt(struck: Struck | undefined, remains: Remains | undefined): string {
  if (struck === undefined) return "nowhere: the run had ended";
  return `${struck.last}; ${remains?.stored ?? "?"} stored`;
}

function leftBy(remains: Remains | undefined): string {
  if (remains === undefined) return "?";
  const { locks, pending, hostLives } = remains;
  const found = [locks > 0 ? "lock" : "", ...pending, hostLives ? "host alive" : ""].filter(
    (word) => word !== "",
  );
  return found.join(", ") || "nothing";
}
