// What exists is brought into a stack by Pulumi's own `import`, with the file that `pulumi-grayscale import-file` prints.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import type { StoredResource } from "../../tools/stack.js";
import { deployment, release, task } from "./declarations.js";
import { writeFiles } from "./program-folder.js";
import { complaintsIn, openProject, type Plan } from "./project.js";

const order = {
  changeOrderId: "47e2b863-adc8-4a0e-ac23-8361b95a0002",
  desiredState: "completed",
  confirmBatches: true,
};
const frontApi = { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" };

const everything = `
new huaweicloud.ImageSyncTask("web", { ...${JSON.stringify(task)}, onDelete: "retain" });
new huaweicloud.GrayscaleRelease("reviews-v2", ${JSON.stringify(release)});
new huaweicloud.LivedataDeployment("orders", ${JSON.stringify({ ...deployment, frontApi })});
new alicloud.ChangeOrder("checkout", ${JSON.stringify(order)});
`;

/** A JavaScript project that finds its packages in the repository. */
function programFolder(): { folder: string; write: (program: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, {
    "package.json": { name: "infrastructure", private: true },
    "Pulumi.yaml": { name: "import", runtime: { name: "nodejs", options: { typescript: false } } },
  });
  symlinkSync(join(repositoryRoot, "node_modules"), join(folder, "node_modules"));
  const write = (program: string): void =>
    writeFileSync(
      join(folder, "index.js"),
      `const pulumi = require("@pulumi/pulumi");
       const { alicloud, huaweicloud, Provider } = require("pulumi-grayscale");\n${program}`,
    );
  return { folder, write };
}

function printImportFile(folder: string, args: string[], input: string): void {
  const main = join(repositoryRoot, "lib/cli/main.js");
  const printed = execFileSync(process.execPath, [main, "import-file", ...args], {
    input,
    encoding: "utf8",
    stdio: "pipe",
  });
  writeFileSync(join(folder, "import.json"), printed);
}

/** As `import-file` reads it. */
function lineOf({ type, urn, id }: StoredResource): string {
  return [type.split("/").at(-1), urn.split("::").at(-1), id].join(" ");
}

/** What a preview does with each resource, and why. */
function reasonsIn({ steps }: Plan): Record<string, string> {
  const ours = steps.filter(({ newState }) => newState.type.startsWith("pulumi-nodejs:"));
  return Object.fromEntries(
    ours.map(({ op, newState, diffReasons = [] }) => [
      newState.type.split(":").at(-1) ?? "",
      [op, ...diffReasons.toSorted()].join(" "),
    ]),
  );
}

test("what somebody else made is imported, found by a refresh, declared without a call, and destroyed as declared", async () => {
  const { folder, write } = programFolder();
  write(everything);
  const before = await openProject(folder, { stackName: "before" });
  const { cloud } = before;
  await before.pulumi("up", "--yes", "--skip-preview");
  const lines = (await before.stored()).map(lineOf);
  expect(lines).toHaveLength(4);

  const { pulumi, preview, stored } = await openProject(folder, { stackName: "imported", cloud });
  printImportFile(folder, [], lines.join("\n"));
  cloud.clearRequests();
  await pulumi("import", "--file", "import.json", "--generate-code=false", "--yes");
  await expect(pulumi("destroy", "--yes")).rejects.toThrow("cannot be deleted\n    because it is protected");
  expect(cloud.calls()).toEqual([]);
  await pulumi("refresh", "--yes", "--skip-preview");
  expect((await stored()).map(lineOf).toSorted()).toEqual(lines.toSorted());

  cloud.clearRequests();
  const plan = await preview();
  expect(complaintsIn(plan)).toEqual([]);
  expect(plan.changeSummary).toEqual({ same: 1, update: 4 });
  // What no cloud shows comes from the program; where that is nothing but the default, Pulumi names no reason.
  expect(reasonsIn(plan)).toEqual({
    ImageSyncTask: "update __urn onDelete rollout",
    GrayscaleRelease: "update",
    LivedataDeployment: "update",
    ChangeOrder: "update __urn confirmBatches desiredState rollout",
  });
  await pulumi("up", "--yes", "--skip-preview");
  expect((await preview()).changeSummary).toEqual({ same: 5 });
  expect(cloud.calls()).toEqual([]);

  await pulumi("destroy", "--yes", "--skip-preview");
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [{}] });
  expect(cloud.calls().filter((call) => !call.startsWith("GET"))).toHaveLength(2);
});

test("a resource with a parent and a provider of its own is imported under both", async () => {
  const { folder, write } = programFolder();
  write(`new huaweicloud.ImageSyncTask("web", ${JSON.stringify(task)});`);
  const before = await openProject(folder, { stackName: "before" });
  const { cloud } = before;
  await before.pulumi("up", "--yes", "--skip-preview");
  const [made] = await before.stored();

  const setting = (key: string): string => cloud.hostConfig[`huaweicloud:${key}`] ?? "";
  const account = {
    accessKey: setting("accessKey"),
    secretKey: setting("secretKey"),
    region: setting("region"),
    endpoints: JSON.parse(setting("endpoints")) as object,
  };
  const owners = `
    const provider = new Provider("north", ${JSON.stringify({ huaweicloud: account })});
    const team = new pulumi.ComponentResource("shop:Team", "team");`;
  const { pulumi, preview, stored, exportState } = await openProject(folder, {
    stackName: "imported",
    cloud,
  });
  write(owners);
  await pulumi("up", "--yes", "--skip-preview");
  const state = await exportState();
  const find = (end: string): string =>
    state.deployment.resources?.find(({ urn }) => urn.endsWith(end))?.urn ?? "";
  const args = ["--parent", find("::team"), "--provider", find("::north")];
  printImportFile(folder, [...args, "huaweicloud:ImageSyncTask", "web", made?.id ?? ""], "");
  await pulumi("import", "--file", "import.json", "--generate-code=false", "--yes");
  await pulumi("refresh", "--yes", "--skip-preview");

  write(`${owners}
    new huaweicloud.ImageSyncTask("web", ${JSON.stringify(task)}, { parent: team, provider });`);
  const plan = await preview();
  expect(complaintsIn(plan)).toEqual([]);
  expect(plan.changeSummary).toEqual({ same: 3, update: 1 });
  expect((await stored())[0]).toMatchObject({
    id: made?.id,
    parent: find("::team"),
    provider: expect.stringContaining(find("::north")) as string,
  });
});
