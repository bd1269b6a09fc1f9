// The matrix as a page of documentation: one table a resource, a fault a row, a request a column.
import type { Case } from "./run.js";

export function toMarkdown(cases: readonly Case[]): string {
  const titles = [...new Set(cases.map(({ lane }) => lane.title))];
  return titles
    .map((title) =>
      tableOf(
        title,
        cases.filter(({ lane }) => lane.title === title),
      ),
    )
    .join("\n");
}

function tableOf(title: string, cases: readonly Case[]): string {
  const columns = [...new Map(cases.map(({ lane }) => [lane.name, `${lane.phase}: ${lane.does}`]))];
  const names = [...new Set(cases.map(({ fault }) => fault))];
  const rows = names.map((fault) => {
    const cells = columns.map(([name]) =>
      cellOf(cases.find((one) => one.fault === fault && one.lane.name === name)),
    );
    return [fault].concat(cells);
  });
  const lines = [["", ...columns.map(([, words]) => words)], ["---", ...columns.map(() => "---")], ...rows];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function cellOf(found: Case | undefined): string {
  if (found === undefined) return "–";
  const { ending, calls, seconds, problems } = found;
  const ended = problems.length === 0 ? ending : `**wrong: ${problems.join("; ")}**`;
  return `${ended} · ${calls} · ${seconds.toFixed(1)} s`;
}
