import { styleText } from "node:util";
import type { Reversible } from "./consequence.js";
import type { Change, Judgement } from "./judge.js";
import { visible, written, type Phrase } from "./phrase.js";
import { restOf, riskOf, tally, verdictOf } from "./verdict.js";

type Style = "red" | "magenta" | "yellow" | "green" | "bold";

const styles: Readonly<Record<Reversible, Style>> = {
  no: "red",
  notKnown: "magenta",
  inPart: "yellow",
  yes: "green",
};
const words = { no: "no", notKnown: "not known", inPart: "in part", yes: "yes" } as const;

/** More than anybody reads on a terminal; the others are counted. */
const most = 200;

export function toText(judgement: Judgement, isColoured: boolean): string {
  const { project, stack, errors, changes } = judgement;
  const paint = (style: Style, text: string): string =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const risk = errors.length > 0 ? "red" : styles[riskOf(judgement)];
  const verdict = paint("bold", paint(risk, verdictOf(judgement)));
  const title = stack === undefined ? "" : `${visible(`${project ?? ""}/${stack}`)}: `;
  const left = changes.slice(most);
  const rest = restOf(judgement);
  const blocks = [
    `${title}${verdict}`,
    ...errors.map((error) =>
      error
        .split("\n")
        .map((line) => `  ${visible(line, 300)}`)
        .join("\n"),
    ),
    ...changes.slice(0, most).map((change) => blockOf(change, paint)),
    ...(left.length === 0 ? [] : [`${left.length} more are not shown: ${tally(left)}`]),
    ...(rest === "" ? [] : [rest]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function blockOf(change: Change, paint: (style: Style, text: string) => string): string {
  const { operation, name, what, where, from, to, reversible, why, onDestroy } = change;
  const rows = [
    ["where", plain(where)],
    ["from → to", `${from === undefined ? "–" : plain(from)} → ${plain(to)}`],
    ["reversible", `${paint(styles[reversible], words[reversible])}: ${plain(why)}`],
    ...(onDestroy === undefined ? [] : [["on destroy", plain(onDestroy)]]),
  ];
  const heading = `${paint("bold", operation)} ${visible(name)}: ${plain(what)}`;
  return [heading, ...rows.map(([label = "", text = ""]) => `  ${label.padEnd(12)}${text}`)].join("\n");
}

function plain(phrase: Phrase): string {
  return written(phrase, (value) => visible(value));
}
