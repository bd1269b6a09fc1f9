import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exampleSeed, readSeed, startSimulator, type Seed } from "../../../simulator/index.js";

function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "seed-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "seed.json");
  writeFileSync(file, text);
  return file;
}

const everything: Required<Seed> = {
  meshes: ["mesh-1"],
  repositories: ["team/shop"],
  livedataApis: [
    {
      instanceId: "instance-1",
      id: "api-1",
      romaAppId: "app",
      status: 4,
      name: "one",
      region: "cn-east-3",
      projectId: "project",
    },
  ],
  changeOrders: [
    {
      changeOrderId: "order-1",
      appId: "app-1",
      clusterType: "kubernetes",
      batchType: "Manual",
      batches: 3,
      status: 8,
      held: true,
      region: "cn-beijing",
      account: "another",
    },
  ],
  keepTerminatedReleases: true,
  rollbackKeepsOrderId: true,
};

test.each([
  ["all that there can be", everything],
  ["the example's", exampleSeed],
  ["nothing", {}],
])("a file gives what is in it: %s", (_name, seed) => {
  expect(readSeed(written(JSON.stringify(seed)))).toEqual(seed);
});

test("a simulator starts with what a file says", async () => {
  const seed = readSeed(written(JSON.stringify(everything)));
  const simulator = await startSimulator({ seed });
  onTestFinished(() => simulator.close());
  const { meshes, repositories, keepTerminatedReleases, rollbackKeepsOrderId } = everything;
  expect(simulator.cloud).toMatchObject({
    meshes,
    repositories,
    keepTerminatedReleases,
    rollbackKeepsOrderId,
    livedataApis: everything.livedataApis,
    changeOrders: [{ changeOrderId: "order-1", clusterType: "kubernetes", status: 8, region: "cn-beijing" }],
  });
  expect(simulator.cloud.changeOrders[0]?.pipelines).toHaveLength(3);
});

const order = { changeOrderId: "order-1", appId: "app-1", clusterType: "ecs" };
const api = { instanceId: "instance-1", id: "api-1" };

const bad: [string, unknown, string][] = [
  [
    "another word",
    { changeOrders: [order, { ...order, clusterType: "vm" }] },
    'changeOrders[1].clusterType: Invalid option: expected one of "ecs"|"kubernetes"',
  ],
  [
    "nothing where something is due",
    { livedataApis: [{ id: "api-1" }] },
    "livedataApis[0].instanceId: Invalid input: expected string, received undefined",
  ],
  [
    "a text for a number",
    { livedataApis: [{ ...api, status: "4" }] },
    "livedataApis[0].status: Invalid input: expected number, received string",
  ],
  [
    "no batch",
    { changeOrders: [{ ...order, batches: 0 }] },
    "changeOrders[0].batches: Too small: expected number to be >=1",
  ],
  ["a name that nothing has", { mesh: "mesh-1" }, 'Unrecognized key: "mesh"'],
  [
    "a name that no order has",
    { changeOrders: [{ ...order, appID: "app" }] },
    'changeOrders[0]: Unrecognized key: "appID"',
  ],
  ["a list", [], "Invalid input: expected object, received array"],
];

test.each(bad)(
  "%s is refused, with its path and the rule, by a file and by a start",
  async (_name, seed, why) => {
    const file = written(JSON.stringify(seed));
    expect(() => readSeed(file)).toThrow(new Error(`${file}: not a seed: ${why}`));
    await expect(startSimulator({ seed: seed as Seed })).rejects.toThrow(new Error(`not a seed: ${why}`));
  },
);

test("everything that is wrong is named at once", () => {
  const seed = { meshes: [1], changeOrders: [{ ...order, held: "no" }] };
  expect(() => readSeed(written(JSON.stringify(seed)))).toThrow(
    "not a seed: meshes[0]: Invalid input: expected string, received number; " +
      "changeOrders[0].held: Invalid input: expected boolean, received string",
  );
});

test("a file that is not there, and one that is no JSON, are named", () => {
  expect(() => readSeed("/nothing.json")).toThrow(/^\/nothing\.json: ENOENT/);
  const file = written("{ meshes: [] }");
  expect(() => readSeed(file)).toThrow(`${file}: `);
  expect(() => readSeed(file)).toThrow(/JSON/);
});
