// What was measured, in Markdown.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../tools/places.mjs";
import type { Results } from "./results.js";
import type { Section } from "./section.js";

/** Every section that has figures. */
export function render(sections: readonly Section[], results: Results): string {
  const chapters = sections.flatMap((section) => {
    const stored = results.of(section.name);
    if (stored === undefined) return [];
    const { day, machine, versions, load } = stored.circumstances;
    const note = `Measured on ${day}: ${machine}; ${versions}; load before it began ${load}.`;
    return [`${section.render(stored.data)}\n\n${note}`];
  });
  return `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- --only NAME\` measures one section again. Everything is compared within
one run on one machine: the ratios say more than the seconds.

${chapters.join("\n\n")}
`;
}

/** Writes the report, and the figures that other documents show. */
export function writeReport(sections: readonly Section[], results: Results): void {
  writeFileSync(join(repositoryRoot, "bench", "RESULTS.md"), render(sections, results));
  const scale = join(repositoryRoot, "docs", "scale.md");
  if (!existsSync(scale)) return;
  let text = readFileSync(scale, "utf8");
  for (const section of sections) {
    const data = results.of(section.name)?.data;
    const figures = data === undefined ? {} : (section.figures?.(data) ?? {});
    for (const [name, figure] of Object.entries(figures)) text = withFigure(text, name, figure);
  }
  writeFileSync(scale, text);
}

/** Puts a figure between its two marks. */
function withFigure(text: string, name: string, figure: string): string {
  const marks = new RegExp(String.raw`(<!-- figure: ${name} -->\n)[^]*?(<!-- end -->)`);
  return text.replace(marks, (_, begin: string, end: string) => `${begin}${figure}\n${end}`);
}
