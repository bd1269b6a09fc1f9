// The previews that are kept, and what is made of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, type Judgement } from "../../cli/review/judge.js";
import { readPreview } from "../../cli/review/preview.js";
import { repositoryRoot } from "../../tools/places.mjs";

const folder = join(repositoryRoot, "test", "review");

export const names = readdirSync(folder)
  .flatMap((file) => /^preview-(.*)\.json$/.exec(file)?.[1] ?? [])
  .toSorted();

export function fileOf(name: string): string {
  return join(folder, `preview-${name}.json`);
}

export function textOf(name: string): string {
  return readFileSync(fileOf(name), "utf8");
}

export function judged(name: string): Judgement {
  return judge(readPreview(textOf(name)));
}
