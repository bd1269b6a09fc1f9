import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "ci-run-"));
  for (const name of [".ci/run", "tools/count-tests.mjs"])
    cpSync(join(repositoryRoot, name), join(place, name));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** Runs the real script over stand-ins for the two commands; the second leaves a report as vitest does. */
function run(check: number, tests: number, statuses: string[]): { status: number | null; lines: string[] } {
  const results = [
    { status: tests === 0 ? "passed" : "failed", assertionResults: statuses.map((status) => ({ status })) },
  ];
  const report = JSON.stringify({ testResults: statuses.length > 0 ? results : [], success: tests === 0 });
  writeFileSync(join(place, "report"), report);
  writeFileSync(
    join(place, "package.json"),
    JSON.stringify({
      scripts: {
        check: `exit ${check}`,
        test: `test "$CI" = true && cp report .vitest-report.json; exit ${tests}`,
      },
    }),
  );
  // An old report must not be counted again.
  writeFileSync(
    join(place, ".vitest-report.json"),
    '{"testResults":[{"assertionResults":[{"status":"passed"}]}]}',
  );
  const { status, stdout } = spawnSync("bash", [join(place, ".ci", "run")], { encoding: "utf8" });
  return { status, lines: stdout.trim().split("\n") };
}

test.each([
  ["everything passes", 0, 0, ["passed", "passed"], 0, "2 passed, 0 failed"],
  ["a check fails", 1, 0, ["passed"], 1, "1 passed, 0 failed"],
  ["a test fails", 0, 1, ["passed", "failed"], 1, "1 passed, 1 failed"],
  ["no test runs", 0, 0, [], 1, "0 passed, 0 failed"],
])("%s", (_, check, tests, statuses, status, line) => {
  const ended = run(check, tests, statuses);
  expect(ended.lines.at(-1)).toBe(line);
  expect(ended.status).toBe(status);
});
