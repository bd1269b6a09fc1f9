import type { SyncTask } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { inputNames } from "../../provider/diff.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { describeResource } from "../contract.js";
import {
  cloudFor,
  destroy,
  failing,
  operate,
  program,
  refresh,
  up,
  upAgain,
  type Failed,
  type Stored,
} from "../resource-host.js";
import { simulatorCredentials, type SimulatedCloud } from "../simulated-cloud.js";
import { huaweicloudRequest, sent } from "../wire.js";

const kind = "huaweicloud:ImageSyncTask";
const args = {
  namespace: "team",
  repository: "shop/web",
  targetRegion: "cn-east-3",
  targetNamespace: "mirror",
  override: false,
};
const path = "/v2/manage/namespaces/team/repos/shop%24web/sync_repo";
const project = "GET /v3/projects?name=cn-north-4 200";
const [list, post, remove] = [`GET ${path} 200`, `POST ${path} 200`, `DELETE ${path} 200`];

/** A task that somebody else has made, as declared. */
function taskOf(): SyncTask {
  return {
    region: "cn-north-4",
    projectId: simulatorCredentials.huaweicloud.projectId,
    id: 41,
    namespace: "team",
    repository: "shop/web",
    remoteRegionId: "cn-east-3",
    remoteNamespace: "mirror",
    syncAuto: true,
    override: false,
    createdAt: "2026-01-02T03:04:05.123456Z",
    updatedAt: "2026-01-02T03:04:05.123456Z",
    domainName: "simulated-account",
  };
}

describeResource({
  kind,
  cloudName: "huaweicloud",
  inputNames: inputNames(imageSyncTask),
  args,
  regions: ["cn-north-4", "cn-south-1"],
  id: "cn-north-4/team/shop/web/cn-east-3/mirror",
  outputs: ["taskId", "createdAt", "updatedAt", "requestId"],
  bad: [
    { with: { namespace: "Team" }, property: "namespace", reason: /lower-case/ },
    { with: { namespace: "a..b" }, property: "namespace", reason: /single periods/ },
    { with: { namespace: "" }, property: "namespace", reason: /found an empty text/ },
    { with: { namespace: "n".repeat(65) }, property: "namespace", reason: /at most 64.+ a text of 65 / },
    { with: { repository: "/web" }, property: "repository", reason: /lower-case/ },
    { with: { repository: "shop//web" }, property: "repository", reason: /single periods, slashes/ },
    { with: { repository: "shop/../web" }, property: "repository", reason: /single periods, slashes/ },
    { with: { repository: "." }, property: "repository", reason: /found a text of 1 / },
    { with: { repository: "x".repeat(129) }, property: "repository", reason: /at most 128/ },
    { with: { targetRegion: "EU" }, property: "targetRegion", reason: /id of a region/ },
    { with: { targetNamespace: 7 }, property: "targetNamespace", reason: /string/ },
    { with: { override: "yes" }, property: "override", reason: /boolean/ },
    { with: { onDelete: "undeploy" }, property: "onDelete", reason: /"delete"/ },
  ],
  replaced: {
    namespace: "group",
    repository: "shop/api",
    targetRegion: "cn-east-2",
    targetNamespace: "copies",
    override: true,
  },
  actedOn: {},
  stored: { onDelete: "retain" },
  secret: { args: { timeoutSeconds: 54321 }, name: "timeoutSeconds", value: "54321" },
  calls: {
    create: [project, list, post, list],
    refresh: [list],
    destroy: [remove],
    read: 1,
    write: 2,
    look: list,
    afterLook: [list],
    resume: [list],
  },
  operations: { read: "listSyncTasks", write: "createSyncTask", refresh: "listSyncTasks" },
  count: ({ cloud }) => cloud.syncTasks.length,
  stuck: { progress: { advance: "immediately" }, lateList: true, phase: /not listed/ },
  vanish: ({ cloud }) => void cloud.syncTasks.splice(0),
  unknownId: {
    id: "team/none/cn-east-3/mirror",
    message: /^no huaweicloud:ImageSyncTask was found with the id cn-north-4\/team\/none/,
  },
  badId: "team/web",
  needsRegionInId: true,
  drift: {
    make: ({ cloud }) => {
      for (const task of cloud.syncTasks) task.override = true;
    },
    inputs: { override: true },
  },
  adoption: {
    plant: ({ cloud }) => void cloud.syncTasks.push(taskOf()),
    different: { override: true },
    differing: "override",
    adoptCalls: [project, list],
    replaceCalls: [project, list, remove, post, list],
    explicitWay: "delete",
  },
});

