import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../../simulator/index.js";
import { start } from "./start.js";

const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const body = { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true };

function folder(): string {
  const created = mkdtempSync(join(tmpdir(), "simulator-"));
  onTestFinished(() => rmSync(created, { recursive: true }));
  return created;
}

test("what the cloud holds survives a restart", async () => {
  const stateFile = join(folder(), "state.json");
  const first = await start({ stateFile, seed: { meshes: ["mesh-1"], rollbackKeepsOrderId: true } });
  await first.huawei({ method: "POST", path, body });
  first.simulator.cloud.addChangeOrder({
    changeOrderId: "order",
    appId: "app",
    clusterType: "ecs",
    held: true,
  });
  await first.simulator.close();

  const second = await start({ stateFile });
  expect(second.simulator.cloud).toEqual(first.simulator.cloud);
  expect((await second.huawei({ method: "GET", path })).json).toHaveLength(1);
  expect((await second.edas("abort", { ChangeOrderId: "order" })).json.Code).toBe(200);
  expect((await second.edas("info", { ChangeOrderId: "order" })).json.changeOrderInfo.Status).toBe(6);
});

test("it is written after each change, and nothing else is left beside it", async () => {
  const inFolder = folder();
  const stateFile = join(inFolder, "state.json");
  const { huawei } = await start({ stateFile });
  const held = (): unknown[] => JSON.parse(readFileSync(stateFile, "utf8")).cloud.syncTasks;
  expect(held()).toHaveLength(0);
  await huawei({ method: "POST", path, body });
  expect(held()).toHaveLength(1);
  expect(readdirSync(inFolder)).toEqual(["state.json"]);
});

test("a file that is something else stops the start, unharmed", async () => {
  const stateFile = join(folder(), "package.json");
  writeFileSync(stateFile, '{"name":"mine"}');
  await expect(startSimulator({ stateFile })).rejects.toThrow(/package\.json is not a state file/);
  expect(readFileSync(stateFile, "utf8")).toBe('{"name":"mine"}');
});
