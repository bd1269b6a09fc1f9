// What was measured, in Markdown.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../tools/places.mjs";
import { judged, missing, table } from "./markdown.js";
import type { Results } from "./results.js";
import type { Goal, Section } from "./section.js";

export function render(sections: readonly Section[], results: Results): string {
  const goals = sections.flatMap((section) => {
    const found = section.goals?.(results.cases(section.name)) ?? [];
    return found.map((goal) => goalRow(section.name, goal));
  });
  const chapters = sections.map((section) => section.render(results.cases(section.name)));
  return `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- --only NAME\` measures one section again, and the line above a table says when
and of which commit it was measured. What is compared here was measured side by side on one machine, in rounds of
alternating order: a ratio is taken round by round, and what is told is the middle of all rounds, with the least and the
most. The ratios say more than the seconds. The profiles, and what stands beside others' figures, were measured one after
the other, as is said there. The machine is a virtual one, and not equally quick on each day: compare within a table.

${results.machines().join("\n\n")}

## Goals

${table(["goal", "at most", "worst case", "", "missed"], goals)}

${chapters.join("\n\n")}
`;
}

function goalRow(section: string, { what, limit, unit, found }: Goal): string[] {
  const tell = (value: number, goal?: number): string =>
    `${judged(value, goal, unit === "×" ? 2 : 0)} ${unit}`;
  const [worst] = found.toSorted((left, right) => right.value - left.value);
  if (worst === undefined) return [what, tell(limit), missing(`--only ${section}`), "", ""];
  const missed = found.filter(({ value }) => value > limit).length;
  return [
    what,
    tell(limit),
    worst.where,
    tell(worst.value, limit),
    missed === 0 ? "met" : `in ${missed} of ${found.length}`,
  ];
}

/** Writes the report, and the figures that other documents show. */
export function writeReport(sections: readonly Section[], results: Results): void {
  writeFileSync(join(repositoryRoot, "bench", "RESULTS.md"), render(sections, results));
  const scale = join(repositoryRoot, "docs", "scale.md");
  let text = readFileSync(scale, "utf8");
  for (const section of sections) {
    const figures = section.figures?.(results.cases(section.name)) ?? {};
    for (const [name, figure] of Object.entries(figures)) text = withFigure(text, name, figure);
  }
  writeFileSync(scale, text);
}

/** Puts a figure between its two marks. */
export function withFigure(text: string, name: string, figure: string): string {
  const marks = new RegExp(String.raw`(<!-- figure: ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!marks.test(text)) throw new Error(`docs/scale.md has no place for the figure ${name}`);
  return text.replace(marks, (_, begin: string, end: string) => `${begin}${figure}\n${end}`);
}
