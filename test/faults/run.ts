// One fault on every request of every resource: what became of it, and what the next `up` and a destroy made of that.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FaultKind, RecordedRequest, Seed } from "pulumi-grayscale/simulator";
import { startDynamicHost, type DynamicHost, type Properties } from "../dynamic-host.js";
import { credentialsIn } from "../leaks.js";
import { again, checkAndCreate, program, type Failed, type Stored } from "../resource-host.js";
import { simulatorCredentials, startCloud, type SimulatedCloud } from "../simulated-cloud.js";
import type { Fault } from "./faults.js";
import { lanes, type Lane } from "./lanes.js";

/** `done` in spite of the fault, `kept` as unfinished, or `refused` with nothing changed. */
type Ending = "done" | "kept" | "refused";

export interface Case {
  readonly fault: string;
  readonly lane: Lane;
  readonly ending: Ending;
  /** Requests of the operation that met the fault, and how long it took. */
  readonly calls: number;
  readonly seconds: number;
  /** What the user was told, if it failed. */
  readonly message: string | undefined;
  /** Whatever is not as it has to be; empty when all is well. */
  readonly problems: readonly string[];
}

/** Runs a fault against every request that can meet it. */
export async function runFault(fault: Fault): Promise<Case[]> {
  const hit = lanes.filter((lane) => fault.on?.(lane) ?? true);
  if (!fault.hitsEverybody) return runIn(fault, hit, (work) => Promise.all(hit.map(work)));
  // One after the other within a cloud: it is out of reach, or its token expired, for everybody.
  const titles = [...new Set(hit.map(({ title }) => title))];
  const groups = titles.map((title) => hit.filter((lane) => lane.title === title));
  return (
    await Promise.all(groups.map((group) => runIn(fault, group, (work) => oneByOne(group, work))))
  ).flat();
}

async function oneByOne<T>(group: readonly Lane[], work: (lane: Lane) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const lane of group) results.push(await work(lane));
  return results;
}

/** Each stage has a host of its own, as each run of the engine has. */
interface Stages {
  readonly cloud: SimulatedCloud;
  /** File of `grayscale:trace`: what cannot be seen in the cloud can be seen there. */
  readonly trace: string;
  readonly before: DynamicHost;
  readonly faulted: DynamicHost;
  readonly next: DynamicHost;
  readonly last: DynamicHost;
}

async function runIn(
  fault: Fault,
  group: readonly Lane[],
  inOrder: (work: (lane: Lane) => Promise<Case>) => Promise<Case[]>,
): Promise<Case[]> {
  const cloud = await startCloud({ seed: seedOf(group), progress: { advance: "afterReads", reads: 2 } });
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-"));
  const trace = join(folder, "trace.jsonl");
  const config = { ...cloud.hostConfig, ...configOf(fault), "grayscale:trace": trace };
  const known = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const start = (): Promise<DynamicHost> => startDynamicHost({ config: known });
  const [before, faulted, next, last] = await Promise.all([start(), start(), start(), start()]);
  const hosts = [before, faulted, next, last];
  await warmUp(faulted);
  try {
    const cases = await inOrder((lane) =>
      runCase(fault, lane, { cloud, trace, before, faulted, next, last }),
    );
    const traced = existsSync(trace) ? readFileSync(trace, "utf8") : "";
    const said = hosts.map((host) => [host.logged(), host.printed()]);
    const leaks = credentialsIn(JSON.stringify([said, traced]), cloud);
    if (leaks.length > 0) throw new Error(`said in the log or printed: ${leaks.join(", ")}`);
    return cases;
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
    await cloud.close();
    rmSync(folder, { recursive: true });
  }
}

/** A first read, of something that is not there: loading modules must not outlast a cloud's being out of reach. */
async function warmUp(host: DynamicHost): Promise<void> {
  const { __provider } = program("huaweicloud:ImageSyncTask", {});
  await host.read("cn-north-4/warm/up/cn-east-3/copy", { __provider }).catch(() => undefined);
}

