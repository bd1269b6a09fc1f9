// What is made of every preview that is kept, word for word.
import { join } from "node:path";
import { z } from "zod";
import { expect, test } from "vitest";
import { reviewSchema, toData } from "../../cli/review/data.js";
import { toMarkdown } from "../../cli/review/markdown.js";
import { toText } from "../../cli/review/text.js";
import { repositoryRoot } from "../../tools/places.mjs";
import { readText } from "../house/sources.js";
import { draw, picturesIn } from "./mermaid.js";
import { programs } from "./programs.js";
import { judged, names, textOf } from "./saved.js";

test("every program has its preview, without places of a machine", () => {
  expect(names).toEqual(Object.keys(programs).toSorted());
  for (const name of names)
    expect(textOf(name)).not.toMatch(
      /127\.0\.0\.1|\/home\/|\/root\/|\/tmp\/|file:|correct-horse|"ciphertext": ?"v1/,
    );
});

test.each(names)("%s as Markdown", async (name) => {
  await expect(toMarkdown(judged(name))).toMatchFileSnapshot(`golden/${name}.md`);
});

test.each(names)("%s as text", async (name) => {
  await expect(toText(judged(name), false)).toMatchFileSnapshot(`golden/${name}.txt`);
});

test.each(names)("%s as data", (name) => {
  const data = toData(judged(name));
  expect(reviewSchema.parse(JSON.parse(JSON.stringify(data)))).toEqual(data);
  expect(JSON.stringify(data)).not.toMatch(/exports\.handler|__provider|__urn|04da6b54/);
});

test.each(names)("%s as a picture", async (name) => {
  const pictures = picturesIn(toMarkdown(judged(name)));
  const movesAnything = judged(name).changes.some(({ moves }) => moves.length > 0);
  expect(pictures).toHaveLength(movesAnything ? 1 : 0);
  for (const picture of pictures) {
    expect(picture.length).toBeLessThanOrEqual(2000);
    const { nodes, arrows } = await draw(picture);
    expect(arrows).toBe(picture.split("\n").length - 1);
    expect(nodes.length).toBeGreaterThan(1);
  }
});

test("events say the same as the document", () => {
  expect(toData(judged("streaming"))).toEqual(toData(judged("sample")));
});

test("the published schema is that of the source", async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(reviewSchema), undefined, 2)}\n`;
  await expect(schema).toMatchFileSnapshot(join(repositoryRoot, "review.schema.json"));
});

test("the README shows what is really written", () => {
  const [, shown] = /\n---\n\n(<!-- pulumi-grayscale review [^]*?)\n---\n/.exec(readText("README.md")) ?? [];
  expect(shown).toBe(toMarkdown(judged("sample")));
});
