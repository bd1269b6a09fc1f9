import type { LivedataApi } from "pulumi-grayscale/simulator";
import { describe, expect, test } from "vitest";
import { inputNames } from "../../provider/diff.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import { describeResource } from "../contract.js";
import { cloudFor, destroy, failing, refresh, up, upAgain, patient } from "../resource-host.js";
import { simulatorCredentials, type SimulatedCloud } from "../simulated-cloud.js";
import { huaweicloudRequest, sent } from "../wire.js";

const kind = "huaweicloud:LivedataDeployment";
const frontApi = { authType: "APP", groupId: "group-1", envId: "release", protocol: "HTTPS" };
const args = { instanceId: "instance-1", apiId: "api-1", frontApi, triggers: { script: "one" } };
const { projectId } = simulatorCredentials.huaweicloud;
const item = "/v2/{project}/apic/instances/instance-1/livedata-apis/api-1";
const project = "GET /v3/projects?name=cn-north-4 200";
const [show, history] = [`GET ${item} 200`, `GET ${item}/deploy 200`];
const [deploy, undeploy] = [`POST ${item}/deploy 200`, `POST ${item}/undeploy 204`];

function api({ cloud }: SimulatedCloud): LivedataApi {
  const [first] = cloud.livedataApis;
  if (first === undefined) throw new Error("there is no API");
  return first;
}

/** A deployment that somebody else has made. */
function deployByHand(cloud: SimulatedCloud, groupId: string, ago = 0): void {
  api(cloud).status = 4;
  cloud.cloud.deployments.push({
    region: "cn-north-4",
    projectId,
    instanceId: "instance-1",
    id: `by-hand-${cloud.cloud.deployments.length}`,
    ldApiId: "api-1",
    groupId,
    envId: "release",
    frontApiId: `front-of-${groupId}`,
    deployTime: new Date(Date.now() - ago).toISOString(),
  });
}

describeResource({
  kind,
  cloudName: "huaweicloud",
  inputNames: inputNames(livedataDeployment),
  args,
  regions: ["cn-north-4", "cn-east-3"],
  id: "cn-north-4/instance-1/api-1",
  outputs: ["status", "deploymentId", "frontApiId", "deployTime", "requestId"],
  bad: [
    { with: { instanceId: ".." }, property: "instanceId", reason: /only letters/ },
    { with: { apiId: "a/b" }, property: "apiId", reason: /only letters/ },
    { with: { romaAppId: "x".repeat(66) }, property: "romaAppId", reason: /at most 65/ },
    { with: { triggers: { one: 1 } }, property: "triggers.one", reason: /string/ },
    { with: { onDelete: "delete" }, property: "onDelete", reason: /"undeploy"/ },
    {
      with: { frontApi: { ...frontApi, authType: "AUTHORIZER" } },
      property: "frontApi.authorizerId",
      reason: /must be given for authType AUTHORIZER/,
    },
    {
      with: { frontApi: { ...frontApi, retryCount: 11 } },
      property: "frontApi.retryCount",
      reason: /at most 10/,
    },
    { with: { frontApi: { ...frontApi, path: "x" } }, property: "frontApi.path", reason: /slash/ },
    {
      with: { frontApi: { ...frontApi, port: 80 } },
      property: "frontApi.port",
      reason: /is not an input of this resource/,
    },
  ],
  replaced: {
    instanceId: "instance-2",
    apiId: "api-2",
    frontApi: { ...frontApi, cors: true },
    romaAppId: "roma-app-1",
    triggers: { script: "two" },
  },
  actedOn: {},
  stored: { onDelete: "retain" },
  secret: { args: { triggers: { script: "hunter22" } }, name: "triggers", value: "hunter22" },
  calls: {
    create: [project, show, history, deploy, show],
    refresh: [show, history],
    destroy: [show, undeploy, show],
    read: 1,
    write: 3,
    look: history,
    lookInVain: [history, show],
    looks: 5,
    afterLook: [show],
    resume: [history, show],
  },
  operations: { read: "showLivedataApi", write: "deployLivedataApi", refresh: "showLivedataApi" },
  count: ({ cloud }) =>
    cloud.livedataApis.filter(({ status, becoming }) => (becoming ?? status) === 4).length,
  stuck: {
    progress: { advance: "never" },
    phase: /^gave up waiting for API api-1 to be deployed after \d+ s; the phase seen last is status 3$/,
  },
  vanish: ({ cloud }) => {
    cloud.livedataApis = [];
  },
  unknownId: {
    id: "instance-1/api-2",
    message: /^no huaweicloud:LivedataDeployment was found with the id cn-north-4\/instance-1\/api-2$/,
  },
  badId: "api-1",
  drift: {
    make: (cloud) => deployByHand(cloud, "group-2"),
    inputs: { frontApi: { ...frontApi, groupId: "group-2" } },
  },
  adoption: {
    plant: (cloud) => deployByHand(cloud, "group-1", 1000),
    different: { frontApi: { ...frontApi, groupId: "group-2" } },
    differing: "groupId",
    adoptCalls: [project, show, history],
    replaceCalls: [project, show, history, undeploy, show, deploy, show],
    explicitWay: "undeploy",
  },
});

