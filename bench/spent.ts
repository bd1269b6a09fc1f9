/** Seconds, by what they were spent on. */
export type Spent = Readonly<Record<string, number>>;

/** Adds up samples; what is spent on nothing does not count. */
export function spentOn(samples: Iterable<readonly [what: string | undefined, seconds: number]>): Spent {
  const spent: Record<string, number> = {};
  for (const [what, seconds] of samples) {
    if (what !== undefined) spent[what] = (spent[what] ?? 0) + seconds;
  }
  return Object.fromEntries(
    Object.entries(spent)
      .map(([what, seconds]) => [what, Number(seconds.toFixed(3))] as const)
      .toSorted(([, left], [, right]) => right - left),
  );
}

export function totalOf(spent: Spent): number {
  return Object.values(spent).reduce((sum, seconds) => sum + seconds, 0);
}

/** A row for each thing that any of them was spent on, the dearest of the last first; and one for all of it. */
export function spentRows(all: readonly Spent[]): string[][] {
  const names = new Set(all.toReversed().flatMap((spent) => Object.keys(spent)));
  const row = (name: string, value: (spent: Spent) => number): string[] => [
    name,
    ...all.map((spent) => `${value(spent).toFixed(2)} s`),
  ];
  return [...[...names].map((name) => row(name, (spent) => spent[name] ?? 0)), row("all", totalOf)];
}
