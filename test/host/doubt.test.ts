// What nobody can tell: a thing that may have been made is kept, one that may be there is not given up.
import { simulatorProjectId } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { cloudFor, destroy, failing, up, upAgain } from "../resource-host.js";

const task = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "copy" };
const imageSyncTask = "huaweicloud:ImageSyncTask";
const livedataDeployment = "huaweicloud:LivedataDeployment";

test("a lost create that cannot be looked for is kept, and is our own when it is found", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } });
  // The look before the create is answered, those after it are not.
  const serverError = { kind: "serverError", status: 500 } as const;
  cloud.queueFault({ match: { operation: "listSyncTasks" }, skip: 1, times: 2, fault: serverError });
  const failed = await failing(up(cloud, imageSyncTask, task, { config: { "grayscale:maxAttempts": "1" } }));
  expect(failed.message).toMatch(
    /^POST .+ The request may have been carried out\. Looking for it failed: GET /,
  );
  if (failed.stored === undefined) throw new Error("it should be in the state");
  cloud.clearFaults();

  const next = await upAgain(cloud, imageSyncTask, failed.stored, task);
  expect(next).toMatchObject({ operation: "update", stored: { outputs: { adopted: false, taskId: 1 } } });
  expect(next.stored.outputs).not.toHaveProperty("unfinished");
  await destroy(cloud, next.stored);
  expect(cloud.cloud.syncTasks).toEqual([]);
});

test("one answer that says not there does not end a destroy", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, livedataDeployment, { instanceId: "instance-1", apiId: "api-1" });
  cloud.queueFault({ match: { operation: "showLivedataApi" }, fault: { kind: "emptyRead" } });
  await destroy(cloud, stored);
  expect(cloud.cloud.livedataApis[0]?.status).toBe(3);
});

test("a user signs in to the project that is configured", async () => {
  const projectId = simulatorProjectId("cn-north-4_team");
  const projects = [{ id: projectId, name: "cn-north-4_team" }];
  const users = [{ name: "operator", password: "another-password" }];
  const cloud = await cloudFor({ accounts: [{ name: "team-account", huaweicloud: { users, projects } }] });
  const config = {
    "huaweicloud:accessKey": undefined,
    "huaweicloud:secretKey": undefined,
    "huaweicloud:userName": "operator",
    "huaweicloud:password": "another-password",
    "huaweicloud:domainName": "team-account",
    "huaweicloud:projectId": projectId,
  };
  const { stored, requests } = await up(cloud, imageSyncTask, task, { config });
  expect(stored.outputs["projectId"]).toBe(projectId);
  expect(requests.map(({ operation }) => operation)).toEqual([
    "createToken",
    "listSyncTasks",
    "createSyncTask",
    "listSyncTasks",
  ]);
});

test("a resource without arguments is told all that is missing", async () => {
  const cloud = await cloudFor();
  const failed = await failing(up(cloud, imageSyncTask, {}));
  expect(failed.message).toContain("namespace");
  expect(failed.calls).toEqual([]);
});
