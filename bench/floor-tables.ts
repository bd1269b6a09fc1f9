import {
  bytesOf,
  goalOf,
  hostMemoryMore,
  limits,
  wallRatio,
  type Measure,
  type SideFigures,
} from "./compare.js";
import { kindNames, type Side } from "./declared.js";
import { allCpu, tellCalls, type Figures } from "./lifecycle.js";
import { judged, missing, seconds, signed, table, times } from "./markdown.js";
import { operationNames as names, operations, type Operation } from "./project.js";
import { difference, middle, sums, type Runs } from "./runs.js";
import type { Cases, Measured } from "./section.js";

export const expectedSizes = [1, 100, 1000];

export interface Case extends Measure {
  readonly runs: number;
  readonly sides: Readonly<Partial<Record<Side, SideFigures>>>;
}

function engineAndHost({ cpuSeconds: { engine, host } }: Figures): Runs {
  return sums(engine, host);
}

function mainRow(operation: Operation, floor: Figures, ours: Figures, goal: number | undefined): string[] {
  const memory = (figures: Figures): string => middle(figures.mebibytes.host).toFixed(0);
  const more = hostMemoryMore(ours, floor);
  return [
    names[operation],
    seconds(floor.seconds),
    seconds(ours.seconds),
    times(ours.seconds, floor.seconds, goal),
    times(allCpu(ours), allCpu(floor), goal),
    times(engineAndHost(ours), engineAndHost(floor)),
    `${memory(floor)} / ${memory(ours)} (${judged(more, limits.hostMebibytes, 0)} more)`,
    tellCalls(ours),
  ];
}

const mainHeads = [
  "",
  "floor",
  "ours",
  "× wall",
  "× CPU",
  "× CPU of engine and host",
  "host memory, MiB: floor / ours",
  "calls",
];

function detailRow(operation: Operation, floor: Figures, ours: Figures, twin: Figures | undefined): string[] {
  const parts = ["engine", "host", "program", "rest"] as const;
  const memory = (role: "engine" | "program"): string =>
    [floor, ours].map(({ mebibytes }) => middle(mebibytes[role]).toFixed(0)).join(" / ");
  return [
    names[operation],
    `${middle(allCpu(floor)).toFixed(2)} s`,
    `${middle(allCpu(ours)).toFixed(2)} s`,
    parts.map((part) => signed(difference(ours.cpuSeconds[part], floor.cpuSeconds[part]))).join(" / "),
    memory("engine"),
    memory("program"),
    `${middle(ours.cloudCpuSeconds).toFixed(2)} s`,
    ...(twin === undefined
      ? []
      : [
          seconds(twin.seconds),
          times(twin.seconds, ours.seconds),
          `${middle(allCpu(twin)).toFixed(2)} s`,
          times(allCpu(twin), allCpu(ours)),
        ]),
  ];
}

const detailHeads = [
  "",
  "CPU, floor",
  "CPU, ours",
  "more: engine / host / program / rest, s",
  "engine memory, MiB: floor / ours",
  "program's",
  "simulator's CPU",
];
const twinHeads = ["twin", "× ours", "CPU, twin", "× ours"];

function stateLine(one: Case, floor: SideFigures, ours: SideFigures, twin: SideFigures | undefined): string {
  const [our, their] = [bytesOf(one, ours), bytesOf(one, floor)];
  const serialised =
    twin === undefined
      ? ""
      : ` The twin: ${bytesOf(one, twin).toFixed(0)} bytes, ${(bytesOf(one, twin) / our).toFixed(2)} × ours.`;
  if (one.count === 1)
    return `The state of a stack with one: ${our.toFixed(0)} bytes more than an empty one; the floor's ${their.toFixed(0)}.`;
  return `State: ${our.toFixed(0)} bytes a resource, ${judged(our / their, limits.state)} × the floor's ${their.toFixed(0)}.${serialised}`;
}

