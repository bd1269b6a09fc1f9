// The same resources in one stack, and in several.
import { startCloud, type Cloud } from "./cloud.js";
import { openFleet } from "./fleet.js";
import { inTurns } from "./lifecycle.js";
import { missing, seconds, table, tellRuns } from "./markdown.js";
import { recordOf } from "./record.js";
import { rounded, type Runs } from "./runs.js";
import type { Cases, Options, Section } from "./section.js";

const ways = {
  "1 stack": { stacks: 1, atOnce: 1 },
  "10 stacks, one after the other": { stacks: 10, atOnce: 1 },
  "10 stacks, two at once": { stacks: 10, atOnce: 2 },
} as const;
type Way = keyof typeof ways;
const names = Object.keys(ways) as Way[];

interface Data {
  readonly count: number;
  readonly runs: number;
  /** Until all of them were created. */
  readonly seconds: Readonly<Record<Way, Runs>>;
}

async function measureWay(way: Way, count: number, cloud: Cloud): Promise<number> {
  await cloud.reset();
  const { stacks, atOnce } = ways[way];
  const fleet = await openFleet({ stacks, perStack: Math.ceil(count / stacks), cloud });
  try {
    return await fleet.perform("create", atOnce);
  } finally {
    await fleet.close();
  }
}

async function measureAll(count: number, runs: number, say: Options["say"]): Promise<Data> {
  const cloud = await startCloud();
  try {
    const measured = await inTurns(
      names,
      runs,
      (way) => measureWay(way, 10, cloud),
      (way, round) => {
        say(`${count} in ${way}, ${round + 1} of ${runs}`);
        return measureWay(way, count, cloud);
      },
    );
    return { count, runs, seconds: recordOf(names, (way) => rounded(measured[way])) };
  } finally {
    await cloud.close();
  }
}

const only = "tasks";

function told(cases: Cases<Data>): string {
  const data = cases[only]?.data;
  if (data === undefined) return missing("--only split");
  return table(
    [`${data.count.toLocaleString("en")} tasks in`, `all created, ${tellRuns(data.runs)}`],
    names.map((way) => [way, seconds(data.seconds[way], 1)]),
  );
}

export const split: Section<Data> = {
  name: "split",
  inQuick: false,
  measure: ({ quick, sizes, runs, say }, keep) =>
    keep(only, () => measureAll(sizes?.[0] ?? (quick ? 20 : 1000), runs ?? (quick ? 1 : 3), say)),
  render: (cases) => {
    const note = cases[only] === undefined ? "" : `${cases[only].note}.\n\n`;
    return `## The same in several stacks\n\n${note}${told(cases)}`;
  },
  figures: (cases) => ({ split: told(cases) }),
};
