// The workflows for GitHub, run from their text against the real engine, a simulated cloud and GitHub's API.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pack } from "../program/program-folder.js";
import { runJob, type JobRequest } from "./github.js";
import { startGithub, type CodeHost, type PullRequest } from "./hosts.js";
import { startMachine } from "./machine.js";
import { credentials, openShop, type Shop } from "./shop.js";

const token = "token-of-the-run";
const repository = "team/shop";
const fork = "stranger/shop";

interface Team {
  shop: Shop;
  host: CodeHost;
  artifacts: Map<string, string>;
  /** Runs a workflow for a pull request from this repository. */
  run: (
    file: string,
    values?: JobRequest["values"],
    replaced?: JobRequest["replaced"],
  ) => ReturnType<typeof runJob>;
}

const ours: PullRequest = { number: 4, head: { label: "team:main-2", sha: "a".repeat(40) } };
const theirs: PullRequest = { number: 5, head: { label: "stranger:a&b=c", sha: "b".repeat(40) } };
const decoy: PullRequest = { number: 6, head: { label: "stranger:a&b=c", sha: "c".repeat(40) } };

async function openTeam(declarations: string): Promise<Team> {
  const machine = startMachine();
  const shop = await openShop(declarations);
  const host = await startGithub(token, [ours, decoy, theirs]);
  const artifacts = new Map<string, string>();
  return {
    shop,
    host,
    artifacts,
    run: (file, values = {}, replaced = {}) =>
      runJob(file, {
        machine,
        origin: shop.folder,
        artifacts,
        environment: { GITHUB_API_URL: host.url, GITHUB_REPOSITORY: repository },
        replaced,
        values: { "github.repository": repository, "github.token": token, ...values },
      }),
  };
}

const secrets = ({ state }: Shop): JobRequest["values"] =>
  Object.fromEntries(
    Object.entries({ ...state, ...credentials }).map(([name, value]) => [`secrets.${name}`, value]),
  );

/** Without what reaches the cloud: those are secrets of the environment `production`. */
const previewValues = ({ state }: Shop): JobRequest["values"] => ({
  "github.event.pull_request.number": String(ours.number),
  "github.event.pull_request.head.repo.full_name": repository,
  "secrets.PULUMI_BACKEND_URL": state.PULUMI_BACKEND_URL,
  "secrets.PULUMI_CONFIG_PASSPHRASE": state.PULUMI_CONFIG_PASSPHRASE,
});

function commentsOf({ host }: Team, on: number): string[] {
  return host.comments.filter((one) => one.on === on && one.by !== "somebody").map(({ body }) => body);
}

test("what is merged is done, and a pull request says in its one comment what it would change", async () => {
  const team = await openTeam(`release("v2", { onDelete: "cancel" });`);
  const { shop } = team;
  writeFileSync(join(shop.folder, "policy-config.json"), "{}");
  const up = await team.run("up.yml", secrets(shop));
  expect(up?.output).toContain("2 created");
  expect(up?.outcomes["Up"]).toBe("success");
  expect(shop.project.cloud.cloud.releases).toMatchObject([{ spec: { version: "v2" } }]);

  const marker = "<!-- pulumi-grayscale review shop/prod -->";
  const said = { on: ours.number, by: "github-actions[bot]" };
  team.host.comments.push({ ...said, id: 901, body: "Another job's." });
  team.host.comments.push({ ...said, id: 902, by: "stranger", body: `${marker}\nNothing to see here.` });
  team.host.comments.push({ ...said, id: 903, body: `${marker}\nAn older one.` });
  const before = shop.project.cloud.calls();
  shop.commit(`release("v3", { onDelete: "cancel" });`);
  const preview = await team.run("preview.yml", previewValues(shop));
  expect(preview?.outcomes).toMatchObject({ Preview: "success", Comment: "success", Policies: "success" });
  expect(shop.project.cloud.calls()).toEqual(before);
  const [another, strangers, comment = "", ...more] = commentsOf(team, ours.number);
  expect([another, strangers, more]).toEqual(["Another job's.", `${marker}\nNothing to see here.`, []]);
  expect(comment.split("\n")[0]).toBe(marker);
  expect(comment).toContain("v3");
});

test("a preview that fails, and what a policy forbids, fail the job after the comment", async () => {
  const team = await openTeam(`release("v2", { onDelete: "end" });`);
  const forbidden = await team.run("preview.yml", previewValues(team.shop));
  expect(forbidden?.outcomes).toMatchObject({ Preview: "success", Comment: "success", Policies: "failure" });
  // A freeze is told, and does not stop it.
  expect(forbidden?.output).toMatch(/\[mandatory\] {2}end-needs-approval/);
  expect(forbidden?.output).toMatch(/\[advisory\] {2}freeze-windows/);

  team.shop.commit(`release("v2", { onDelete: "finish" });`);
  const broken = await team.run("preview.yml", previewValues(team.shop));
  expect(broken?.outcomes).toMatchObject({ Preview: "failure", Comment: "success" });
  expect(commentsOf(team, ours.number)).toEqual([expect.stringContaining("onDelete")]);
});