test("every request is as documented, and deploy_front_api is always said", async () => {
  const cloud = await cloudFor();
  const full = {
    ...frontApi,
    authType: "AUTHORIZER",
    authorizerId: "authorizer-1",
    path: "/shop",
    method: "GET",
    cors: true,
    backendTimeoutMs: 5000,
    retryCount: -1,
  };
  const { stored } = await up(cloud, kind, { ...args, frontApi: full, romaAppId: "roma-app-1" });
  await destroy(cloud, stored);
  const path = item.replace("{project}", projectId);
  const [, shown, listed, deployed, , , undeployed] = cloud.requests;
  expect(sent(shown)).toEqual(huaweicloudRequest({ method: "GET", path }));
  expect(sent(listed)).toEqual(huaweicloudRequest({ method: "GET", path: `${path}/deploy` }));
  expect(sent(deployed)).toEqual(
    huaweicloudRequest({
      method: "POST",
      path: `${path}/deploy`,
      body: '{"deploy_front_api":true,"auth_type":"AUTHORIZER","authorizer_id":"authorizer-1","group_id":"group-1","env_id":"release","protocol":"HTTPS","path":"/shop","method":"GET","cors":true,"backend_timeout":5000,"retry_count":"-1","roma_app_id":"roma-app-1"}',
    }),
  );
  expect(sent(undeployed)).toEqual(huaweicloudRequest({ method: "POST", path: `${path}/undeploy` }));

  const { frontApi: _, ...without } = args;
  await up(cloud, kind, without);
  const bare = cloud.requests.findLast(({ operation }) => operation === "deployLivedataApi");
  expect(sent(bare)).toEqual(
    huaweicloudRequest({ method: "POST", path: `${path}/deploy`, body: '{"deploy_front_api":false}' }),
  );
});

test("ours is the latest record of the history", async () => {
  const cloud = await cloudFor();
  deployByHand(cloud, "group-1", 1000);
  deployByHand(cloud, "group-2", 2000);
  const { stored, calls } = await up(cloud, kind, args);
  expect(calls).toEqual([project, show, history]);
  expect(stored.outputs).toMatchObject({ adopted: true, frontApiId: "front-of-group-1", status: 4 });
});

test("undeployed by hand is gone, and deployed again; its destroy needs no call but a look", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  api(cloud).status = 3;
  expect((await destroy(cloud, stored)).calls).toEqual([show]);
  const read = await refresh(cloud, stored);
  expect(read.stored).toBeUndefined();
  expect(read.calls).toEqual([show]);
  expect((await up(cloud, kind, args)).calls).toEqual([project, show, history, deploy, show]);
});

test("an undeploy waits until the status says so", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.setProgress({ advance: "afterReads", reads: 2 });
  const { calls, logged } = await destroy(cloud, stored);
  expect(calls).toEqual([show, undeploy, show, show]);
  expect(logged.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^waiting for API api-1 to be undeployed: phase status 4, \d+ s of \d+ s$/),
  ]);
});

test("an undeploy that is refused because somebody was faster has succeeded", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const fault = { kind: "tooManyRequests", status: 400, code: "APIG.2011", message: "not deployed" } as const;
  cloud.queueFault({ match: { operation: "undeployLivedataApi" }, fault });
  const refused = undeploy.replace("204", "400");
  const failed = await failing(destroy(cloud, stored));
  expect(failed.calls).toEqual([show, refused, show]);
  expect(failed.message).toContain("answered 400 APIG.2011: not deployed");

  // Between our look and our call, somebody else undeploys it.
  cloud.queueFault({ match: { operation: "undeployLivedataApi" }, fault: { kind: "lostReply" } });
  const lost = undeploy.replace("204", "reset");
  expect((await destroy(cloud, stored)).calls).toEqual([show, lost, show, show]);
});