test("every request is as documented: the slash a dollar sign, the pair in the body of the DELETE", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  await destroy(cloud, stored);
  const [, listed, posted, confirmed, removed] = cloud.requests;
  expect(sent(listed)).toEqual(huaweicloudRequest({ method: "GET", path }));
  expect(sent(confirmed)).toEqual(huaweicloudRequest({ method: "GET", path }));
  const body = '{"remoteRegionId":"cn-east-3","remoteNamespace":"mirror","syncAuto":true,"override":false}';
  expect(sent(posted)).toEqual(huaweicloudRequest({ method: "POST", path, body }));
  const pair = '{"remoteRegionId":"cn-east-3","remoteNamespace":"mirror"}';
  expect(sent(removed)).toEqual(huaweicloudRequest({ method: "DELETE", path, body: pair }));
});

test("a task is always automatic, for the list shows no other; override is said either way", async () => {
  const cloud = await cloudFor();
  const { override: _, ...without } = args;
  await up(cloud, kind, without);
  await up(cloud, kind, { ...args, targetNamespace: "copies", override: true });
  expect(cloud.cloud.syncTasks).toMatchObject([
    { syncAuto: true, override: false },
    { syncAuto: true, override: true },
  ]);
  expect(cloud.requests.filter(({ method }) => method === "POST").map(({ body }) => body)).toEqual([
    '{"remoteRegionId":"cn-east-3","remoteNamespace":"mirror","syncAuto":true,"override":false}',
    '{"remoteRegionId":"cn-east-3","remoteNamespace":"copies","syncAuto":true,"override":true}',
  ]);
});

test("a task copies to another region than the configured or given one", async () => {
  const cloud = await cloudFor();
  for (const [declared, config] of [
    [args, { "huaweicloud:region": "cn-east-3" }],
    [{ ...args, region: "cn-east-3" }, {}],
  ] as const) {
    const failed = await failing(up(cloud, kind, declared, { config }));
    expect(JSON.parse(failed.message)).toEqual([
      {
        property: "targetRegion",
        reason: "must be another region than the repository's, found a text of 9 characters",
      },
    ]);
  }
  expect(cloud.requests).toEqual([]);
});

test("a task that is not there any more, which SWR tells with 400, is deleted", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.syncTasks = [];
  const deleted = await destroy(cloud, stored);
  expect(deleted.calls).toEqual([`DELETE ${path} 400`, list, list, "GET /v3/projects 200"]);
});

test.each([
  [401, "SVCSTG.SWR.4010000", [`DELETE ${path} 401`], /answered 401 .+\. Check the credentials/],
  // One answer that it is not there does not end a destroy, while SWR lists it.
  [
    404,
    "SVCSTG.SWR.4040010",
    [`DELETE ${path} 404`, list],
    /answered 404 SVCSTG\.SWR\.4040010: words of SWR/,
  ],
  [500, "SVCSTG.SWR.5000000", [`DELETE ${path} 500`, list, list, remove], /^$/],
])("a delete that SWR answers with %i is refused or looked for", async (status, code, expected, message) => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const fault = { kind: "tooManyRequests", status, code, message: "words of SWR" } as const;
  cloud.queueFault({ match: { operation: "deleteSyncTask" }, fault });
  const done = await destroy(cloud, stored).catch((error: unknown) => error as Failed);
  expect(done.calls).toEqual(expected);
  expect("message" in done ? done.message : "").toMatch(message);
});

test("a list that is late is waited for", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ fault: { kind: "lateList", reads: 3 } });
  const { calls, stored, logged } = await up(cloud, kind, args);
  expect(calls).toEqual([project, list, post, list, list, list, list]);
  expect(stored.outputs["taskId"]).toBe(1);
  const progress = logged.filter(({ ephemeral }) => ephemeral);
  expect(progress).toHaveLength(3);
  expect(progress[0]?.message).toMatch(
    /^waiting for an image synchronization of team\/shop\/web to cn-east-3\/mirror to be listed: phase not listed, \d+ s of \d+ s$/,
  );
});

test("a lost reply and a late list together make one task", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } });
  cloud.queueFault({ fault: { kind: "lateList", reads: 1 } });
  const { calls, stored } = await up(cloud, kind, args);
  expect(calls).toEqual([project, list, `POST ${path} reset`, list, list, list]);
  expect(stored.outputs["adopted"]).toBe(false);
  expect(cloud.cloud.syncTasks).toHaveLength(1);
});

test("a create whose reply is lost is kept, where a list is late and the next one is refused", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } });
  cloud.queueFault({ fault: { kind: "lateList", reads: 99 } });
  const failed = await failing(up(cloud, kind, args));
  expect(failed.calls).toContain(post.replace("200", "400"));
  expect(failed.stored).toMatchObject({ outputs: { unfinished: { kind: "waiting" } } });
  cloud.clearFaults();
  const next = await upAgain(cloud, kind, failed.stored as Stored, args);
  expect(next).toMatchObject({ operation: "update", warnings: [], stored: { outputs: { adopted: false } } });
  await destroy(cloud, next.stored);
  expect(cloud.cloud.syncTasks).toEqual([]);
});

