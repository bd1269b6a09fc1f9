// `pulumi-grayscale review` with the user's own Pulumi, on a project of the user's.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../tools/command.mjs";
import { repositoryRoot } from "../../tools/places.mjs";
import { openProject } from "../program/project.js";

const program = `
  const { huaweicloud } = require("pulumi-grayscale");
  const target = { targetRegion: "cn-east-3", targetNamespace: "team" };
  new huaweicloud.ImageSyncTask("images", { namespace: "team", repository: "web", ...target });
`;

async function openShop() {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-review-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = { name: "shop", runtime: { name: "nodejs", options: { typescript: false } } };
  const declare = (text: string): void => writeFileSync(join(folder, "index.js"), text);
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(join(repositoryRoot, "node_modules"), join(folder, "node_modules"));
  declare(program);
  const project = await openProject(folder, { stackName: "prod" });
  const { environment } = project;
  const command = join(repositoryRoot, "lib", "cli", "main.js");
  const review = (...options: string[]): Promise<{ code: number; output: string }> =>
    run(process.execPath, [command, "review", "--cwd", folder, ...options], { environment });
  return { ...project, declare, review };
}

test("previews an update and a destroy, calls no cloud, and leaves the selected stack selected", async () => {
  const { review, pulumi, cloud } = await openShop();
  await pulumi("stack", "init", "other");
  const first = await review("--stack", "prod", "--fail-on", "any");
  expect(first.output).toContain("### ⚠️ Release preview: `shop/prod`");
  expect(first).toMatchObject({
    code: 3,
    output: expect.stringContaining("**1 image sync starts; nothing irreversible**"),
  });
  expect(await pulumi("stack", "--show-name")).toBe("other");
  await pulumi("stack", "select", "prod");
  await pulumi("up", "--yes");
  cloud.clearRequests();
  const again = await review("--format", "text");
  expect(again).toEqual({
    code: 0,
    output: "shop/prod: No release, API, image sync or change order changes\n\nUnchanged: 1.\n",
  });
  const destroy = await review("--destroy", "--format", "json");
  expect(JSON.parse(destroy.output)).toMatchObject({ changes: [{ operation: "delete", reversible: "yes" }] });
  expect(cloud.calls()).toEqual([]);
});

test("a preview that fails is told with its errors, and one that cannot begin with Pulumi's words", async () => {
  const { review, declare } = await openShop();
  declare(program.replace('"cn-east-3"', '"cn north"'));
  const failed = await review("--stack", "prod");
  expect(failed.code).toBe(1);
  expect(failed.output).toContain("**The preview failed: what an update would do is not known**");
  expect(failed.output).toContain("targetRegion");
  const unknown = await review("--stack", "nothing");
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain("no stack named 'nothing' found");
});