test.each([
  [401, "APIG.1002", "Check the credentials and this machine's clock"],
  [403, "APIG.1005", "The credentials may lack the permission for this call"],
  [404, "APIG.3084", "words of ROMA"],
])(
  "an undeploy that is refused with %i %s fails while the API is seen to be online",
  async (status, code, words) => {
    const cloud = await cloudFor();
    const { stored } = await up(cloud, kind, args);
    const fault = { kind: "tooManyRequests", status, code, message: "words of ROMA" } as const;
    cloud.queueFault({ match: { operation: "undeployLivedataApi" }, fault });
    const failed = await failing(destroy(cloud, stored));
    expect(failed.calls).toEqual([show, undeploy.replace("204", `${status}`), show]);
    expect(failed.message).toContain(`/undeploy answered ${status} ${code}: words of ROMA`);
    expect(failed.message).toContain(words);
    expect((await destroy(cloud, stored)).calls).toEqual([show, undeploy, show]);
  },
);

test("an undeploy that ends in 500 APIG.9999 is looked for, and sent again while the API is online", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const fault = { kind: "tooManyRequests", status: 500, code: "APIG.9999", message: "System error" } as const;
  cloud.queueFault({ match: { operation: "undeployLivedataApi" }, fault });
  const { calls, logged } = await destroy(cloud, stored);
  expect(calls).toEqual([show, undeploy.replace("204", "500"), show, show, undeploy, show]);
  expect(logged[0]?.message).toMatch(
    / answered 500 APIG\.9999: System error .+\. Looking before trying again$/,
  );
});

test("a wrong instance or URL is an error, never absence; an API that is gone is gone", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.romaInstances = [];
  const failed = await failing(refresh(cloud, stored));
  expect(failed.message).toMatch(/answered 404 APIG\.3030: .+\. No such instance .+: check instanceId$/);
  expect((await failing(destroy(cloud, stored))).message).toContain("APIG.3030");
  const code = "APIGW.0101";
  cloud.queueFault({ fault: { kind: "tooManyRequests", status: 404, code, message: "no API" } });
  expect((await failing(refresh(cloud, stored))).message).toContain("check huaweicloud:region");

  const other = await cloudFor();
  other.cloud.livedataApis = [];
  const moved = { ...stored, outputs: { ...stored.outputs } };
  expect((await refresh(other, moved)).stored).toBeUndefined();
  const missing = show.replace("200", "404");
  expect((await destroy(other, moved)).calls).toEqual([missing, missing, "GET /v3/projects 200"]);
});

test("an API that does not exist, or an app that is another, is told before or by the cloud", async () => {
  const cloud = await cloudFor();
  const missing = await failing(up(cloud, kind, { ...args, apiId: "api-9" }));
  expect(missing.message).toBe(
    "API api-9 of instance instance-1 does not exist: create it before it is deployed",
  );
  const app = await failing(up(cloud, kind, { ...args, romaAppId: "another-app" }));
  expect(app.message).toMatch(/answered 409 APIG\.3479/);
  expect(app.partial).toBeUndefined();
});

test("triggers deploy anew: undeploy first, then deploy", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const next = await upAgain(cloud, kind, stored, { ...args, triggers: { script: "two" } });
  expect(next).toMatchObject({ operation: "replace", difference: { replaces: ["triggers"] } });
  // The project is not looked up again: the new one is made where the old one lived.
  expect(next.calls).toEqual([show, undeploy, show, show, history, deploy, show]);
  expect(next.stored.outputs["deploymentId"]).not.toBe(stored.outputs["deploymentId"]);
});

test("an import takes what ROMA does not show from the program, without a call", async () => {
  const cloud = await cloudFor();
  const { triggers: _, ...declared } = args;
  const { stored } = await up(cloud, kind, declared);
  const bare = { __provider: stored.inputs["__provider"] };
  const imported = await refresh(cloud, { id: stored.id, inputs: bare, outputs: bare });
  if (imported.stored === undefined) throw new Error("it should be there");
  expect(imported.stored.inputs["frontApi"]).toEqual({ groupId: "group-1", envId: "release" });
  const next = await upAgain(cloud, kind, imported.stored, declared);
  expect(next).toMatchObject({ calls: [], difference: { replaces: [] } });
});

test.each([
  ["never", "group-1", [history, show, history]],
  ["always", "group-2", [history, show, history, undeploy, show, deploy, show]],
])("what is found on a resume is taken as adopt %s says, and never refused", async (adopt, group, calls) => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const declared = { ...args, adopt, timeoutSeconds: 1 };
  const { stored } = await failing(up(cloud, kind, declared));
  if (stored === undefined) throw new Error("it should be in the state");
  // Meanwhile somebody has deployed it by hand.
  cloud.setProgress({ advance: "immediately" });
  // Later than ours, whatever the time: ours is found by its id.
  deployByHand(cloud, group, -60_000);
  const next = await upAgain(cloud, kind, stored, declared);
  expect(next.calls).toEqual(calls);
  expect(next.stored.outputs).not.toHaveProperty("unfinished");
});

