import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as registry from "../../provider/index.js";
import { providerText, typeToken, type KindName } from "../../sdk/dynamic.js";
import { repositoryRoot } from "../../tools/places.mjs";

const ids: Record<keyof typeof registry, string> = {
  "huaweicloud:GrayscaleRelease": "cn-north-4/mesh-1/default/050f1f7e-be91-4c0e-90b3-29b3d5a0026b",
  "huaweicloud:LivedataDeployment": "cn-north-4/instance-1/api-1",
  "huaweicloud:ImageSyncTask": "cn-north-4/team/shop/web/cn-east-3/team",
  "alicloud:ChangeOrder": "cn-hangzhou/47e2b863-adc8-4a0e-ac23-8361b95a0002",
};
const task = ["huaweicloud:ImageSyncTask", "web", "team/web/cn-east-3/team"] as const;
const urn = "urn:pulumi:test::shop::shop:Team::team";

function importFile(args: readonly string[], input = ""): SpawnSyncReturns<string> {
  const main = join(repositoryRoot, "lib/cli/main.js");
  return spawnSync(process.execPath, [main, "import-file", ...args], { input, encoding: "utf8" });
}

// Every one starts a process, and some of them load Pulumi's SDK.
describe("pulumi-grayscale import-file", { timeout: 60_000 }, () => {
  const words = Object.entries(ids).map(([kind, id]) => [kind, `the-${kind.split(":")[1]}`, id]);
  const resources = words.map(([kind, name, id]) => {
    const known = { __provider: providerText(kind as KindName) };
    return { type: typeToken(kind as KindName), name, id, inputs: known, outputs: known };
  });

  test.each([
    ["arguments", words.flat(), ""],
    ["lines", [], `\n${words.map((line) => line.join("  ")).join("\n")}\n\n`],
  ])("prints nothing but the file, from %s, and what to do next", (_from, args, input) => {
    const { status, stdout, stderr } = importFile(args, input);
    expect(JSON.parse(stdout)).toEqual({ nameTable: {}, resources });
    expect(stderr).toMatch(
      /^ {2}pulumi import --file import\.json --generate-code=false\n {2}pulumi refresh$/m,
    );
    expect(status).toBe(0);
  });

  test("takes a type as programs write it, and names a parent and a provider", () => {
    const { stdout } = importFile([
      "--parent",
      urn,
      "--provider",
      `${urn}s`,
      "huaweicloud.ImageSyncTask",
      ...task.slice(1),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      nameTable: { parent: urn, provider: `${urn}s` },
      resources: [{ type: typeToken("huaweicloud:ImageSyncTask"), parent: "parent", provider: "provider" }],
    });
  });

  test.each([
    [
      ["huaweicloud:ImageSync", "web", "x"],
      /type huaweicloud:ImageSync: it is one of huaweicloud:GrayscaleRelease, /,
    ],
    [["huaweicloud:ImageSyncTask", "", "team/web/cn-east-3/team"], /ImageSyncTask: a name must not be empty/],
    [[...task, "huaweicloud:ImageSyncTask"], /each resource is <type> <name> <id>/],
    [[...task, ...task], /huaweicloud:ImageSyncTask web is given twice/],
    [[...task, task[0], "other", task[2]], /ImageSyncTask team\/web\/cn-east-3\/team is given twice/],
    [[], /there is nothing to import/],
    [[...task, "--parent", "team"], /--parent team: it is a URN/],
    [[...task, "--stack", "prod"], /Unknown option '--stack'/],
    // The id: its form, an empty part, a part that breaks the rule of its input, several at once.
    [
      ["alicloud:ChangeOrder", "checkout", "a/b/c"],
      /checkout: the id of a ChangeOrder is region\/changeOrderId/,
    ],
    [
      ["huaweicloud:GrayscaleRelease", "a", "cn-north-4/mesh-1//u"],
      /namespace of the id \S+ must not be empty/,
    ],
    [["huaweicloud:LivedataDeployment", "a", "i/api 1"], /apiId of the id i\/api 1 must hold only letters/],
    [
      ["huaweicloud:ImageSyncTask", "web", "Region/team/Web/cn-east-3/team"],
      /region of the id .* such as cn-north-4; .*repository of the id .* must be lower-case|repository of the id .* must be lower-case.*; region of the id/,
    ],
  ])("%j is bad usage: exit code 2, and nothing on standard output", (args, message) => {
    const { status, stdout, stderr } = importFile(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/Usage: pulumi-grayscale import-file/);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test("a line that is no triple is shown", () => {
    expect(importFile([], "huaweicloud:ImageSyncTask web").stderr).toMatch(
      /a line is "type name id", found "huaweicloud:ImageSyncTask web"/,
    );
  });
});