function renderCase({ data, note }: Measured<Case>): string {
  const { kind, count, runs, sides } = data;
  const { floor, ours, twin } = sides;
  if (floor === undefined || ours === undefined) return "";
  const goal = (name: Operation): number | undefined => (count < 100 ? undefined : goalOf[name]);
  return [
    `#### ${kind}`,
    `${runs} runs of each; ${note}.`,
    table(
      mainHeads,
      operations.map((name) => mainRow(name, floor[name], ours[name], goal(name))),
    ),
    stateLine(data, floor, ours, twin),
    `<details><summary>By process${twin === undefined ? "" : ", and the twin"}</summary>`,
    table(
      [...detailHeads, ...(twin === undefined ? [] : twinHeads)],
      operations.map((name) => detailRow(name, floor[name], ours[name], twin?.[name])),
    ),
    "</details>",
  ].join("\n\n");
}

function renderSize(count: number, cases: Cases<Case>): string {
  const of = (kind: string): Measured<Case> | undefined => cases[`${kind} ${count}`];
  const without = kindNames.filter((kind) => of(kind) === undefined);
  const kinds = without.length === kindNames.length ? "" : ` --kinds ${without.join(",")}`;
  return [
    `### × ${count.toLocaleString("en")}`,
    ...kindNames.flatMap((kind) => of(kind) ?? []).map(renderCase),
    ...(without.length === 0 ? [] : [missing(`--only floor --sizes ${count}${kinds}`)]),
  ].join("\n\n");
}

export function renderFloor(cases: Cases<Case>): string {
  const measured = Object.values(cases).map(({ data }) => data.count);
  const sizes = [...new Set([...expectedSizes, ...measured])].toSorted((left, right) => left - right);
  return `## Over the bare engine

The floor is the same program with a resource whose provider returns at once, by a constant text as long as ours, on the
same engine and file backend; ours calls a simulated cloud that answers without delay, in a process of its own whose time
is told apart. (Without delay lists are hardly shared: they are over before the next create asks for one.) What misses a
goal is bold. Ten tasks share a repository, and ten releases a mesh. Every step is a new process; the files that it reads
were read before.

- **CPU** is that of the engine, the dynamic host, the language host with the program, and the rest: of processes that ended
  between two looks (every 25 ms), which the kernel tells only of all together.
- **The language host** is on all sides a small one of this repository's tests, a Node.js process that starts another to find
  Pulumi's SDK, in place of Pulumi's own \`pulumi-language-nodejs\`: the bare engine would be somewhat quicker with that, and
  the ratios of wall and CPU somewhat larger. The CPU of engine and host alone does not hold it.
- **Stack traces**: while ours declares a resource no stacks are noted but that of the declaration, and of that only the
  program's own calls; the floor's are noted and stored as Pulumi does it for everyone, with how the program was loaded. That
  makes our program cheaper than the floor's, and our state smaller, and is in all ratios here. How much it is, and what is
  left without it, is in the next chapter.
- **Memory** is the peak of the largest process: of the dynamic host, of the engine, and of the program with its host.
- **The state** of a resource is that of the stack less that of an empty one.
- **The twin** is our provider behind functions that Pulumi's SDK serialises, on a \`pulumi.dynamic.Resource\` with all that
  comes with one, its usual stacks too; × 1,000 it is measured of ImageSyncTask only. What the text alone saves is in the
  next chapter.

${sizes.map((count) => renderSize(count, cases)).join("\n\n")}`;
}

/** For those who run it: what each kind costs over the bare engine, where there are many. */
export function costs(cases: Cases<Case>): string {
  const shown = ["preview", "unchanged", "refresh", "create", "destroy"] as const;
  const rows = expectedSizes
    .filter((count) => count > 1)
    .flatMap((count) =>
      kindNames.flatMap((kind) => {
        const data = cases[`${kind} ${count}`]?.data;
        const { floor, ours } = data?.sides ?? {};
        if (data === undefined || floor === undefined || ours === undefined) return [];
        const more = operations.map((name) => hostMemoryMore(ours[name], floor[name]));
        return [
          [
            `${kind} × ${count.toLocaleString("en")}`,
            ...shown.map((name) => judged(wallRatio(ours[name], floor[name]), goalOf[name])),
            `${(bytesOf(data, ours) - bytesOf(data, floor)).toFixed(0)} bytes`,
            `${Math.min(...more).toFixed(0)} – ${judged(Math.max(...more), limits.hostMebibytes, 0)} MiB`,
          ],
        ];
      }),
    );
  const heads = [
    ...shown.map((name) => `${names[name]}, ×`),
    "a resource's state, more",
    "the host's memory, more",
  ];
  return rows.length === 0 ? missing("--only floor") : table(["", ...heads], rows);
}
