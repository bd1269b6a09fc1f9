// A cloud that is far away: how near we come to the least time that its calls can take.
import { availableParallelism } from "node:os";
import { startCloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { figuresOfAll, inTurns, live, tellCalls, type Figures } from "./lifecycle.js";
import { judged, missing, seconds, table, times } from "./markdown.js";
import { operationNames } from "./project.js";
import { recordOf } from "./record.js";
import { middle, ratios, type Runs } from "./runs.js";
import type { Goal, Measured, Section } from "./section.js";
import { neededCalls, type Waves } from "./waves.js";

const repositories = 10;
const expected = [50, 200];
const goal = 1.15;
const steps = ["create", "unchanged", "refresh", "destroy"] as const;
type StepName = (typeof steps)[number];
const sides = ["start", "floor", "ours"] as const;
type Side = (typeof sides)[number];

interface Case {
  readonly milliseconds: number;
  readonly count: number;
  readonly runs: number;
  /** How many operations the engine has under way at once. */
  readonly parallel: number;
  /** The bare engine with one resource and with all, which waits for no cloud; and ours. */
  readonly sides: Readonly<Record<Side, Readonly<Record<StepName, Figures>>>>;
}

function wavesOf({ count, parallel }: Pick<Case, "count" | "parallel">): Waves {
  return { count, perRepository: Math.ceil(count / repositories), parallel };
}

async function measureCase(milliseconds: number, count: number, runs: number): Promise<Case> {
  const cloud = await startCloud(milliseconds);
  // The engine's own default, said aloud.
  const parallel = availableParallelism() * 4;
  const { perRepository: perGroup } = wavesOf({ count, parallel });
  // With stacks as short as ours: else the bare engine would be the slower where nothing is called.
  const sideLife = (which: Side, size: number): ReturnType<typeof live<StepName>> => {
    const side = which === "ours" ? "ours" : "floor";
    return live({ kind, parallel, perGroup, side, count: size, shortStacks: true }, cloud, steps);
  };
  try {
    const measured = await inTurns(
      sides,
      runs,
      (side) => sideLife(side, 1),
      (side) => sideLife(side, side === "start" ? 1 : count),
    );
    return {
      milliseconds,
      count,
      runs,
      parallel,
      sides: recordOf(sides, (side) => figuresOfAll(steps, measured[side])),
    };
  } finally {
    await cloud.close();
  }
}

/** The times that ours is held against, round by round. */
interface Held {
  /** Calls ÷ parallelism × latency: nothing but waiting, and all of it shared. */
  readonly shared: number;
  /** The bare engine alone, or its start and the calls that wait for each other: the longer of the two. */
  readonly least: Runs;
  /** The bare engine, and after it the calls that wait for each other. */
  readonly inTurn: Runs;
}

function heldOf(one: Case, name: StepName): Held {
  const { milliseconds, parallel, sides: of } = one;
  const { calls, chain } = neededCalls(wavesOf(one))[name];
  const waiting = (chain * milliseconds) / 1000;
  const [start, floor] = [of.start[name].seconds, of.floor[name].seconds];
  return {
    shared: (calls / parallel) * (milliseconds / 1000),
    least: floor.map((all, round) => Math.max(all, (start[round] ?? Number.NaN) + waiting)),
    inTurn: floor.map((all) => all + waiting),
  };
}

function renderCase({ data, note }: Measured<Case>): string {
  const { milliseconds, count, parallel, runs } = data;
  const needed = neededCalls(wavesOf(data));
  const rows = steps.map((name) => {
    const ours = data.sides.ours[name];
    const { shared, least, inTurn } = heldOf(data, name);
    return [
      operationNames[name],
      seconds(ours.seconds),
      `${shared.toFixed(2)} s`,
      shared === 0 ? "–" : times(ours.seconds, everyRound(ours, shared), goal),
      `${middle(least).toFixed(2)} s`,
      times(ours.seconds, least, goal),
      `${middle(inTurn).toFixed(2)} s`,
      times(ours.seconds, inTurn),
      tellCalls(ours),
      needed[name].told,
    ];
  });
  const heads = [
    "",
    "ours",
    "calls ÷ parallelism × latency",
    "×",
    "least",
    "×",
    "one after the other",
    "×",
    "calls",
    "calls, lists shared by waves",
  ];
  return `### ${milliseconds} ms a call\n\n${count} tasks, ${parallel} at once, ${runs} runs of each; ${note}.\n\n${table(heads, rows)}`;
}

function everyRound({ seconds: all }: Figures, value: number): Runs {
  return all.map(() => value);
}

function shortTable(cases: readonly Case[]): string {
  if (cases.length === 0) return missing("--only latency");
  const cells = (one: Case, name: StepName): string[] => {
    const { least, inTurn } = heldOf(one, name);
    const { seconds: own } = one.sides.ours[name];
    return [judged(middle(ratios(own, least)), goal), middle(ratios(own, inTurn)).toFixed(2)];
  };
  return table(
    [
      "",
      ...cases.flatMap(({ count, milliseconds }) => [
        `${count} tasks, ${milliseconds} ms a call: least, ×`,
        "one after the other, ×",
      ]),
    ],
    steps.map((name) => [operationNames[name], ...cases.flatMap((one) => cells(one, name))]),
  );
}

function goals(cases: readonly Case[]): Goal[] {
  const found = (value: (one: Case, name: StepName) => number | undefined): Goal["found"] =>
    cases.flatMap((one) =>
      steps.flatMap((name) => {
        const ratio = value(one, name);
        return ratio === undefined ? [] : [{ where: `${one.milliseconds} ms, ${name}`, value: ratio }];
      }),
    );
  const own = (one: Case, name: StepName): Runs => one.sides.ours[name].seconds;
  return [
    {
      what: "a cloud far away: calls ÷ parallelism × latency",
      limit: goal,
      unit: "×",
      found: found((one, name) => {
        const { shared } = heldOf(one, name);
        return shared === 0 ? undefined : middle(own(one, name)) / shared;
      }),
    },
    {
      what: "a cloud far away: the bare engine, or its start and the chain of calls",
      limit: goal,
      unit: "×",
      found: found((one, name) => middle(ratios(own(one, name), heldOf(one, name).least))),
    },
  ];
}

export const latency: Section<Case> = {
  name: "latency",
  inQuick: false,
  async measure({ quick, sizes: [count = 200] = [], runs = 3, say }, keep) {
    for (const milliseconds of quick ? expected.slice(0, 1) : expected) {
      say(`latency of ${milliseconds} ms`);
      await keep(String(milliseconds), () => measureCase(milliseconds, count, runs));
    }
  },
  render: (cases) => {
    const without = expected.some((milliseconds) => cases[milliseconds] === undefined);
    return `## A cloud that is far away

ImageSyncTasks over ${repositories} repositories, and every request answered that much later; new connections and TLS, which a
cloud also has, cost nothing here. Ours is held against three times, the goal of ${goal} against the first two:

- **Calls ÷ parallelism × latency**: the writes, and in each wave of as many operations as the engine has under way at once a
  list of each repository before and after. No program reaches it, for it holds no work of the engine, and the calls of one
  create – look, write, confirm – wait for each other.
- **Least**: by the bare engine, measured in the same rounds with stack traces as short as ours. That is all its work without
  any waiting, or its start and the calls that have to wait for each other without any work, whichever is longer: in each wave
  two of a create (its look may be shared with the wave before) or one of a delete, and two of a refresh, as ten lists cannot
  all be under way at once.
- **One after the other**: the bare engine's work and after it those calls. Where that is about 1, nothing else takes time;
  below 1 the engine works while it waits.

Work and waiting overlap in part only: the engine begins an operation when one of those under way has ended and is written to
the state, it writes for one at a time, and each create waits for its own look, write and confirmation. A refresh reads in
the order of the program, mostly of one repository at a time, so that its lists follow each other more than they must.

${[...Object.values(cases).map(renderCase), ...(without ? [missing("--only latency")] : [])].join("\n\n")}`;
  },
  figures: (cases) => ({ latency: shortTable(Object.values(cases).map(({ data }) => data)) }),
  goals: (cases) => goals(Object.values(cases).map(({ data }) => data)),
};
