// The review as a comment of a pull request. Values stand in code spans, where neither Markdown nor mentions work.
import type { Change, Judgement } from "./judge.js";
import { numbered, visible, written, type Phrase } from "./phrase.js";
import { pictureOf } from "./picture.js";
import { restOf, riskOf, tally, verdictOf } from "./verdict.js";

/** The hosts take 65,536 characters; CI may want to add a few. */
const longest = 60_000;
const longestErrors = 15_000;
const longestTable = 30_000;

const marks = { no: "⛔ no", notKnown: "❔ not known", inPart: "⚠️ in part", yes: "✅ yes" } as const;

export function toMarkdown(judgement: Judgement): string {
  const { changes, errors } = judgement;
  const head = [
    `<!-- pulumi-grayscale review ${anchor(judgement)} -->`,
    `### ${headMark(judgement)} Release preview${stackOf(judgement)}`,
    `**${verdictOf(judgement)}**`,
    ...errorsOf(errors),
  ];
  const table = tableOf(changes);
  const tail = [restOf(judgement), note(changes)].filter((part) => part !== "");
  const parts = [...head, ...table, ...pictureParts(changes)];
  const left = longest - [...parts, ...tail].join("\n\n").length;
  return `${[...parts, ...detailsOf(changes, left - 100), ...tail].join("\n\n")}\n`;
}

/** By this CI finds its own comment again. */
function anchor({ project = "", stack = "" }: Judgement): string {
  return `${project}/${stack}`.replaceAll(/[^\w./-]|-(?=-)/g, "_").slice(0, 200);
}

function stackOf({ project, stack }: Judgement): string {
  return stack === undefined ? "" : `: ${inCode(`${project ?? ""}/${stack}`)}`;
}

function headMark(judgement: Judgement): string {
  if (judgement.errors.length > 0) return "🛑";
  return (marks[riskOf(judgement)].split(" ")[0] ?? "").replace("✅", "🟢");
}

function errorsOf(errors: readonly string[]): string[] {
  if (errors.length === 0) return [];
  const shown = errors.map((error) => {
    const lines = error.split("\n").slice(0, 8);
    // Indented by four, what looks like the end of the block is none, and GitLab sees no order in a leading slash.
    return lines.map((line) => `    ${visible(line, 300)}`).join("\n");
  });
  const fitting = fits(shown, longestErrors);
  const left = errors.length - fitting;
  return [
    `\`\`\`text\n${shown.slice(0, fitting).join("\n")}\n\`\`\``,
    ...(left === 0 ? [] : [`Errors that are not shown: ${left}.`]),
  ];
}

function tableOf(changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(rowOf);
  const fitting = fits(rows, longestTable);
  const table = [
    "| what | where | from → to | reversible? | on destroy |",
    "| --- | --- | --- | --- | --- |",
    ...rows.slice(0, fitting),
  ].join("\n");
  const left = changes.slice(fitting);
  return left.length === 0 ? [table] : [table, `${left.length} more are not shown: ${tally(left)}.`];
}

function rowOf({ operation, name, what, where, from, to, reversible, why, onDestroy }: Change): string {
  const cells = [
    `**${operation}** ${inCode(name)}<br>${words(what)}`,
    words(where),
    `${from === undefined ? "–" : words(from)} → ${words(to)}`,
    `${marks[reversible]}: ${words(why)}`,
    onDestroy === undefined ? "–" : words(onDestroy),
  ];
  return `| ${cells.join(" | ")} |`;
}

function pictureParts(changes: readonly Change[]): string[] {
  const picture = pictureOf(changes.flatMap(({ moves }) => moves));
  if (picture === undefined) return [];
  const more = picture.leftOut === 0 ? [] : [`Arrows that the picture has no room for: ${picture.leftOut}.`];
  return [`\`\`\`mermaid\n${picture.mermaid}\n\`\`\``, ...more];
}

function detailsOf(changes: readonly Change[], room: number): string[] {
  const frame = (lines: readonly string[]): string =>
    `<details>\n<summary>Each change in full</summary>\n\n${lines.join("\n")}\n\n</details>`;
  const items = changes.map(itemOf);
  const fitting = fits(items, room - frame([]).length - 60);
  if (fitting === 0) return [];
  const left = items.length - fitting;
  return [frame([...items.slice(0, fitting), ...(left === 0 ? [] : [`- ${left} more are not shown`])])];
}

function itemOf({ operation, urn, changed, rollout }: Change): string {
  const parts = [
    `- **${operation}** ${inCode(urn, 300)}`,
    ...(changed.length === 0 ? [] : [`  changes: ${namesOf(changed)}`]),
    ...(rollout === undefined ? [] : [`  ${inCode(rollout, 600)}`]),
  ];
  return parts.join("<br>\n");
}

function namesOf(changed: readonly string[]): string {
  const more = changed.length > 10 ? ` and ${changed.length - 10} more` : "";
  return `${changed
    .slice(0, 10)
    .map((path) => inCode(path))
    .join(", ")}${more}`;
}

/** What no preview can know is said once, and not in every row. */
function note(changes: readonly Change[]): string {
  return changes.length === 0
    ? ""
    : "<sub>Going back means to revert the change and to run `pulumi up` again. A replacement removes first, then creates. A preview asks no cloud: it does not know how much traffic flows where, nor what is there already.</sub>";
}

function fits(lines: readonly string[], room: number): number {
  let used = 0;
  const beyond = lines.findIndex((line) => (used += line.length + 1) > room);
  return beyond === -1 ? lines.length : beyond;
}

function words(phrase: Phrase): string {
  return written(phrase, (value) => inCode(value));
}

function inCode(value: string, most?: number): string {
  return value === "" ? "(empty)" : `\`${escaped(visible(value, most))}\``;
}

/** What would end a code span, a code block or a cell of a table. */
function escaped(text: string): string {
  return text.replaceAll(/[`|]/g, numbered);
}