test("one list that is empty does not end a destroy that never arrived", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.queueFault({ match: { operation: "deleteSyncTask" }, fault: { kind: "resetBefore" } });
  cloud.queueFault({ match: { operation: "listSyncTasks" }, fault: { kind: "emptyRead" } });
  await destroy(cloud, stored);
  expect(cloud.cloud.syncTasks).toEqual([]);
});

test("a different task that somebody made while a reply was lost is not taken for our own", async () => {
  const cloud: SimulatedCloud = await cloudFor({
    onRequest: ({ status }) => {
      if (status === "reset") cloud.cloud.syncTasks = [{ ...taskOf(), override: true }];
    },
  });
  cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "resetBefore" } });
  const failed = await failing(up(cloud, kind, args));
  expect(failed.message).toMatch(/override/);
  expect(failed.stored).toBeUndefined();
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: true }]);
});

test("another task that a list did not show is replaced all the same, where adopt is always", async () => {
  const cloud = await cloudFor();
  cloud.cloud.syncTasks.push({ ...taskOf(), override: true });
  cloud.queueFault({ match: { operation: "listSyncTasks" }, fault: { kind: "emptyRead" } });
  const { calls, stored, warnings } = await up(cloud, kind, { ...args, adopt: "always" });
  expect(calls).toEqual([project, list, `POST ${path} 400`, list, remove, post, list]);
  expect(stored.outputs).toMatchObject({ adopted: false, override: false });
  expect(warnings).toEqual([]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ id: stored.outputs["taskId"], override: false }]);
});

test("a POST that is refused twice is told, and nothing is removed a second time", async () => {
  const cloud = await cloudFor();
  cloud.cloud.syncTasks.push({ ...taskOf(), override: true });
  cloud.queueFault({ match: { operation: "listSyncTasks" }, fault: { kind: "emptyRead" } });
  const refused = {
    kind: "tooManyRequests",
    status: 400,
    code: "SVCSTG.SWR.4001157",
    message: "again",
  } as const;
  cloud.queueFault({ match: { operation: "createSyncTask" }, times: 2, fault: refused });
  const failed = await failing(up(cloud, kind, { ...args, adopt: "always" }));
  expect(failed.calls).toEqual([project, list, `POST ${path} 400`, list, remove, `POST ${path} 400`]);
  expect(failed.message).toContain("SVCSTG.SWR.4001157: again");
  expect(failed.stored).toBeUndefined();
});

test("what was made is taken up although adopt is never", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ fault: { kind: "lateList", reads: 999 } });
  const declared = { ...args, adopt: "never", timeoutSeconds: 1 };
  const { stored } = await failing(up(cloud, kind, declared));
  if (stored === undefined) throw new Error("it should be in the state");
  cloud.clearFaults();
  expect((await upAgain(cloud, kind, stored, declared)).calls).toEqual([list]);
});

test("what became of it meanwhile is replaced, where adopt is always", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ fault: { kind: "lateList", reads: 999 } });
  const declared = { ...args, adopt: "always", timeoutSeconds: 1 };
  const { stored } = await failing(up(cloud, kind, declared));
  if (stored === undefined) throw new Error("it should be in the state");
  cloud.clearFaults();
  for (const task of cloud.cloud.syncTasks) task.override = true;
  const next = await upAgain(cloud, kind, stored, declared);
  expect(next.calls).toEqual([list, remove, post, list]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: false }]);
});

test("twenty tasks of one repository share their lists", async () => {
  const cloud = await cloudFor();
  const targets = Array.from({ length: 20 }, (_, index) => `mirror${index}`);
  const { requests } = await operate(cloud, async (host) =>
    Promise.all(
      targets.map(async (targetNamespace) => {
        const news = program(kind, { ...args, targetNamespace }, targetNamespace);
        const { inputs } = await host.check({}, news);
        return host.create(inputs);
      }),
    ),
  );
  expect(cloud.cloud.syncTasks).toHaveLength(20);
  const count = (method: string, operation: string): number =>
    requests.filter((request) => request.method === method && request.operation === operation).length;
  expect(count("POST", "createSyncTask")).toBe(20);
  expect(count("GET", "listProjects")).toBe(1);
  expect(count("GET", "listSyncTasks")).toBeLessThanOrEqual(14);
});

