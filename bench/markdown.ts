import { middle, ratios, type Runs } from "./runs.js";

/** A table; the first column holds words, the others numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = heads.map((_, index) => (index === 0 ? "---" : "--:"));
  return [line(heads), line(rule), ...rows.map(line)].join("\n");
}

/** The middle of all runs, with the least and the most. */
export function range(runs: Runs, digits: number): string {
  const text = (value: number): string => value.toFixed(digits);
  const [least, most] = [text(Math.min(...runs)), text(Math.max(...runs))];
  return least === most ? text(middle(runs)) : `${text(middle(runs))} (${least} – ${most})`;
}

export function seconds(runs: Runs, digits = 2): string {
  return runs.length === 0 ? "–" : `${range(runs, digits)} s`;
}

/** Bold where it misses its goal; with a digit more where it would else read as the goal itself. */
export function judged(value: number, goal: number | undefined, digits = 2): string {
  const rounded = value.toFixed(digits);
  if (goal === undefined) return rounded;
  const text = value !== goal && Number(rounded) === goal ? value.toFixed(digits + 1) : rounded;
  return value > goal ? `**${text}**` : text;
}

/** How many times the other, round by round. */
export function times(ours: Runs, theirs: Runs, goal?: number): string {
  const all = ratios(ours, theirs);
  const text = judged(middle(all), goal);
  return all.length > 1 ? `${text} (${Math.min(...all).toFixed(2)} – ${Math.max(...all).toFixed(2)})` : text;
}

export function signed(value: number, digits = 2): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(digits)}`;
}

export function tellRuns(runs: number): string {
  return runs === 1 ? "1 run" : `${runs} runs`;
}

/** What to do where figures are missing. */
export function missing(parameters: string): string {
  return `Not measured yet: \`npm run bench -- ${parameters}\`.`;
}
