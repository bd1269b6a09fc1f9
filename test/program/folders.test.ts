// The repository's own Pulumi projects as ordinary folders, where whoever has Pulumi runs `pulumi up`.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { complaintsIn, openProject } from "./project.js";

// A copy, for Pulumi writes a stack's settings beside Pulumi.yaml.
const copy = mkdtempSync(join(tmpdir(), "pulumi-grayscale-folders-"));

beforeAll(() => {
  for (const name of ["Pulumi.yaml", "examples"])
    cpSync(join(repositoryRoot, name), join(copy, name), { recursive: true });
  symlinkSync(join(repositoryRoot, "node_modules"), join(copy, "node_modules"));
});
// Their types are looked at by `npm run check`.
const environment = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each([
  [".", 4],
  ["examples/grayscale-release", 1],
  ["examples/livedata-deployment", 1],
  ["examples/image-sync-task", 2],
  ["examples/change-order", 1],
])("%s", async (path, resources) => {
  const { preview } = await openProject(join(copy, path), { environment });
  const plan = await preview();
  expect(complaintsIn(plan)).toEqual([]);
  expect(plan.changeSummary).toEqual({ create: resources + 1 });
});
