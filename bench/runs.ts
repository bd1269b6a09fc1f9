/** One number of each run, in the order of the rounds: what stands at the same place was measured side by side. */
export type Runs = readonly number[];

/** As they are kept. */
export function rounded(runs: Runs, digits = 3): Runs {
  return runs.map((one) => Number(one.toFixed(digits)));
}

export function middle(runs: Runs): number {
  const sorted = runs.toSorted((left, right) => left - right);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Round by round: what changes on the machine meets both of a round. */
function eachRound(left: Runs, right: Runs, of: (left: number, right: number) => number): Runs {
  return left.map((value, round) => of(value, right[round] ?? Number.NaN));
}

export function ratios(ours: Runs, theirs: Runs): Runs {
  return eachRound(ours, theirs, (our, their) => our / their);
}

export function differences(ours: Runs, theirs: Runs): Runs {
  return eachRound(ours, theirs, (our, their) => our - their);
}

/** The middle of the differences, not the difference of the middles. */
export function difference(ours: Runs, theirs: Runs): number {
  return middle(differences(ours, theirs));
}

export function sums(...all: readonly Runs[]): Runs {
  return all.reduce((left, right) => eachRound(left, right, (one, other) => one + other));
}

/** The exponent of the power that fits best: least squares of the logarithms. */
export function exponent(points: readonly (readonly [count: number, seconds: number])[]): number {
  const logs = points.map(([count, time]) => [Math.log(count), Math.log(time)] as const);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map(([one]) => one)), mean(logs.map(([, one]) => one))];
  const covariance = mean(logs.map(([one, other]) => (one - x) * (other - y)));
  return covariance / mean(logs.map(([one]) => (one - x) ** 2));
}
