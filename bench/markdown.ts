import type { Spread } from "./results.js";

/** A table; the first column holds words, the others numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = heads.map((_, index) => (index === 0 ? "---" : "--:"));
  return [line(heads), line(rule), ...rows.map(line)].join("\n");
}

export function seconds([middle, least, most]: Spread, digits = 2): string {
  return least === most
    ? `${middle.toFixed(digits)} s`
    : `${middle.toFixed(digits)} s (${least.toFixed(digits)} – ${most.toFixed(digits)})`;
}

/** How many times the other, bold where that is more than the goal. */
export function ratio(ours: number, theirs: number, goal?: number): string {
  const times = (ours / theirs).toFixed(2);
  return goal !== undefined && Number(times) > goal ? `**${times}**` : times;
}