test("what is still on its way is awaited by a destroy, and taken offline", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const { stored } = await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  if (stored === undefined) throw new Error("it should be in the state");
  cloud.setProgress({ advance: "afterReads", reads: 3 });
  const { calls } = await destroy(cloud, patient(stored));
  expect(calls.filter((call) => call.startsWith("POST"))).toEqual([undeploy]);
  expect(api(cloud)).toMatchObject({ status: 3 });
  expect(api(cloud)).not.toHaveProperty("becoming");
});

test("what never comes online does not keep a destroy for ever", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const { stored } = await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  if (stored === undefined) throw new Error("it should be in the state");
  const { calls, warnings } = await destroy(cloud, stored);
  expect(new Set(calls)).toEqual(new Set([show]));
  expect(warnings).toEqual([
    expect.stringMatching(/^API api-1 did not come online in the time of this destroy/),
  ]);
});

test("a deployment that a killed run began is awaited, and not begun again", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  // What it has stored is lost.
  await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  cloud.setProgress({ advance: "afterReads", reads: 3 });
  api(cloud).journey.reads = 0;
  const { calls, stored } = await up(cloud, kind, args);
  expect(calls).toEqual([project, show, history, show, show]);
  expect(stored.outputs).toMatchObject({ status: 4, deploymentId: cloud.cloud.deployments[0]?.id });
  expect(cloud.cloud.deployments).toHaveLength(1);
});

test("an old record of the history is no deployment that is on its way", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  const [lost] = cloud.cloud.deployments;
  // Older than any deployment takes.
  if (lost !== undefined) lost.deployTime = new Date(Date.now() - 600_000).toISOString();
  api(cloud).modifiedTime = new Date(Date.now() - 900_000).toISOString();
  cloud.setProgress({ advance: "immediately" });
  delete api(cloud).becoming;
  const { calls } = await up(cloud, kind, args);
  expect(calls).toContain(deploy);
  expect(cloud.cloud.deployments).toHaveLength(2);
});

describe("a deployment whose reply is lost while the history is late", () => {
  const lose = (cloud: SimulatedCloud, reads: number): void => {
    cloud.queueFault({ match: { operation: "deployLivedataApi" }, fault: { kind: "lostReply" } });
    cloud.queueFault({ fault: { kind: "lateList", reads } });
  };
  const lost = deploy.replace("200", "reset");

  test("is seen by the API's status, and not begun again", async () => {
    const cloud = await cloudFor();
    lose(cloud, 2);
    const { calls, stored } = await up(cloud, kind, args);
    expect(calls).toEqual([project, show, history, lost, history, show, show, history, history]);
    const [only, ...others] = cloud.cloud.deployments;
    expect(others).toEqual([]);
    expect(stored.outputs).toMatchObject({ status: 4, deploymentId: only?.id, frontApiId: only?.frontApiId });
  });

  test("is not begun again while the API is not online either, for some seconds", async () => {
    const cloud = await cloudFor({ progress: { advance: "afterReads", reads: 4 } });
    lose(cloud, 4);
    const { calls, stored } = await up(cloud, kind, args);
    expect(calls.filter((call) => call.startsWith("POST"))).toEqual([lost]);
    const [only, ...others] = cloud.cloud.deployments;
    expect(others).toEqual([]);
    expect(stored.outputs).toMatchObject({ status: 4, deploymentId: only?.id });
  });

  test("is not taken for the one before it, and known as soon as the history shows it", async () => {
    const cloud = await cloudFor();
    deployByHand(cloud, "group-9", 600_000);
    api(cloud).status = 3;
    lose(cloud, 3);
    const { stored } = await up(cloud, kind, args);
    expect(cloud.cloud.deployments).toHaveLength(2);
    expect(stored.outputs).toMatchObject({ status: 4, adopted: false });
    expect(stored.outputs).not.toHaveProperty("deploymentId");
    expect(stored.outputs).not.toHaveProperty("frontApiId");
    const read = await refresh(cloud, stored);
    expect(read.stored?.outputs["deploymentId"]).toBe(cloud.cloud.deployments[1]?.id);
  });
});

test("an unfinished deployment that somebody undeploys is deployed again, not waited for", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const { stored } = await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  if (stored === undefined) throw new Error("it should be in the state");
  // It came online after all, and was taken offline by hand.
  delete api(cloud).becoming;
  api(cloud).modifiedTime = new Date().toISOString();
  cloud.setProgress({ advance: "immediately" });
  const read = await refresh(cloud, stored);
  const next = await upAgain(cloud, kind, read.stored ?? stored, { ...args, timeoutSeconds: 5 });
  expect(next.calls).toEqual([history, show, show, history, deploy, show]);
  expect(next.stored.outputs).toMatchObject({ status: 4, deploymentId: cloud.cloud.deployments[1]?.id });
  expect(next.stored.outputs).not.toHaveProperty("unfinished");
});