test("that nothing is there, one list shows to several that are made one after the other", async () => {
  const cloud = await cloudFor();
  const { calls } = await operate(cloud, async (host) => {
    for (const targetNamespace of ["one", "two", "three", "four"]) {
      const { inputs } = await host.check({}, program(kind, { ...args, targetNamespace }, targetNamespace));
      await host.create(inputs);
    }
  });
  expect(calls.filter((call) => call === post)).toHaveLength(4);
  // A look, and a list after each write: alone, each would look for itself.
  expect(calls.filter((call) => call === list).length).toBeLessThan(8);
});

test("what this run is making is looked for anew", async () => {
  const making = { at: (): void => undefined };
  const cloud = await cloudFor({
    onRequest: ({ operation }) => operation === "createSyncTask" && making.at(),
  });
  cloud.queueFault({
    match: { operation: "createSyncTask" },
    fault: { kind: "slowBody", milliseconds: 300 },
  });
  const { calls } = await operate(cloud, async (host) => {
    const { inputs } = await host.check({}, program(kind, args, "web"));
    const { inputs: same } = await host.check({}, program(kind, args, "twin"));
    const twin = new Promise((resolve, reject) => {
      making.at = () => void host.create(same).then(resolve, reject);
    });
    await Promise.all([host.create(inputs), twin]);
  });
  // The list that showed nothing is a moment old, and would have had it sent twice.
  expect(calls.filter((call) => call.startsWith("POST"))).toEqual([post]);
});

test("a refresh of many tasks of one repository lists once", async () => {
  const cloud = await cloudFor();
  const stored: Stored[] = [];
  for (const targetNamespace of ["one", "two", "three"]) {
    stored.push((await up(cloud, kind, { ...args, targetNamespace })).stored);
  }
  const { calls, result } = await operate(cloud, (host) =>
    Promise.all(stored.map(({ id, outputs }) => host.read(id, outputs))),
  );
  expect(calls).toEqual([list]);
  expect(result.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
});

test("whose project it is, is asked once for many tasks that are gone", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.syncTasks = [];
  const ids = Array.from({ length: 20 }, (_, index) => `cn-north-4/team/web${index}/cn-east-3/mirror`);
  const { requests, result } = await operate(cloud, async (host) => {
    const read = await Promise.all(ids.map((id) => host.read(id, stored.outputs)));
    await host.delete(stored.id, stored.outputs);
    return read;
  });
  expect(new Set(result.map(({ id }) => id))).toEqual(new Set([""]));
  expect(requests.filter(({ operation }) => operation === "listProjects")).toHaveLength(1);
});

test("a target region that SWR does not know is told at once, though SWR answers 500", async () => {
  const cloud = await cloudFor();
  const failed = await failing(up(cloud, kind, { ...args, targetRegion: "cn-nowhere-9" }));
  expect(failed.calls).toEqual([project, list, `POST ${path} 500`]);
  expect(failed.message).toMatch(
    /^POST \/v2\/manage\S+ answered 500 SVCSTG\.SWR\.5001101: Internal error \(request id \S+\)\. SWR answers so for a target region that it does not know: check targetRegion$/,
  );
  expect(failed.partial).toBeUndefined();
});

test("a repository that does not exist is the cloud's own error, and gone when it vanishes later", async () => {
  const cloud = await cloudFor({ seed: { repositories: ["team/other"] } });
  const failed = await failing(up(cloud, kind, args));
  expect(failed.message).toMatch(/answered 404 SVCSTG\.SWR\.4040010: The image repository does not exist/);
  cloud.cloud.repositories = undefined;
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.repositories = ["team/other"];
  const read = await refresh(cloud, stored);
  expect(read.stored).toBeUndefined();
  expect(read.calls).toEqual([`GET ${path} 404`, `GET ${path} 404`, "GET /v3/projects 200"]);
});

test("the own region is no target; a region that is not known yet passes", async () => {
  const cloud = await cloudFor();
  const failed = await failing(up(cloud, kind, { ...args, targetRegion: "cn-north-4" }));
  expect(failed.message).toContain("must be another region than the repository's");
  expect(failed.calls).toEqual([]);
});

test("a removed task is made again by the next up", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.syncTasks = [];
  expect((await refresh(cloud, stored)).stored).toBeUndefined();
  expect((await up(cloud, kind, args)).calls).toEqual([project, list, post, list]);
});

test("of a replacement the old task is removed first", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const next = await upAgain(cloud, kind, stored, { ...args, override: true });
  expect(next).toMatchObject({ operation: "replace", calls: [remove, list, post, list] });
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: true }]);
});

test("an id without a region is enough where the repository has no slash", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, { ...args, repository: "web" });
  const { __provider } = stored.inputs;
  const { result } = await operate(cloud, (host) => host.read("team/web/cn-east-3/mirror", { __provider }));
  expect(result).toMatchObject({ id: stored.id, inputs: { repository: "web", region: "cn-north-4" } });
});
