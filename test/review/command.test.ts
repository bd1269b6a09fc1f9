// `pulumi-grayscale review` as it is installed, on previews that are saved.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { fileOf, textOf } from "./saved.js";

const command = join(repositoryRoot, "lib", "cli", "main.js");

/** Without `pulumi`, and in a folder that is no project: a preview that is saved needs neither. */
function review(
  parameters: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  const environment = { PATH: "/nowhere" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "review", ...parameters], {
    cwd: "/",
    input,
    encoding: "utf8",
    env: environment,
  });
  return { status, stdout, stderr };
}

function golden(file: string): string {
  return readFileSync(join(repositoryRoot, "test", "review", "golden", file), "utf8");
}

test("reads a file, and standard input", () => {
  const expected = { status: 0, stdout: golden("sample.md"), stderr: "" };
  expect(review([fileOf("sample")])).toEqual(expected);
  expect(review(["-"], textOf("sample"))).toEqual(expected);
  expect(review(["-"], textOf("streaming"))).toEqual(expected);
  expect(review(["-"], `\uFEFF${textOf("sample")}`)).toEqual(expected);
});

test("waits for a writer that is slow, where somebody has told the pipe not to wait", () => {
  // Node.js does so with a pipe that it reads, and undoes it when it ends by itself.
  const touch = `process.stdin.pause(); process.kill(process.pid, "SIGKILL");`;
  const line = `(sleep 1; cat "$1") | { "$2" -e '${touch}'; "$2" "$3" review -; }`;
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", line, "sh", fileOf("sample"), process.execPath, command],
    {
      encoding: "utf8",
    },
  );
  expect(stdout).toBe(golden("sample.md"));
  expect(stderr).not.toContain("EAGAIN");
});

test("a stream of events that was cut off is no preview to approve from", () => {
  const events = textOf("streaming").trimEnd().split("\n");
  const last = events.findIndex((event) => event.includes("summaryEvent"));
  const { status, stdout } = review(["-"], events.slice(0, last).join("\n"));
  expect(status).toBe(1);
  expect(stdout).toContain("**The preview failed. As far as it got: ");
  expect(stdout).toContain("The preview was cut off");
});

test("writes text without colours where nobody looks, and data", () => {
  expect(review(["--format", "text", fileOf("sample")])).toEqual({
    status: 0,
    stdout: golden("sample.txt"),
    stderr: "",
  });
  const { stdout } = review(["--format", "json", fileOf("sample")]);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, project: "shop", stack: "prod", failed: false });
});

test.each([
  ["sample", ["irreversible"], 0],
  ["sample", ["replace"], 3],
  ["sample", ["irreversible", "any"], 3],
  ["destroy", ["replace"], 0],
  ["destroy", ["any"], 3],
  ["irreversible", ["irreversible"], 3],
  ["unknown", ["irreversible"], 0],
  ["unknown", ["unknown"], 3],
  ["sample", ["unknown"], 0],
  ["quiet", ["any"], 0],
  ["failed", [], 1],
  ["failed", ["any"], 1],
])("%s with --fail-on %j ends with %d, and writes the same", (name, conditions, status) => {
  const options = conditions.flatMap((condition) => ["--fail-on", condition]);
  expect(review([...options, fileOf(name)])).toEqual({ status, stdout: golden(`${name}.md`), stderr: "" });
});

test.each([
  ["", "there is no preview: the input is empty"],
  ["words", "not what `pulumi preview --json` writes: it is not JSON"],
  ['{"a": 1}', "not what `pulumi preview --json` writes: it has another form"],
])("%j cannot be read", (input, words) => {
  const { status, stdout, stderr } = review(["-"], input);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain(words);
});

test.each([
  [["--format", "html"], "--format html: it is one of markdown, json, text"],
  [["--fail-on", "everything"], "--fail-on everything: it is one of irreversible, unknown, replace, any"],
  [["one.json", "two.json"], "one FILE is read"],
  [["--stack", "prod", "one.json"], "not for one in a FILE"],
  [["--verbose"], "--verbose"],
])("%j is a wrong call", (parameters, words) => {
  const { status, stdout, stderr } = review(parameters);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(words);
});

test("without a file and without Pulumi it says what is missing", () => {
  const { status, stderr } = review([]);
  expect(status).toBe(1);
  expect(stderr).toContain("there is no pulumi on PATH");
});
