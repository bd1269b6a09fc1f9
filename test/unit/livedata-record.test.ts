import { afterEach, expect, test } from "vitest";
import { connect } from "../../provider/huaweicloud/cloud.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import { recordOf } from "../../provider/huaweicloud/livedata-steps.js";
import { contextFor, startHostileCloud, type HostileCloud } from "../hostile-cloud.js";

const frontApi = { authType: "NONE", groupId: "group-1", envId: "release", protocol: "HTTPS" } as const;
const inputs = { instanceId: "instance-1", apiId: "api-1", projectId: "project-1" };
const answered = { id: "deployment-2", deploy_time: "2026-11-24T10:00:00Z" };
const listed = { ...answered, group_id: "group-1", env_id: "release", api_id: "front-1" };
const older = { id: "deployment-1", deploy_time: "2026-11-23T10:00:00Z", api_id: "front-0" };

let cloud: HostileCloud | undefined;
afterEach(async () => cloud?.close());

/** What is known of a deployment in the end, and how often its history was read. */
async function known(
  record: object,
  given: object,
  histories: readonly object[],
): Promise<{ record: object; reads: number }> {
  const projects = [{ id: inputs.projectId, name: "cn-north-4" }];
  cloud = await startHostileCloud((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ histories, projects }));
  });
  const { context } = await contextFor(livedataDeployment, connect, cloud, { ...inputs, ...given });
  const key = { ...inputs, ...given };
  const found = await recordOf({ record, requestId: undefined }, key, older, context);
  return { record: found, reads: cloud.requests.filter((request) => request.endsWith("/deploy")).length };
}

test.each([
  ["with its front API, is taken as it was answered", { ...answered, api_id: "front-1" }, { frontApi }],
  ["without a front API to come, is taken as it was answered", answered, {}],
])("the record of a deployment %s", async (_name, record, given) => {
  expect(await known(record, given, [listed, older])).toEqual({ record, reads: 0 });
});

test.each([
  ["without its front API", answered, { frontApi }],
  ["without its time", { id: answered.id, api_id: "front-1" }, { frontApi }],
  ["without anything", {}, {}],
])("a record that was answered %s is read in the history", async (_name, record, given) => {
  expect(await known(record, given, [listed, older])).toEqual({ record: listed, reads: 1 });
});

test("of a record that no history shows what was answered is kept", async () => {
  expect(await known(answered, { frontApi }, [older])).toEqual({ record: answered, reads: 2 });
});
