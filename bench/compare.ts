// Ours beside a floor: the ratios by which both are compared, and what is to be reached.
import type { KindName } from "./declared.js";
import { allCpu, type Figures } from "./lifecycle.js";
import type { Operation } from "./project.js";
import { difference, middle, ratios } from "./runs.js";
import type { Goal } from "./section.js";

/** What is measured of one side, step by step. */
export type SideFigures = Readonly<Record<Operation, Figures>>;

/** Of how many of what, and in which state to begin with. */
export interface Measure {
  readonly kind: KindName;
  readonly count: number;
  /** Of a stack without resources: no part of what a resource costs. */
  readonly emptyBytes: number;
}

export interface Compared extends Measure {
  readonly floor: SideFigures;
  readonly ours: SideFigures;
}

/** What is to be reached: times the floor's, and more than the floor's. */
export const limits = { still: 1.1, writing: 1.25, state: 1.5, hostMebibytes: 20 } as const;

/** How many times the floor's a step may take at most. */
export const goalOf: Partial<Record<Operation, number>> = {
  create: limits.writing,
  preview: limits.still,
  unchanged: limits.still,
  destroy: limits.writing,
};

/** What one more resource adds to the state. */
export function bytesOf({ count, emptyBytes }: Measure, figures: SideFigures): number {
  return (middle(figures.create.stateBytes) - emptyBytes) / count;
}

export function wallRatio(ours: Figures, floor: Figures): number {
  return middle(ratios(ours.seconds, floor.seconds));
}

export function cpuRatio(ours: Figures, floor: Figures): number {
  return middle(ratios(allCpu(ours), allCpu(floor)));
}

export function hostMemoryMore(ours: Figures, floor: Figures): number {
  return difference(ours.mebibytes.host, floor.mebibytes.host);
}

function nameOf({ kind, count }: Measure): string {
  return `${kind} × ${count.toLocaleString("en")}`;
}

/** One value of each of the steps of each case. */
export function found(
  all: readonly Compared[],
  steps: readonly Operation[],
  value: (ours: Figures, floor: Figures) => number,
): Goal["found"] {
  return all.flatMap((one) =>
    steps.map((step) => ({
      where: `${nameOf(one)}, ${step}`,
      value: value(one.ours[step], one.floor[step]),
    })),
  );
}

/** What is to be reached of wall clock and processor time, of a hundred resources and more, and of the state. */
export function ratioGoals(all: readonly Compared[], beside: string): Goal[] {
  const many = all.filter(({ count }) => count >= 100);
  const [still, writing] = [["preview", "unchanged"] as const, ["create", "destroy"] as const];
  const goal = (what: string, limit: number, values: Goal["found"]): Goal => ({
    what: `${what}${beside}`,
    limit,
    unit: "×",
    found: values,
  });
  return [
    goal("`preview` and `up` without a change, from 100: wall", limits.still, found(many, still, wallRatio)),
    goal("`preview` and `up` without a change, from 100: CPU", limits.still, found(many, still, cpuRatio)),
    goal("create and destroy, from 100: wall", limits.writing, found(many, writing, wallRatio)),
    goal("create and destroy, from 100: CPU", limits.writing, found(many, writing, cpuRatio)),
    goal(
      "state of a resource, from 100",
      limits.state,
      many.map((one) => ({ where: nameOf(one), value: bytesOf(one, one.ours) / bytesOf(one, one.floor) })),
    ),
  ];
}
