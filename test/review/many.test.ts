// A stack of thousands: the comment stays below what the hosts take, and says what it leaves out.
import { expect, test } from "vitest";
import { judge, type Judgement } from "../../cli/review/judge.js";
import { toMarkdown } from "../../cli/review/markdown.js";
import { toText } from "../../cli/review/text.js";
import type { Step } from "../../cli/review/preview.js";
import { draw, picturesIn } from "./mermaid.js";
import { readPreview } from "../../cli/review/preview.js";
import { textOf } from "./saved.js";

function multiplied(name: string, count: number, suffix = (index: number): string => `-${index}`): Judgement {
  const { steps } = readPreview(textOf(name));
  const own = steps.filter(({ op, urn }) => op !== "same" && urn.includes("dynamic/"));
  const many = Array.from({ length: count }, (_, index): Step => {
    const step = own[index % own.length];
    if (step === undefined) throw new Error(`${name} has no steps`);
    const renamed = (state: Step["before"]): Step["before"] =>
      state && {
        ...state,
        inputs: {
          ...state.inputs,
          name: `release${suffix(index)}`,
          apiId: `api${suffix(index)}`,
          repository: `web${suffix(index)}`,
          version: `v${suffix(index)}`,
        },
      };
    return {
      ...step,
      urn: `${step.urn}${suffix(index)}`,
      before: renamed(step.before),
      after: renamed(step.after),
    };
  });
  return judge({ steps: many, same: 0, errors: [] });
}

test.each([
  ["sample", 5000],
  ["irreversible", 5000],
  ["irreversible", 60],
])("%s, %d steps", async (name, count) => {
  const judgement = multiplied(name, count);
  expect(judgement.changes).toHaveLength(count);
  const markdown = toMarkdown(judgement);
  expect(markdown.length).toBeLessThan(60_000);
  const rows = markdown.split("\n").filter((line) => line.startsWith("| **")).length;
  const [, left = "0"] = /^(\d+) more are not shown: /m.exec(markdown) ?? [];
  expect(rows + Number(left)).toBe(count);
  const items = markdown.split("\n").filter((line) => line.startsWith("- **")).length;
  const [, leftItems = "0"] = /^- (\d+) more are not shown/m.exec(markdown) ?? [];
  expect(items + Number(leftItems)).toBe(count);
  expect(markdown.trimEnd()).toMatch(/<\/sub>$/);
  for (const picture of picturesIn(markdown)) await draw(picture);
  expect(markdown).toMatch(/^Arrows that the picture has no room for: \d+\.$/m);
  expect(toText(judgement, false).split("\n").length).toBeLessThan(2000);
});

test("long names do not burst it, nor many errors", () => {
  const judgement = multiplied("irreversible", 300, (index) => `-${index}-${"|`".repeat(500)}`);
  const errors = Array.from({ length: 500 }, () => `${"`".repeat(5000)}\n`.repeat(20));
  expect(toMarkdown({ ...judgement, errors }).length).toBeLessThan(60_000);
});
