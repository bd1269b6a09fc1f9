// `npm run chaos`: kills runs of the tour at every point of the list, or, with --seed N --runs N, at random ones, and
// prints what came of each.
import { parseArgs } from "node:util";
import { atOnce, runApart } from "./apart.js";
import { allPoints, randomPoints, wordsOf, type Point } from "./points.js";
import type { Result } from "./run.js";
import { summaryOf, toMarkdown } from "./table.js";

const { values } = parseArgs({
  options: { seed: { type: "string" }, runs: { type: "string" }, minutes: { type: "string" } },
});

async function main(): Promise<void> {
  const isRandom = values.seed !== undefined || values.runs !== undefined;
  const seed = Number(values.seed ?? 1);
  const points = isRandom ? randomPoints(seed, Number(values.runs ?? 200)) : allPoints;
  const until = Date.now() + Number(values.minutes ?? Infinity) * 60_000;
  const results = await runAll(points, until);
  const what = isRandom ? `random points, seed ${seed}` : "the full list";
  const date = new Date().toISOString().slice(0, 10);
  process.stdout.write(`${date}, ${what}: ${summaryOf(results)}.\n\n${toMarkdown(results)}`);
  if (results.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

async function runAll(points: readonly Point[], until: number): Promise<Result[]> {
  const queue = [...points.entries()];
  const results: Result[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && Date.now() < until; next = queue.shift()) {
      const [index, point] = next;
      results[index] = await runApart(point);
      const word =
        results[index].problems.length === 0 ? "fine" : `WRONG ${results[index].problems.join("; ")}`;
      process.stderr.write(`${index + 1} of ${points.length}: ${wordsOf(point)}, ${point.blow}: ${word}\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results.filter(Boolean);
}

void main();
