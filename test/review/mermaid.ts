// The parser with which GitHub and GitLab draw pictures. It cleans labels with a browser's means, and finds one here.
import { Window } from "happy-dom";

async function load() {
  const browser = new Window();
  Object.assign(globalThis, { window: browser, document: browser.document });
  return (await import("mermaid")).default;
}

const loaded = load();

/** The pictures in a comment. */
export function picturesIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```mermaid\n([^]*?)\n```$/gm)].map(([, picture = ""]) => picture);
}

/** The nodes of a picture with their words, and how many arrows it has; rejects what cannot be drawn. */
export async function draw(picture: string): Promise<{ nodes: string[]; arrows: number }> {
  const mermaid = await loaded;
  await mermaid.parse(picture);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(picture);
  const flow = db as unknown as {
    getVertices(): Map<string, { text: string }>;
    getEdges(): unknown[];
  };
  const nodes = [...flow.getVertices().values()].map(({ text }) => decoded(text));
  return { nodes, arrows: flow.getEdges().length };
}

/** Mermaid puts its entities aside while it parses, and writes them as HTML's in the end. */
function decoded(text: string): string {
  return text.replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
