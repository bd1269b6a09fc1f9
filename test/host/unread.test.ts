// What is known by nothing but its id – imported, or asked for by `get` – and what nobody gave any arguments.
import { simulatorProjectId } from "pulumi-grayscale/simulator";
import { describe, expect, test } from "vitest";
import { program, textOf } from "../program-inputs.js";
import { args as release, kind as grayscaleRelease } from "../resources/grayscale-release.js";
import { cloudFor, failing, operate, patient, refresh, up, upAgain } from "../resource-host.js";

const imageSyncTask = "huaweicloud:ImageSyncTask";
const task = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "copy" };
const id = "cn-north-4/team/web/cn-east-3/copy";
const bare = { __provider: textOf(imageSyncTask) };

describe("imported and not read yet", () => {
  test("it is neither compared nor deleted: a refresh comes first", async () => {
    const cloud = await cloudFor();
    const compared = await failing(
      operate(cloud, async (host) => {
        const { inputs } = await host.check(bare, program(imageSyncTask, task));
        return host.diff(id, bare, inputs);
      }),
    );
    const message = `${imageSyncTask} ${id} was imported and not read yet: run \`pulumi refresh\` first`;
    expect(compared.message).toBe(message);
    const deleted = await failing(operate(cloud, (host) => host.delete(id, bare)));
    expect(deleted.message).toBe(message);
    expect(cloud.requests).toEqual([]);
  });

  test("it is read in the configured project, and in the region of its id", async () => {
    const projectId = simulatorProjectId("cn-north-4_team");
    const cloud = await cloudFor({
      accounts: [
        {
          name: "team-account",
          huaweicloud: {
            keys: [{ accessKey: "team-key", secretKey: "team-secret" }],
            projects: [{ id: projectId, name: "cn-north-4_team" }],
          },
        },
      ],
    });
    const config = {
      "huaweicloud:accessKey": "team-key",
      "huaweicloud:secretKey": "team-secret",
      "huaweicloud:projectId": projectId,
    };
    await up(cloud, imageSyncTask, task, { config });
    const { result, requests } = await operate(cloud, (host) => host.read(id, bare), { config });
    expect(result.outputs).toMatchObject({ ...task, projectId, region: "cn-north-4" });
    expect(requests.map(({ operation }) => operation)).toEqual(["listSyncTasks"]);

    const elsewhere = await failing(
      operate(cloud, (host) => host.read(id.replace("north-4", "south-1"), bare), { config }),
    );
    // The configured project is one of the configured region.
    expect(elsewhere.calls[0]).toContain("GET /v3/projects?name=cn-south-1");
  });

  test("it has no sentence for reviewers before a program declares it, and then one", async () => {
    const cloud = await cloudFor();
    const { stored } = await up(cloud, imageSyncTask, task);
    const read = await operate(cloud, (host) => host.read(id, bare));
    expect(read.result.inputs).not.toHaveProperty("rollout");
    const again = await operate(cloud, (host) => host.read(id, read.result.outputs));
    expect(again.result.inputs).not.toHaveProperty("rollout");
    const declared = await upAgain(cloud, imageSyncTask, { ...again.result, id: stored.id }, task);
    expect(declared.stored.inputs["rollout"]).toMatchObject({
      whileDeclared: expect.stringMatching(/^every image pushed to team\/web/) as string,
    });
    expect(declared.calls).toEqual([]);
  });
});

test.each([
  [imageSyncTask, "namespace"],
  [grayscaleRelease, "meshId"],
  ["huaweicloud:LivedataDeployment", "instanceId"],
  ["alicloud:ChangeOrder", "desiredState"],
])("%s without any arguments is refused before a call", async (kind, field) => {
  const cloud = await cloudFor();
  const { result } = await operate(cloud, (host) => host.check({}, { __provider: textOf(kind) }));
  expect(result.failures).toContainEqual({ property: field, reason: "must be given" });
  expect(cloud.requests).toEqual([]);
});

test("an unfinished release that somebody has ended is unfinished no more", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const args = { ...release, timeoutSeconds: 1 };
  const { stored } = await failing(up(cloud, grayscaleRelease, args));
  if (stored === undefined) throw new Error("it should be in the state");
  cloud.cloud.releases = [];
  const read = await refresh(cloud, patient(stored));
  if (read.stored === undefined) throw new Error("it should stay in the state");
  expect(read.stored.outputs).toMatchObject({ outcome: "endedElsewhere" });
  expect(read.stored.outputs).not.toHaveProperty("unfinished");
  const next = await upAgain(cloud, grayscaleRelease, read.stored, { ...args, timeoutSeconds: 60 });
  expect(next).toMatchObject({ operation: "same", calls: [] });
});
