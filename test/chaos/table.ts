// What came of the killed runs, as a page of documentation.
import { wordsOf } from "./points.js";
import type { Result } from "./run.js";

export function toMarkdown(results: readonly Result[]): string {
  const rows = results.map(({ point, landed, endedAfterSeconds, left, problems }) => [
    wordsOf(point),
    `${point.blow}${point.withoutBridge === true ? ", without the bridge" : ""}`,
    point.withoutCheckpoints ? "skipped" : "default",
    landed,
    endedAfterSeconds === undefined ? "–" : `${endedAfterSeconds.toFixed(1)} s`,
    left,
    problems.length === 0
      ? "fine"
      : `**${problems.join("; ").replaceAll(/\s+/g, " ").replaceAll("|", "/")}**`,
  ]);
  const head = [
    "killed at",
    "by",
    "checkpoints",
    "landed after",
    "run ended after",
    "left behind",
    "then recover, up, destroy",
  ];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

export function summaryOf(results: readonly Result[]): string {
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  const missed = results.filter(({ landed }) => landed.startsWith("nowhere")).length;
  return `${results.length} runs, ${wrong} wrong, ${missed} ended before the kill${interrupted(results)}`;
}

/** How soon a run ends that hears of a Ctrl-C. */
function interrupted(results: readonly Result[]): string {
  const times = results
    .filter(({ point }) => point.blow === "Ctrl-C" && point.withoutBridge !== true)
    .flatMap(({ endedAfterSeconds }) => endedAfterSeconds ?? [])
    .toSorted((left, right) => left - right);
  const [middle, most] = [times[Math.floor(times.length / 2)], times.at(-1)];
  if (middle === undefined || most === undefined) return "";
  return `; after one Ctrl-C the run ended within ${middle.toFixed(1)} s (middle of ${times.length}), at most ${most.toFixed(1)} s`;
}