test("without a review nobody's comment is touched", async () => {
  const team = await openTeam(`release("v2", { onDelete: "cancel" });`);
  const said = { on: ours.number, by: "github-actions[bot]" };
  team.host.comments.push({ ...said, id: 901, body: "Another job's." });
  // There is no state behind it: nothing is printed.
  const preview = await team.run("preview.yml", {
    ...previewValues(team.shop),
    "secrets.PULUMI_BACKEND_URL": "file:///nowhere",
  });
  expect(preview?.outcomes).toMatchObject({ Preview: "failure", Review: "failure", Comment: "skipped" });
  expect(commentsOf(team, ours.number)).toEqual(["Another job's."]);
});

test("what a policy forbids is not done after a merge", async () => {
  const team = await openTeam(`release("v2", { onDelete: "cancel" });`);
  const up = await team.run("up.yml", secrets(team.shop));
  expect(up?.outcomes["Up"]).toBe("failure");
  expect(up?.output).toMatch(/\[mandatory\] {2}freeze-windows/);
  expect(team.shop.project.cloud.cloud.releases).toEqual([]);
});

const fromFork: JobRequest["values"] = {
  "github.event.pull_request.number": String(theirs.number),
  "github.event.pull_request.head.repo.full_name": fork,
};

const afterFork: JobRequest["values"] = {
  "github.event.workflow_run.event": "pull_request",
  "github.event.workflow_run.id": "77",
  "github.event.workflow_run.head_repository.full_name": fork,
  "github.event.workflow_run.head_repository.owner.login": "stranger",
  "github.event.workflow_run.head_branch": "a&b=c",
  "github.event.workflow_run.head_sha": theirs.head.sha,
};

test("a fork is previewed without a secret, and commented on without its code", async () => {
  const team = await openTeam(`release("v2", {});`);
  // No secret has a value here: asking for one would fail.
  const preview = await team.run("fork-preview.yml", fromFork);
  expect(preview?.outcomes["Preview"]).toBe("success");
  expect(team.shop.project.cloud.calls()).toEqual([]);

  const reviewer = await pack(team.shop.folder);
  const comment = await team.run("fork-comment.yml", afterFork, { REVIEWER: reviewer });
  expect(comment?.outcomes["Comment"]).toBe("success");
  expect(commentsOf(team, decoy.number)).toEqual([]);
  const [body = "", ...more] = commentsOf(team, theirs.number);
  expect(more).toEqual([]);
  expect(body.split("\n").slice(0, 3)).toEqual([
    "<!-- pulumi-grayscale review shop/fork -->",
    "",
    expect.stringMatching(/^> \*\*From a fork\.\*\*/),
  ]);
  expect(body).toContain("v2");
});

test("an upload that is no preview is not commented on, and one of an old commit neither", async () => {
  const team = await openTeam("");
  const reviewer = await pack(team.shop.folder);
  const upload = join(team.shop.folder, "upload");
  mkdirSync(upload);
  writeFileSync(join(upload, "preview.json"), "<!-- not a preview -->");
  team.artifacts.set("fork-preview", upload);
  const wrong = await team.run("fork-comment.yml", afterFork, { REVIEWER: reviewer });
  expect(wrong?.outcomes).toMatchObject({ Review: "failure", Comment: "skipped" });
  expect(wrong?.output).toContain("untrusted/preview.json: this is not what");

  const old = { ...afterFork, "github.event.workflow_run.head_sha": "d".repeat(40) };
  const late = await team.run("fork-comment.yml", old, { REVIEWER: reviewer });
  expect(late?.outcomes).toMatchObject({ Review: "skipped", Comment: "skipped" });
  expect(late?.output).toContain("No open pull request has this commit at its head any more.");
  expect(team.host.comments.filter(({ by }) => by !== "somebody")).toEqual([]);
});

test("each pull request has one workflow of the two", async () => {
  const team = await openTeam("");
  expect(await team.run("preview.yml", fromFork)).toBeUndefined();
  expect(await team.run("fork-preview.yml", previewValues(team.shop))).toBeUndefined();
  const inHouse = { ...afterFork, "github.event.workflow_run.head_repository.full_name": repository };
  expect(await team.run("fork-comment.yml", inHouse)).toBeUndefined();
});
