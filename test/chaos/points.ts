// Where and how a run is killed.
import type { OperationName } from "pulumi-grayscale/simulator";
import { heldOrder, pausedOrder } from "../program/declarations.js";

type Blow = "CLI killed" | "host killed" | "Ctrl-C" | "Ctrl-C twice";
const blows: readonly [Blow, ...Blow[]] = ["CLI killed", "host killed", "Ctrl-C", "Ctrl-C twice"];

/**
 * `before`: the request has arrived and is not carried out. `applied`: it was carried out, the reply is withheld.
 * `replied`: the reply was sent, `afterMilliseconds` ago. In a wait, the first is during a look, the last between two.
 */
type Moment = "before" | "applied" | "replied";

interface Place {
  readonly phase: "up" | "destroy";
  /** @default any */
  readonly operation?: OperationName;
  /** Part of the path, where several things are asked alike. */
  readonly of?: string;
  /** Which of such requests of the phase, from 1. */
  readonly number: number;
  readonly moment: Moment;
  readonly afterMilliseconds?: number;
  /** Of the application whose order is rolled back. @default "ecs" */
  readonly clusterType?: "kubernetes";
}

export interface Point extends Place {
  readonly blow: Blow;
  /** With `PULUMI_SKIP_CHECKPOINTS`, which saves nothing before the end. */
  readonly withoutCheckpoints: boolean;
  /** Where Pulumi's host cannot be hooked, it does not hear of a Ctrl-C. @default false */
  readonly withoutBridge?: boolean;
}

const at = (phase: Place["phase"], operation: OperationName, moment: Moment, number = 1, of = ""): Place => ({
  phase,
  operation,
  moment,
  number,
  of,
});
const onceWritten: readonly [Moment, ...Moment[]] = ["before", "applied", "replied"];
const looking: readonly Moment[] = ["before", "replied"];
const { changeOrderId: held } = heldOrder;
const { changeOrderId: paused } = pausedOrder;

const places: readonly Place[] = [
  at("up", "listSyncTasks", "before"),
  ...onceWritten.map((moment) => at("up", "createSyncTask", moment)),
  at("up", "listSyncTasks", "replied", 2),
  ...onceWritten.map((moment) => at("up", "deployLivedataApi", moment)),
  ...looking.map((moment) => at("up", "showLivedataApi", moment, 2)),
  ...onceWritten.map((moment) => at("up", "createRelease", moment)),
  ...looking.map((moment) => at("up", "getRelease", moment)),
  at("up", "getRelease", "replied", 2),
  ...onceWritten.map((moment) => at("up", "continuePipeline", moment, 2)),
  ...looking.map((moment) => at("up", "getChangeOrderInfo", moment, 3, paused)),
  ...onceWritten.map((moment) => at("up", "rollbackChangeOrder", moment, 1, held)),
  ...onceWritten.map((moment) => ({
    ...at("up", "abortAndRollbackChangeOrder", moment, 1, held),
    clusterType: "kubernetes" as const,
  })),
  at("up", "getChangeOrderInfo", "before", 1, held),
  ...onceWritten.map((moment) => at("destroy", "deleteRelease", moment)),
  ...onceWritten.map((moment) => at("destroy", "undeployLivedataApi", moment)),
  at("destroy", "showLivedataApi", "before", 2),
  ...onceWritten.map((moment) => at("destroy", "deleteSyncTask", moment)),
];

const interruptions = ["Ctrl-C", "Ctrl-C twice"] as const;

const unheard: readonly Place[] = [
  at("up", "createSyncTask", "applied"),
  at("up", "deployLivedataApi", "applied"),
  at("up", "showLivedataApi", "replied", 2),
  at("up", "createRelease", "applied"),
  at("up", "getRelease", "replied"),
  at("up", "rollbackChangeOrder", "applied", 1, held),
  at("destroy", "undeployLivedataApi", "applied"),
];

const allBlows: readonly Omit<Point, keyof Place>[] = [false, true].flatMap((withoutCheckpoints) =>
  blows.map((blow) => ({ blow, withoutCheckpoints })),
);
const unheardBlows: readonly Omit<Point, keyof Place>[] = [false, true].flatMap((withoutCheckpoints) =>
  interruptions.map((blow) => ({ blow, withoutCheckpoints, withoutBridge: true })),
);
const combined = (where: readonly Place[], how: readonly Omit<Point, keyof Place>[]): Point[] =>
  where.flatMap((place) => how.map((blow) => Object.assign({}, place, blow)));

