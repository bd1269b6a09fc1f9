import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * The part of vitest's JSON report that is counted.
 * @typedef {{ status: string }} Test
 * @typedef {{ testResults: readonly { status: string, assertionResults: readonly Test[] }[], success: boolean }} Report
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * @param {Report} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    for (const { status } of file.assertionResults) {
      if (status === "passed") counts.passed += 1;
      else if (status === "failed") counts.failed += 1;
      else counts.skipped += 1;
    }
    // A file that fails without a failed test did not even load, or broke down before or after its tests.
    if (file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"))
      counts.failed += 1;
  }
  return counts;
}

/**
 * The one line that CI ends with.
 * @param {Counts} counts
 * @returns {string}
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * @param {string} file
 * @returns {number} the exit code: no test at all is a failure too
 */
export function reportTests(file) {
  const empty = { testResults: [], success: false };
  /** @type {Report} */
  const read = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : empty;
  const counts = countTests(read);
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.passed > 0 && counts.failed === 0 && read.success ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = reportTests(process.argv[2] ?? ".vitest-report.json");
}