const { projectId, userName, password, domainName, temporary } = simulatorCredentials.huaweicloud;
const { temporary: alicloudTemporary } = simulatorCredentials.alicloud;

/** Every case is searched for these, too: temporary keys with their tokens. */
const temporaryKeys = {
  "huaweicloud:accessKey": temporary.accessKey,
  "huaweicloud:secretKey": temporary.secretKey,
  "huaweicloud:securityToken": temporary.securityToken,
  "alicloud:accessKey": alicloudTemporary.accessKey,
  "alicloud:secretKey": alicloudTemporary.secretKey,
  "alicloud:securityToken": alicloudTemporary.securityToken,
};

function configOf({ signsIn, isSilent = false }: Fault): Properties {
  const signing = {
    ...temporaryKeys,
    "grayscale:requestTimeoutSeconds": isSilent ? "1" : "10",
    "grayscale:maxAttempts": "12",
    "huaweicloud:projectId": projectId,
  };
  if (signsIn !== true) return signing;
  return {
    ...signing,
    "huaweicloud:accessKey": undefined,
    "huaweicloud:secretKey": undefined,
    "huaweicloud:securityToken": undefined,
    "huaweicloud:userName": userName,
    "huaweicloud:password": password,
    "huaweicloud:domainName": domainName,
  };
}

function seedOf(group: readonly Lane[]): Seed {
  const seeds = group.map(({ seed, name }) => seed?.(name) ?? {});
  return {
    livedataApis: seeds.flatMap(({ livedataApis = [] }) => livedataApis),
    changeOrders: seeds.flatMap(({ changeOrders = [] }) => changeOrders),
  };
}

async function runCase(fault: Fault, lane: Lane, stages: Stages): Promise<Case> {
  const { cloud } = stages;
  const problems: string[] = [];
  const expectHeld = (when: string, expected: unknown): void => {
    const held = lane.holds(cloud, lane.name);
    if (!isDeepStrictEqual(held, expected)) problems.push(`${when} the cloud holds ${JSON.stringify(held)}`);
  };
  const stored = lane.phase === "create" ? undefined : await prepare(lane, stages.before);
  const heldBefore = lane.holds(cloud, lane.name);
  await queue(fault.kind(lane), lane, cloud);
  if (fault.next !== undefined) queueAfterwards(fault.next, lane, cloud);
  const [callsBefore, started] = [callsOf(lane, cloud).length, performance.now()];
  const tried = await tryPhase(lane, stages.faulted, stored);
  const seconds = (performance.now() - started) / 1000;
  const calls = callsOf(lane, cloud).slice(callsBefore);
  const planted = [fault.kind(lane), ...(fault.next === undefined ? [] : [fault.next])];
  const isMet = planted.every(({ kind }) => wasMet(kind, lane, calls, stages.trace));
  if (!isMet) problems.push("the fault was not met");
  const { ending, message, state } = tried;
  if (ending === "refused") expectHeld("after a refusal", heldBefore);
  if (ending === "done" && lane.phase === "create") expectHeld("after the create", lane.made);
  problems.push(...(await finish(lane, stages, state, ending, expectHeld)));
  const leaks = credentialsIn(JSON.stringify([tried, problems]), cloud);
  if (leaks.length > 0) problems.push(`stored or told: ${leaks.join(", ")}`);
  return { fault: fault.name, lane, ending, calls: calls.length, seconds, message, problems };
}

async function prepare({ kind, args, before, name, phase }: Lane, host: DynamicHost): Promise<Stored> {
  const stored = await checkAndCreate(host, program(kind, { ...args(name), ...before }, name)).catch(
    (error: Failed) => {
      if (error.stored === undefined) throw error;
      return error.stored;
    },
  );
  if (phase !== "resume") return stored;
  const unfinished = { kind: "waiting", reason: "interrupted" };
  return { ...stored, outputs: { unfinished, ...stored.outputs } };
}

