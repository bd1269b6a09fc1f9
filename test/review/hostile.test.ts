// A pull request may be a stranger's, and every name in it chosen to be read as something else.
import * as fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { judge, type Judgement } from "../../cli/review/judge.js";
import { toMarkdown } from "../../cli/review/markdown.js";
import { readPreview } from "../../cli/review/preview.js";
import { toText } from "../../cli/review/text.js";
import { draw, picturesIn } from "./mermaid.js";
import { names, textOf } from "./saved.js";

/** What decides what a change means stays as it is: hostile is what is only shown. */
const meant = new Set([
  "op",
  "onDelete",
  "adopt",
  "desiredState",
  "severity",
  "outcome",
  "ifFinished",
  "kind",
]);

/** The preview with this in place of every value that is shown. */
function withValues(name: string, hostile: string): Judgement {
  const replaced = JSON.parse(textOf(name), (key, value: unknown) => {
    if (typeof value !== "string" || meant.has(key) || /^__|^04da6b54/.test(key + value)) return value;
    return value.startsWith("urn:pulumi:") ? `${value}${hostile}` : `${value.slice(0, 4)}${hostile}`;
  }) as object;
  return judge(readPreview(JSON.stringify(replaced)));
}

/** The comment as GitHub's Markdown has it, without what stands in code, where nothing is read as anything. */
function skeletonOf(markdown: string): string {
  const options = { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] };
  return micromark(markdown, options)
    .replaceAll(/<code([^>]*)>[^<]*<\/code>/g, "<code$1/>")
    .replace(/^<!-- [\w ./-]* -->/, "<!-- marker -->")
    .replace(/<p>Arrows that .*\n/, "");
}

const hostile = [
  "` | @team <img src=x onerror=alert(1)> |",
  "\n\n# heading\n/close\n",
  "``` \n```mermaid\nflowchart LR\n x[end] --> y",
  '"]; click n1 "javascript:alert(1)"; subgraph end',
  "-->|x| n9{{#quot;}} %%{init: {}}%% style:#f00; classDef x:#fff;",
  "\u202Egnp.exe \u200B\u0007\u001B[31m\u2028 end",
  "--><script>@everyone</script><!--",
  "\\`\\|\\",
  "](https://example.com) ![x](y) https://example.com #1 owner/repo#2",
  "1. one\n- two\n* three",
  "\n```\n# out\n~~~\n",
  "$&$1$`",
];

const documents = names.filter((name) => name !== "streaming");

test.each(documents)("%s keeps its form whatever the names are", async (name) => {
  const harmless = toMarkdown(withValues(name, "x"));
  const [usual] = await drawn(harmless);
  for (const value of hostile) {
    const markdown = toMarkdown(withValues(name, value));
    expect(skeletonOf(markdown)).toBe(skeletonOf(harmless));
    const [picture] = await drawn(markdown);
    // Long names leave less room.
    const isWhole = !markdown.includes("\nArrows that");
    expect(picture?.arrows ?? 0).toBeLessThanOrEqual(usual?.arrows ?? 0);
    expect(picture?.nodes.length).toBe(isWhole ? usual?.nodes.length : picture?.nodes.length);
    // A terminal obeys them.
    expect(toText(withValues(name, value), false)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}]/u);
  }
});

test("nor what anybody thinks of", async () => {
  const harmless = toMarkdown(withValues("sample", "x"));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 30 }), async (value) => {
      const markdown = toMarkdown(withValues("sample", value));
      expect(skeletonOf(markdown)).toBe(skeletonOf(harmless));
      for (const picture of picturesIn(markdown)) await draw(picture);
    }),
    { numRuns: 100 },
  );
});

test("what nobody sees is written out", () => {
  for (const unseen of ["\u3164", "\uFE0F", "\u034F", "\u115F", "\u2800", "\u200B", "\u{E0041}"]) {
    const number = `\\u{${unseen.codePointAt(0)?.toString(16)}}`;
    for (const written of [toMarkdown, (one: Judgement) => toText(one, false)]) {
      const text = written(withValues("sample", unseen));
      expect(text).toContain(number);
      expect(text.replaceAll("⚠️", "")).not.toContain(unseen);
    }
  }
});

test("labels say what the names are", async () => {
  const [picture] = await drawn(toMarkdown(withValues("sample", '#"<b>|')));
  expect(picture?.nodes).toContainEqual('original revi#"<b>|');
});

test.each([
  '"steps"',
  "[]",
  "{}",
  "",
  "{not json",
  '{"steps": 3}',
  '{"sequence": 1}\n{"sequence":',
  '{"steps":[{"op":1}]}',
])("%s is refused", (text) =>
  expect(() => readPreview(text)).toThrow(/there is no preview|not what `pulumi preview --json` writes/),
);

test("values of any shape are read", () => {
  const shapes: unknown[] = [
    null,
    3,
    true,
    [],
    [[]],
    {},
    { toString: 1, toJSON: 1 },
    [{ template: 1 }],
    "__proto__",
  ];
  for (const name of documents) {
    for (const shape of shapes) {
      const misshapen = JSON.parse(textOf(name), (key, value: unknown) =>
        [
          "meshId",
          "version",
          "grayDeployments",
          "frontApi",
          "onDelete",
          "override",
          "statusCode",
          "rollout",
          "__secrets",
          "unfinished",
          "changeOrderId",
          "region",
        ].includes(key)
          ? shape
          : value,
      ) as object;
      const judgement = judge(readPreview(JSON.stringify(misshapen)));
      expect(toMarkdown(judgement).length).toBeLessThan(60_000);
    }
  }
});

function drawn(markdown: string): Promise<Awaited<ReturnType<typeof draw>>[]> {
  return Promise.all(picturesIn(markdown).map(draw));
}