/** Every place with every blow, and some without the bridge; with the engine's default and without its checkpoints. */
export const allPoints: readonly Point[] = combined(places, allBlows).concat(combined(unheard, unheardBlows));

export interface NamedPoint extends Point {
  readonly name: string;
  /** What the engine leaves behind there. */
  readonly leaves: RegExp;
}

const named = (
  name: string,
  blow: Blow,
  place: Place,
  leaves: RegExp,
  withoutCheckpoints = false,
): NamedPoint => ({ ...place, name, blow, leaves, withoutCheckpoints });

const lockAlone = /^lock, host alive$/;

/** One of each sort, for every test run. */
export const namedPoints: readonly NamedPoint[] = [
  named(
    "a create that never arrived",
    "CLI killed",
    at("up", "createSyncTask", "before"),
    /^lock, .*creating web/,
  ),
  named(
    "a create whose reply never came",
    "CLI killed",
    at("up", "createRelease", "applied"),
    /^lock, .*creating reviews-v2/,
  ),
  named(
    "a create that was answered and not stored",
    "CLI killed",
    at("up", "createRelease", "replied"),
    /^lock, .*creating reviews-v2/,
  ),
  named("in the wait for a release", "CLI killed", at("up", "getRelease", "before"), lockAlone, true),
  named("a deployment on its way", "CLI killed", at("up", "deployLivedataApi", "applied"), lockAlone, true),
  named(
    "a roll back whose reply never came",
    "CLI killed",
    at("up", "rollbackChangeOrder", "applied", 1, held),
    lockAlone,
    true,
  ),
  named(
    "between two looks at an order",
    "CLI killed",
    at("up", "getChangeOrderInfo", "replied", 3, paused),
    /^lock, .*creating checkout/,
  ),
  named(
    "a create whose reply never came, without the host",
    "host killed",
    at("up", "createSyncTask", "applied"),
    /^nothing$/,
  ),
  named(
    "a confirmed batch, without the host",
    "host killed",
    at("up", "continuePipeline", "applied", 2),
    /^nothing$/,
    true,
  ),
  named("one Ctrl-C into a deployment", "Ctrl-C", at("up", "deployLivedataApi", "applied"), /^nothing$/),
  named(
    "two Ctrl-C into a create",
    "Ctrl-C twice",
    at("up", "createRelease", "applied"),
    /creating reviews-v2/,
  ),
  {
    ...named(
      "two Ctrl-C into the wait for a release, without the bridge",
      "Ctrl-C twice",
      at("up", "getRelease", "replied"),
      /creating reviews-v2/,
    ),
    withoutBridge: true,
  },
  named(
    "the end of a release, while destroying",
    "CLI killed",
    at("destroy", "deleteRelease", "applied"),
    /^lock, .*deleting reviews-v2/,
  ),
];

/** How many requests a run makes, about. */
const requestsOf = { up: 30, destroy: 7 } as const;
const longestDelayMilliseconds = 400;

/** Any request, any moment, any delay: the same ones for the same seed. */
export function randomPoints(seed: number, runs: number): Point[] {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const oneOf = <T extends string | number | boolean>(items: readonly [T, ...T[]]): T =>
    items[below(items.length)] ?? items[0];
  return Array.from({ length: runs }, () => {
    const phase = oneOf<Place["phase"]>(["up", "up", "up", "destroy"]);
    return {
      phase,
      number: 1 + below(requestsOf[phase]),
      moment: oneOf(onceWritten),
      afterMilliseconds: oneOf([0, 0, below(longestDelayMilliseconds)]),
      blow: oneOf(blows),
      withoutCheckpoints: oneOf([false, true]),
    };
  });
}

/** "mulberry32": small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In words; a random point says less than where it landed. */
export function wordsOf({ phase, operation, of = "", number, moment, afterMilliseconds = 0 }: Point): string {
  const thing = of === "" ? "" : ` of …${of.slice(-4)}`;
  const later = afterMilliseconds === 0 ? "" : ` + ${afterMilliseconds} ms`;
  return `${phase}: ${operation ?? "request"} ${number}${thing}, ${moment}${later}`;
}
