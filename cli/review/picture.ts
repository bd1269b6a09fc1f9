// The picture of what moves where, as Mermaid draws it on GitHub and GitLab.
import type { Move } from "./consequence.js";
import { visible, written, type Phrase } from "./phrase.js";

/** GitLab draws what is longer only after a click, and a picture that is larger is none. */
const longest = 2000;

const arrows = { begins: "==>", stays: "-->", ends: "-.-x" } as const;

export interface Picture {
  readonly mermaid: string;
  /** How many moves it has no room for. */
  readonly leftOut: number;
}

export function pictureOf(moves: readonly Move[]): Picture | undefined {
  const nodes = new Map<string, string>();
  const drawn = new Set<string>();
  const lines = ["flowchart LR"];
  let leftOut = 0;
  for (const { place, from, to, label, how } of moves) {
    const arrow = `${arrows[how]}${label === "" ? "" : `|"${label}"|`}`;
    const key = JSON.stringify([place, labelOf(from), arrow, labelOf(to)]);
    if (drawn.has(key)) continue;
    drawn.add(key);
    const known = new Map(nodes);
    const line = `  ${nodeOf(known, place, labelOf(from))} ${arrow} ${nodeOf(known, place, labelOf(to))}`;
    if (lines.join("\n").length + line.length >= longest) {
      leftOut += 1;
      continue;
    }
    for (const [node, id] of known) nodes.set(node, id);
    lines.push(line);
  }
  return lines.length === 1 ? undefined : { mermaid: lines.join("\n"), leftOut };
}

/** A node has its label where it is named first. */
function nodeOf(nodes: Map<string, string>, place: string, label: string): string {
  const node = JSON.stringify([place, label]);
  const known = nodes.get(node);
  if (known !== undefined) return known;
  const id = `n${nodes.size + 1}`;
  nodes.set(node, id);
  return `${id}["${label}"]`;
}

function labelOf(phrase: Phrase): string {
  return written(phrase, (value) => harmless(visible(value, 40)));
}

/** Whatever means something to Mermaid, HTML or Markdown is written as Mermaid's own entity. */
function harmless(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ./-]/gu, (character) => `#${character.codePointAt(0)};`);
}
