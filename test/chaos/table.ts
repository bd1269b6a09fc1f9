// What came of the killed runs, as a page of documentation.
import { wordsOf } from "./points.js";
import type { Result } from "./run.js";

export function toMarkdown(results: readonly Result[]): string {
  const rows = results.map(({ point, landed, left, problems }) => [
    wordsOf(point),
    `${point.blow}${point.withoutBridge === true ? ", without the bridge" : ""}`,
    point.withoutCheckpoints ? "skipped" : "default",
    landed,
    left,
    problems.length === 0
      ? "fine"
      : `**${problems.join("; ").replaceAll(/\s+/g, " ").replaceAll("|", "/")}**`,
  ]);
  const head = ["killed at", "by", "checkpoints", "landed after", "left behind", "then recover, up, destroy"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

export function summaryOf(results: readonly Result[]): string {
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  const missed = results.filter(({ landed }) => landed.startsWith("nowhere")).length;
  return `${results.length} runs, ${wrong} wrong, ${missed} ended before the kill`;
}
