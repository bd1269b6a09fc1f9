// What holds for every workflow example, whatever it does.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { run } from "../../tools/command.mjs";
import { engineVersion, repositoryRoot } from "../../tools/places.mjs";
import { readWorkflow, workflowFolder, type Job } from "./github.js";
import { pipelineFile, readPipeline, scriptOf } from "./gitlab.js";

const files = readdirSync(workflowFolder);
const textOf = (file: string): string => readFileSync(join(workflowFolder, file), "utf8");
/** Its one job. */
function jobOf(file: string): Job {
  const [job] = Object.values(readWorkflow(file).jobs);
  if (job === undefined) throw new Error(`${file} has no job.`);
  return job;
}

async function lint(texts: Record<string, string>): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
  for (const [file, text] of Object.entries(texts))
    writeFileSync(join(folder, ".github", "workflows", file), text);
  const command = join(
    repositoryRoot,
    "node_modules",
    "@tktco",
    "node-actionlint",
    "bin",
    "node-actionlint.js",
  );
  return run(process.execPath, [command], { folder });
}

/** In the versions that this actionlint knows, so that it looks at their inputs, too. */
function asKnown(text: string): string {
  return text.replaceAll(/(uses: actions\/[\w-]+)@v\d[\d.]*/g, "$1@v4");
}

test("actionlint finds no fault, and would", async () => {
  const texts = Object.fromEntries(files.map((file) => [file, asKnown(textOf(file))]));
  expect(await lint(texts)).toMatchObject({ code: 0 });
  const broken = asKnown(textOf("preview.yml"))
    .replace("node-version", "node-versoin")
    .replace("github.token", "github.tokn");
  const found = await lint({ "preview.yml": broken });
  expect(found.output).toContain('input "node-versoin" is not defined in action "actions/setup-node@v4"');
  expect(found.output).toContain('property "tokn" is not defined');
  expect(found.code).toBe(1);
});

describe.each(files)("%s", (file) => {
  const workflow = readWorkflow(file);
  const job = jobOf(file);

  test("has no permission but those of its job, and a limit of time", () => {
    expect(workflow.permissions).toEqual({});
    expect(job.permissions).toBeDefined();
    expect(job["timeout-minutes"]).toBeDefined();
    expect(Object.keys(workflow.jobs)).toHaveLength(1);
  });

  test("pins each action to a version, and Pulumi to the one that is tried", () => {
    const actions = job.steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.filter((uses) => !/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
    const versions = job.steps.flatMap(({ with: given }) => given?.["pulumi-version"] ?? []);
    expect(versions).toEqual(file === "fork-comment.yml" ? [] : [engineVersion]);
  });

  test("puts no expression into a script, and leaves no token in a checkout", () => {
    for (const { run: script = "" } of job.steps) expect(script).not.toContain("${{");
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout"));
    expect(checkouts.map(({ with: given }) => given)).toEqual(
      checkouts.map(() => ({ "persist-credentials": false })),
    );
  });
});

test("nothing runs with more than its trigger allows", () => {
  const permissions = Object.fromEntries(files.map((file) => [file, jobOf(file).permissions]));
  expect(permissions).toEqual({
    "preview.yml": { contents: "read", "pull-requests": "write" },
    "fork-preview.yml": { contents: "read" },
    "fork-comment.yml": { actions: "read", "pull-requests": "write" },
    "up.yml": { contents: "read" },
  });
  for (const file of files) expect(textOf(file)).not.toContain("pull_request_target");
  expect(textOf("fork-preview.yml")).not.toMatch(/secrets\.|github\.token|environment:/);
  expect(textOf("fork-comment.yml")).not.toMatch(/secrets\.|actions\/checkout|npm ci/);
});

test("an up is never cancelled, and never two at a time", () => {
  const { concurrency } = readWorkflow("up.yml");
  expect(concurrency).toEqual({ group: "up-prod", "cancel-in-progress": false });
  expect(readPipeline().jobs["up"]).toMatchObject({ resource_group: "production", interruptible: false });
});

test("both workflows comment in the same way", () => {
  const [one, other] = ["preview.yml", "fork-comment.yml"].map(
    (file) => jobOf(file).steps.find(({ name }) => name === "Comment")?.run,
  );
  expect(one).toBeDefined();
  expect(other).toBe(one);
});

test("on GitLab, each pipeline has the job that is for it", () => {
  const rules = Object.entries(readPipeline().jobs).flatMap(([name, job]) =>
    (job.rules ?? []).map((rule) => [name, rule.if]),
  );
  const request = '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID';
  expect(rules).toEqual([
    ["preview", `${request} == $CI_MERGE_REQUEST_PROJECT_ID`],
    ["fork-preview", `${request} != $CI_MERGE_REQUEST_PROJECT_ID`],
    [
      "fork-comment",
      '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $MERGE_REQUEST',
    ],
    ["up", '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'],
  ]);
  expect(readPipeline().jobs["fork-comment"]?.variables).toEqual({ GIT_STRATEGY: "empty" });
  expect(scriptOf("fork-preview").join("\n")).not.toContain("TOKEN");
  expect(readFileSync(pipelineFile, "utf8")).toContain(`pulumi-nodejs-22:${engineVersion}`);
});
