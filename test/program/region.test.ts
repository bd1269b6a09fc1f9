import { huaweicloud } from "pulumi-grayscale";
import { simulatorProjectId } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { creatingTask, taskPath, taskProgram } from "./declarations.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

test("another region of the configuration moves a task there", async () => {
  const { perform, cloud, stack, stored } = await openSimulatedStack(taskProgram("web"));
  await perform("up");
  await stack.setConfig("huaweicloud:region", { value: "cn-south-1" });

  const preview = await perform("preview", { diff: true });
  expectStep(preview, "replace 1, same 1", []);
  expect(preview.text).toMatch(/region *: "cn-north-4" => "cn-south-1"/);

  // Neither a refresh nor a destroy moves it: they go where it lives, whatever is configured now.
  const refresh = await perform("refresh", { runProgram: true });
  expect(refresh.calls).toEqual([`GET ${taskPath} 200`]);
  expect(cloud.requests.map(({ region }) => region)).toEqual(["cn-north-4"]);

  expectStep(await perform("up"), "replace 1, same 1", [
    `DELETE ${taskPath} 200`,
    "GET /v3/projects?name=cn-south-1 200",
    ...creatingTask,
  ]);
  expect(cloud.requests.map(({ region }) => region)).toEqual([
    "cn-north-4",
    ...Array<string>(4).fill("cn-south-1"),
  ]);
  expect(cloud.cloud.syncTasks).toMatchObject([
    { region: "cn-south-1", projectId: simulatorProjectId("cn-south-1") },
  ]);
  expect(await stored()).toMatchObject([
    {
      id: "cn-south-1/team/web/cn-east-3/team",
      inputs: { region: "cn-south-1" },
      outputs: { region: "cn-south-1", projectId: simulatorProjectId("cn-south-1") },
    },
  ]);

  await stack.setConfig("huaweicloud:region", { value: "cn-north-1" });
  expectStep(await perform("destroy", { runProgram: true }), "delete 2, same 2", [`DELETE ${taskPath} 200`]);
  expect(cloud.requests.map(({ region }) => region)).toEqual(["cn-south-1"]);
  expect(cloud.cloud.syncTasks).toEqual([]);
});

test("a region in the program goes before the configuration, and one for each resource is fine", async () => {
  const program = async () => {
    for (const region of ["cn-south-1", "cn-north-1"]) {
      new huaweicloud.ImageSyncTask(region, {
        namespace: "team",
        repository: "web",
        targetRegion: "cn-east-3",
        targetNamespace: "team",
        region,
      });
    }
  };
  const { perform, cloud, stack } = await openSimulatedStack(program);
  expect(await perform("up")).toMatchObject({ did: "create 3" });
  expect(cloud.cloud.syncTasks.map(({ region }) => region).toSorted()).toEqual(["cn-north-1", "cn-south-1"]);
  await stack.setConfig("huaweicloud:region", { value: "ap-southeast-1" });
  expectStep(await perform("up"), "same 3", []);
  expect(await perform("destroy")).toMatchObject({ did: "delete 3" });
  expect(cloud.cloud.syncTasks).toEqual([]);
});
