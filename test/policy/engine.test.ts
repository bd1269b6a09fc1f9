// The pack as it is, run by the real engine; the language host, which starts packs, is the stand-in.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { quickStart } from "../quick-start.js";
import { openProject, type Project } from "../program/project.js";

/** A program of plain JavaScript, which starts quickest. */
const start = `
  const pulumi = require("@pulumi/pulumi");
  const { huaweicloud, alicloud } = require("pulumi-grayscale");
  const labels = { app: "reviews" };
  const containers = [{ name: "reviews", image: "reviews:2.0" }];
  const template = {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "reviews-v2", labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  const release = {
    meshId: "mesh-1", namespace: "default", serviceName: "reviews", clusterId: "cluster-1",
    deploymentName: "reviews-v1", version: "v2", type: "canary",
    grayDeployments: [{ clusterId: "cluster-1", template }],
  };
  const task = { namespace: "team", repository: "reviews", targetRegion: "cn-east-3", targetNamespace: "team" };
`;

interface Ran {
  succeeded: boolean;
  text: string;
}

interface Judged {
  project: Project;
  /** Runs a command of Pulumi with the pack, so configured. */
  run: (command: string[], config: object) => Promise<Ran>;
}

async function openJudged(program: string, stackName = "prod"): Promise<Judged> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = { name: "shop", runtime: { name: "nodejs", options: { typescript: false } } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  writeFileSync(join(folder, "index.js"), start + program);
  symlinkSync(join(repositoryRoot, "node_modules"), join(folder, "node_modules"));
  const project = await openProject(folder, { stackName, environment: { ...quickStart, CHANGE: "CHG-1" } });
  const file = join(folder, "policy.json");
  const pack = ["--policy-pack", join(repositoryRoot, "policy"), "--policy-pack-config", file];
  return {
    project,
    run: async (command, config) => {
      writeFileSync(file, JSON.stringify(config));
      try {
        return { succeeded: true, text: await project.pulumi(...command, ...pack) };
      } catch (error) {
        return { succeeded: false, text: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** What the engine lists as violations: `level policy resource`. */
function violationsIn({ text }: Ran): string[] {
  const lines = text.matchAll(/- \[(\w+)\] {2}([\w-]+) {2}\([^()]*: ([\w-]+)\)/g);
  return [...new Set([...lines].map(([, level, policy, name]) => `${level} ${policy} ${name}`))].toSorted();
}

const secretVersion = "heron-seventeen";
const bold = `
  const version = pulumi.secret("${secretVersion}");
  new huaweicloud.GrayscaleRelease("ends", { ...release, version, onDelete: "end" });
  new huaweicloud.ImageSyncTask("overwrites", { ...task, override: true, onDelete: "delete" });
  new huaweicloud.ImageSyncTask("far", { ...task, targetRegion: "ap-southeast-1", onDelete: "delete" });
  new alicloud.ChangeOrder("silent", { changeOrderId: "order-1", desiredState: "completed" });
`;
const frozen = { from: "2026-01-01 00:00", to: "2999-01-01 00:00" };
const strict = {
  "sync-regions": { allowed: ["cn-*"] },
  "freeze-windows": { kinds: ["alicloud:ChangeOrder"], windows: [frozen] },
};

test("what is forbidden fails a preview, with what to change, and without a secret value", async () => {
  const { run } = await openJudged(bold);
  const ran = await run(["preview"], strict);
  expect(violationsIn(ran)).toEqual([
    "mandatory end-needs-approval ends",
    "mandatory freeze-windows silent",
    "mandatory override-needs-reason overwrites",
    "mandatory production-declares-on-delete silent",
    "mandatory sync-regions far",
  ]);
  expect(ran.succeeded).toBe(false);
  expect(ran.text).toContain(`"far" copies to a forbidden region. Change its targetRegion; allowed is cn-*.`);
  expect(ran.text).not.toContain(secretVersion);
});

test("each level can be chosen, and another stack is not production", async () => {
  const { run } = await openJudged(bold, "staging");
  const ran = await run(["preview"], {
    ...strict,
    "end-needs-approval": "advisory",
    "override-needs-reason": "disabled",
    "sync-regions": { allowed: ["cn-*"], enforcementLevel: "advisory" },
  });
  expect(violationsIn(ran)).toEqual(["advisory end-needs-approval ends", "advisory sync-regions far"]);
  expect(ran.succeeded).toBe(true);
});

test("an up does nothing for what is forbidden, and what is approved goes through", async () => {
  const { run, project } = await openJudged(`
    new huaweicloud.GrayscaleRelease("ends", { ...release, onDelete: "end" });
    const web = new huaweicloud.ImageSyncTask("web", { ...task, override: true, onDelete: "delete" });
    const id = web.taskId.apply(() => "cn-north-4/team/reviews/cn-east-3/team");
    huaweicloud.ImageSyncTask.get("only-read", id);
  `);
  const reasoned = { "override-needs-reason": { reasons: { web: "base images are rebuilt in place" } } };
  const refused = await run(["up", "--yes", "--skip-preview"], reasoned);
  expect(refused.succeeded).toBe(false);
  expect(violationsIn(refused)).toEqual(["mandatory end-needs-approval ends"]);
  expect(project.cloud.cloud.releases).toEqual([]);

  // It stands in the environment.
  const approved = await run(["up", "--yes", "--skip-preview"], {
    ...reasoned,
    "end-needs-approval": { approvalPattern: "^CHG-", approvalVariable: "CHANGE" },
  });
  expect(violationsIn(approved)).toEqual([]);
  expect(approved.succeeded).toBe(true);
  expect(project.cloud.cloud.releases).toHaveLength(1);
});

test("values that are not known yet are judged by the up", async () => {
  const { run, project } = await openJudged(`
    const first = new huaweicloud.ImageSyncTask("first", { ...task, onDelete: "delete" });
    const later = (value) => first.taskId.apply(() => value);
    new huaweicloud.ImageSyncTask("later", {
      ...task, repository: "far", targetRegion: later("ap-1"), onDelete: later("retain"),
    });
  `);
  const previewed = await run(["preview"], { "sync-regions": { allowed: ["cn-*"] } });
  expect(violationsIn(previewed)).toEqual(["advisory sync-regions later"]);
  expect(previewed.text).toContain("targetRegion can't be known during preview");
  expect(previewed.succeeded).toBe(true);

  const up = await run(["up", "--yes", "--skip-preview"], { "sync-regions": { allowed: ["cn-*"] } });
  expect(violationsIn(up)).toEqual(["mandatory sync-regions later"]);
  expect(up.succeeded).toBe(false);
  expect(project.cloud.cloud.syncTasks).toMatchObject([{ repository: "reviews" }]);
});

test("a wrong configuration fails", async () => {
  const { run } = await openJudged(`new huaweicloud.ImageSyncTask("web", { ...task, onDelete: "delete" });`);
  const misspelt = await run(["preview"], { "sync-regions": { forbiden: ["cn-*"] } });
  expect(misspelt.succeeded).toBe(false);
  expect(misspelt.text).toContain(
    `Its configuration has "forbiden"; it may have enforcementLevel, stacks, allowed`,
  );

  const shapes = await run(["preview"], {
    "end-needs-approval": { approvalPattern: "(" },
    "sync-regions": { allowed: "cn-*" },
    "freeze-windows": { windows: [{ from: "Friday", to: "Mon 08:00" }, { from: "Fri 16:00" }] },
  });
  expect(shapes.succeeded).toBe(false);
  for (const message of [
    "end-needs-approval: approvalPattern:",
    "sync-regions: allowed: Invalid type. Expected: array, given: string",
    "freeze-windows: windows.0.from: Does not match pattern",
    "freeze-windows: windows.1: to is required",
  ])
    expect(shapes.text).toContain(message);
});