async function queue(kind: FaultKind, lane: Lane, cloud: SimulatedCloud): Promise<void> {
  const { name: pathIncludes, operation, skip = 0, previous } = lane;
  if (kind.kind !== "unreachableAfter") {
    // What is late is whatever is made from now on, in every list that would show it.
    cloud.queueFault({
      match: { pathIncludes, ...(kind.kind === "lateList" ? {} : { operation }) },
      skip: kind.kind === "lateList" ? 0 : skip,
      fault: kind,
    });
  } else if (previous === undefined) {
    cloud.queueFault({ match: { pathIncludes: "/out-of-reach" }, fault: kind });
    await fetch(`${cloud.url}/out-of-reach`);
  } else {
    const match = { pathIncludes, operation: previous.operation };
    cloud.queueFault({ match, skip: previous.skip ?? 0, fault: kind });
  }
}

/** For the look that follows the write, or for whatever the write makes. */
function queueAfterwards(fault: FaultKind, { name, shownBy }: Lane, cloud: SimulatedCloud): void {
  const look = fault.kind === "lateList" ? undefined : shownBy;
  cloud.queueFault({
    match: { pathIncludes: name, ...(look && { operation: look.operation }) },
    skip: look?.skip ?? 0,
    fault,
  });
}

function callsOf({ name }: Lane, { requests }: SimulatedCloud): RecordedRequest[] {
  return requests.filter(({ path }) => path.includes(name));
}

function wasMet(
  kind: FaultKind["kind"],
  { name }: Lane,
  calls: readonly RecordedRequest[],
  trace: string,
): boolean {
  // What is left out of a list leaves no mark, and what was not sent does not arrive.
  if (kind === "lateList") return calls.length > 0;
  if (kind !== "unreachableAfter") return calls.some(({ fault }) => fault === kind);
  const lines = readFileSync(trace, "utf8").split("\n");
  return lines.some((line) => line.includes(name) && line.includes('"outcome":"notSent"'));
}

interface Tried {
  readonly ending: Ending;
  readonly message: string | undefined;
  /** What the state has of it afterwards. */
  readonly state: Stored | undefined;
}

async function tryPhase(lane: Lane, host: DynamicHost, stored: Stored | undefined): Promise<Tried> {
  try {
    return { ending: "done", message: undefined, state: await perform(lane, host, stored) };
  } catch (error) {
    const { message, stored: kept } = error as Failed;
    return { ending: kept === undefined ? "refused" : "kept", message, state: kept ?? stored };
  }
}

async function perform(
  lane: Lane,
  host: DynamicHost,
  stored: Stored | undefined,
): Promise<Stored | undefined> {
  const news = program(lane.kind, lane.args(lane.name), lane.name);
  if (stored === undefined) return checkAndCreate(host, news);
  if (lane.phase === "resume") return (await again(host, stored, news)).stored;
  if (lane.phase === "destroy") {
    await host.delete(stored.id, stored.outputs);
    return undefined;
  }
  const read = await host.read(stored.id, stored.outputs);
  return read.id === "" ? undefined : read;
}

/** What the user does next, without thinking: `up` again, and in the end `destroy`. */
async function finish(
  lane: Lane,
  { next, last }: Stages,
  state: Stored | undefined,
  ending: Ending,
  expectHeld: (when: string, expected: unknown) => void,
): Promise<string[]> {
  const problems: string[] = [];
  try {
    if (lane.phase !== "destroy") {
      if (lane.phase !== "create" && state === undefined) problems.push("it was dropped from the state");
      const news = program(lane.kind, lane.args(lane.name), lane.name);
      const made =
        state === undefined ? await checkAndCreate(next, news) : (await again(next, state, news)).stored;
      if (made.outputs["adopted"] !== false) problems.push("it counts as somebody else's");
      if (made.outputs["unfinished"] !== undefined) problems.push("it is still unfinished");
      expectHeld("after the next up", lane.made);
      await last.delete(made.id, made.outputs);
    } else if (state !== undefined && ending !== "done") {
      await last.delete(state.id, state.outputs);
    }
    expectHeld("after the destroy", lane.left);
  } catch (error) {
    problems.push(`afterwards: ${(error as Error).message}`);
  }
  return problems;
}
