// The jobs for GitLab, run from their text against the real engine, a simulated cloud and GitLab's API.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pack } from "../program/program-folder.js";
import { runJob } from "./gitlab.js";
import { startGitlab, type CodeHost } from "./hosts.js";
import { startMachine } from "./machine.js";
import { credentials, openShop } from "./shop.js";

const token = "token-of-the-project";
const [project, fork] = [11, 22];
const ours = { iid: 4, sha: "a".repeat(40), source_project_id: project };
const theirs = { iid: 5, sha: "b".repeat(40), source_project_id: fork };

function environmentFor({ url }: CodeHost): Record<string, string> {
  return { CI_API_V4_URL: url, CI_PROJECT_ID: String(project), REVIEW_TOKEN: token };
}

function commentsOf({ comments }: CodeHost, on: number): string[] {
  return comments.filter((one) => one.on === on && one.by !== "somebody").map(({ body }) => body);
}

test("what is merged is done, and a merge request says in its one comment what it would change", async () => {
  const machine = startMachine();
  const shop = await openShop(`release("v2", { onDelete: "cancel" });`);
  writeFileSync(join(shop.folder, "policy-config.json"), "{}");
  const up = await runJob("up", machine, shop.folder, { ...shop.state, ...credentials });
  expect(up.output).toContain("2 created");
  expect(up.code).toBe(0);
  expect(shop.project.cloud.cloud.releases).toMatchObject([{ spec: { version: "v2" } }]);

  const host = await startGitlab(token, project, [ours, theirs]);
  const environment = { ...environmentFor(host), ...shop.state, CI_MERGE_REQUEST_IID: String(ours.iid) };
  const marker = "<!-- pulumi-grayscale review shop/prod -->";
  const said = { on: ours.iid, by: "bot" };
  host.comments.push({ ...said, id: 901, body: "Another job's." });
  host.comments.push({ ...said, id: 902, by: "stranger", body: `${marker}\nNothing to see here.` });
  host.comments.push({ ...said, id: 903, body: `${marker}\nAn older one.` });
  const before = shop.project.cloud.calls();
  shop.commit(`release("v3", { onDelete: "cancel" });`);
  expect(await runJob("preview", machine, shop.folder, environment)).toMatchObject({ code: 0 });
  expect(shop.project.cloud.calls()).toEqual(before);
  const [another, strangers, comment = "", ...more] = commentsOf(host, ours.iid);
  expect([another, strangers, more]).toEqual(["Another job's.", `${marker}\nNothing to see here.`, []]);
  expect(comment.split("\n")[0]).toBe(marker);
  expect(comment).toContain("v3");
});

test("a preview that fails, and what a policy forbids, fail the job after the comment", async () => {
  const machine = startMachine();
  const shop = await openShop(`release("v2", { onDelete: "end" });`);
  const host = await startGitlab(token, project, [ours]);
  const environment = { ...environmentFor(host), ...shop.state, CI_MERGE_REQUEST_IID: String(ours.iid) };
  const forbidden = await runJob("preview", machine, shop.folder, environment);
  expect(forbidden.output).toMatch(/\[mandatory\] {2}end-needs-approval/);
  expect(forbidden.output).toMatch(/\[advisory\] {2}freeze-windows/);
  expect(forbidden.code).toBe(1);
  expect(commentsOf(host, ours.iid)).toEqual([expect.stringContaining("v2")]);

  shop.commit(`release("v2", { onDelete: "finish" });`);
  const broken = await runJob("preview", machine, shop.folder, environment);
  expect(broken.code).toBe(1);
  expect(commentsOf(host, ours.iid)).toEqual([expect.stringContaining("onDelete")]);
});

test("a fork is previewed without a secret, and commented on without its code", async () => {
  const machine = startMachine();
  const shop = await openShop(`release("v2", {});`);
  const preview = await runJob("fork-preview", machine, shop.folder, {});
  expect(preview.code).toBe(0);
  expect(shop.project.cloud.calls()).toEqual([]);

  const host = await startGitlab(
    token,
    project,
    [ours, theirs],
    [
      {
        pipeline: { id: 1, sha: "c".repeat(40), project_id: fork },
        job: { id: 1, name: "fork-preview" },
        preview: "an older one",
      },
      {
        pipeline: { id: 2, sha: theirs.sha, project_id: fork },
        job: { id: 2, name: "fork-preview" },
        preview: readFileSync(join(preview.workspace, "preview.json"), "utf8"),
      },
    ],
  );
  const environment = { ...environmentFor(host), REVIEWER: await pack(shop.folder) };
  const comment = await runJob("fork-comment", machine, undefined, { ...environment, MERGE_REQUEST: "5" });
  expect(comment.output).not.toContain("Error");
  expect(comment.code).toBe(0);
  const [body = "", ...more] = commentsOf(host, theirs.iid);
  expect(more).toEqual([]);
  expect(body.split("\n").slice(0, 3)).toEqual([
    "<!-- pulumi-grayscale review shop/fork -->",
    "",
    expect.stringMatching(/^> \*\*From a fork\.\*\*/),
  ]);

  const notFork = await runJob("fork-comment", machine, undefined, { ...environment, MERGE_REQUEST: "4" });
  expect(notFork.output).toContain("The fork has no pipeline of aaaa");
  expect(notFork.code).not.toBe(0);
});
