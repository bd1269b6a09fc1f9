import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";

const folder = join(repositoryRoot, "test");
const rows = readFileSync(join(folder, "contract", "README.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| page"))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const named = rows.flatMap(([, page, statement, shown]) => {
  const [, file, title] = /`([^`]+)` · (.+)$/.exec(shown ?? "") ?? [];
  return file === undefined || title === undefined ? [] : [[`${page}: ${statement}`, file, title] as const];
});

test("every statement has a test, or says why it has none", () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const [, page, statement, shown] of rows) {
    expect(shown, `${page}: ${statement}`).toMatch(/`[^`]+` · .+$|^not (applicable|used): /);
  }
});

test.each(named)("%s", (statement, file, title) => {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain(`"${title}"`);
  for (const word of statusAndCode(statement)) expect(text).toMatch(new RegExp(`\\b${word}\\b`));
});

/** The status with which a statement begins, and the cloud's own code in it. */
function statusAndCode(statement: string): string[] {
  return [/: (\d{3})\b/, /`([A-Z]+\.\d+)`/].flatMap((pattern) => pattern.exec(statement)?.[1] ?? []);
}

test("a status and a code are sought where a statement names them", () => {
  expect(named.flatMap(([statement]) => statusAndCode(statement))).toEqual(
    expect.arrayContaining(["204", "403", "APIG.1005", "500", "APIG.9999"]),
  );
});
