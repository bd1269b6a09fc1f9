// The matrix as a page of documentation: one table a resource, a fault a row, a request a column.
import { cpus } from "node:os";
import type { Case } from "./run.js";

/**
 * What the Terraform provider of Huawei Cloud (1.97.1, `huaweicloud_swr_image_auto_sync`) did under the same fault: measured
 * against a loopback cloud, elsewhere and not in this run. It covers none of the other resources.
 */
const rival: Readonly<Record<string, string>> = {
  "429, `Retry-After` in seconds": "waits 60.0 s, whatever it is told",
  "500": "fails at once; after a create, the next run destroys and creates it again",
  "503": "fails at once",
  "reset, not carried out": "63 s of retries that send nothing, then an error",
  "reset, yet carried out": "63 s, then an error: the task is in the cloud and not in the state",
  "no answer": "no time limit: ended by hand after 10.5 minutes",
  "list late after create": "an error: the task is in the cloud and not in the state",
  "one empty or 404 read": "dropped from the state, planned again",
};

export function toMarkdown(cases: readonly Case[]): string {
  const titles = [...new Set(cases.map(({ lane }) => lane.title))];
  const tables = titles.map((title) =>
    tableOf(
      title,
      cases.filter(({ lane }) => lane.title === title),
    ),
  );
  return `# What happens when something goes wrong

Each fault hits one request – the first of its kind in an operation of Pulumi's – through Pulumi's dynamic host and the
simulated cloud. A cell says how the operation ended, how many requests it made in all, and how long it took.

- **done**: in spite of the fault.
- **kept**: it failed, and what the cloud has accepted is in the state as unfinished.
- **refused**: it failed, and nothing was changed.

After each of the ${cases.length} cases, the next \`pulumi up\` ended with exactly what is declared, nothing made twice and
nothing counted as somebody else's, and a \`pulumi destroy\` left nothing behind. No credential was said, stored or traced.

Written by \`npm run faults\` on ${new Date().toISOString().slice(0, 10)}, with Node.js ${process.versions.node} on ${cpus().length} cores. Times are those of that run:
waits are random within their bounds. Where no answer comes, a request is given up after 1 s instead of 30 s. "A; then B" is two
faults at once: A hits the request, and B the look that is to tell what became of it.

${tables.join("\n")}`;
}

function tableOf(title: string, cases: readonly Case[]): string {
  const columns = [...new Map(cases.map(({ lane }) => [lane.name, `${lane.phase}: ${lane.does}`]))];
  const isCovered = title === "ImageSyncTask";
  const names = [...new Set(cases.map(({ fault }) => fault))];
  const rows = names.map((fault) => {
    const cells = columns.map(([name]) =>
      cellOf(cases.find((one) => one.fault === fault && one.lane.name === name)),
    );
    return [fault].concat(cells, isCovered ? (rival[fault] ?? "") : []);
  });
  const head = [""].concat(
    columns.map(([, words]) => words),
    isCovered ? "Terraform provider, measured elsewhere" : [],
  );
  const lines = [head, head.map(() => "---"), ...rows];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function cellOf(found: Case | undefined): string {
  if (found === undefined) return "–";
  const { ending, calls, seconds, problems } = found;
  const ended = problems.length === 0 ? ending : `**wrong: ${problems.join("; ")}**`;
  return `${ended} · ${calls} · ${seconds.toFixed(1)} s`;
}
