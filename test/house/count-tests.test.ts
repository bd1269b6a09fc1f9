import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closingLine, countTests, reportTests } from "../../tools/count-tests.mjs";

let place: string;
let written: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "count-"));
  written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
});

test("tests are counted by what became of them", () => {
  const testResults = [
    file("passed", "passed", "passed", "skipped"),
    file("failed", "failed", "todo", "passed"),
  ];
  expect(countTests({ testResults, success: false })).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test("a file that did not load counts as failed", () => {
  expect(countTests({ testResults: [file("failed")], success: false })).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

test("the closing line is plain", () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(closingLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
});

test.each([
  ["all passed", { testResults: [file("passed", "passed")], success: true }, 0, "1 passed, 0 failed\n"],
  [
    "one failed",
    { testResults: [file("failed", "passed", "failed")], success: false },
    1,
    "1 passed, 1 failed\n",
  ],
  ["no test", { testResults: [], success: true }, 1, "0 passed, 0 failed\n"],
  [
    "an error outside of any test",
    { testResults: [file("passed", "passed")], success: false },
    1,
    "1 passed, 0 failed\n",
  ],
])("%s: the exit code tells", (_, report, code, line) => {
  const path = join(place, "report.json");
  writeFileSync(path, JSON.stringify(report));
  expect(reportTests(path)).toBe(code);
  expect(written).toBe(line);
});

test("no report is a failure", () => {
  expect(reportTests(join(place, "missing.json"))).toBe(1);
  expect(written).toBe("0 passed, 0 failed\n");
});
