// Pulumi's own resource options.
import * as pulumi from "@pulumi/pulumi";
import { huaweicloud, Provider } from "pulumi-grayscale";
import { simulatorCredentials, simulatorProjectId } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { cancelling, release, releaseProgram, task, taskProgram, templateWith } from "./declarations.js";
import { everythingSaid, namesOfSecretsIn } from "../leaks.js";
import { expectStep, openSimulatedStack } from "./simulated-stack.js";

test("an alias renames, and a release keeps the name that it has in the cloud", async () => {
  const declare =
    (suffix: string, aliases: pulumi.Alias[][] = []) =>
    async () => {
      new huaweicloud.ImageSyncTask(`web-${suffix}`, task, { aliases: aliases[0] ?? [] });
      new huaweicloud.GrayscaleRelease(`reviews-${suffix}`, release, { aliases: aliases[1] ?? [] });
    };
  const { perform, cloud, stored } = await openSimulatedStack(declare("one"));
  await perform("up");
  const program = declare("two", [[{ name: "web-one" }], [{ name: "reviews-one" }]]);
  expectStep(await perform("preview", { program }), "same 3", []);
  expectStep(await perform("up"), "same 3", []);
  expect(new Set((await stored()).map(({ urn }) => urn.split("::").at(-1)))).toEqual(
    new Set(["web-two", "reviews-two"]),
  );
  expect(cloud.cloud.releases).toMatchObject([{ name: "reviews-one" }]);

  // Also when it is replaced under its new name.
  const grayDeployments = [{ clusterId: "cluster-1", template: templateWith("reviews:2.1") }];
  const changed = async () => {
    new huaweicloud.ImageSyncTask("web-two", task);
    new huaweicloud.GrayscaleRelease("reviews-two", { ...release, grayDeployments });
  };
  expect(await perform("up", { program: changed })).toMatchObject({ did: "replace 1, same 2" });
  expect(cloud.cloud.releases).toMatchObject([{ name: "reviews-one" }]);
  expectStep(await perform("up"), "same 3", []);
});

test("a protected thing is not destroyed, a retained one is only forgotten", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(taskProgram("web", {}, { protect: true }));
  await perform("up");
  const refused = await perform("destroy");
  expect(refused).toMatchObject({ succeeded: false, calls: [] });
  expect(refused.text).toMatch(/protect/);
  expect(await stored()).toHaveLength(1);

  const program = taskProgram("web", {}, { retainOnDelete: true });
  expectStep(await perform("up", { program }), "same 2", []);
  expectStep(await perform("destroy"), "delete 2", []);
  expect(cloud.cloud.syncTasks).toHaveLength(1);
});

test("a protected thing is not replaced either", async () => {
  const declare = (version: string) => releaseProgram("reviews-v2", { version }, { protect: true });
  const { perform, cloud, stored } = await openSimulatedStack(declare("v2"));
  await perform("up");
  const [before] = cloud.cloud.releases;
  for (const operation of ["preview", "up"] as const) {
    const refused = await perform(operation, { program: declare("v3") });
    expect(refused).toMatchObject({ succeeded: false, calls: [] });
    expect(refused.text).toMatch(
      /unable to replace resource \S+::reviews-v2"\s+as it is currently marked for protection/,
    );
  }
  expect(cloud.cloud.releases).toEqual([before]);
  expect(await stored()).toMatchObject([{ protect: true, inputs: { version: "v2" } }]);
  const program = releaseProgram("reviews-v2", { version: "v3" });
  expect(await perform("up", { program })).toMatchObject({ did: "replace 1, same 1" });
  expect(cloud.cloud.releases).toMatchObject([{ spec: { version: "v3" } }]);
});

test("with deletedWith, what goes with another thing is not deleted by itself", async () => {
  const { perform, cloud, stored } = await openSimulatedStack(async () => {
    const reviews = new huaweicloud.GrayscaleRelease("reviews-v2", release);
    new huaweicloud.ImageSyncTask("web", task, { deletedWith: reviews });
  });
  await perform("up");
  expectStep(await perform("destroy"), "delete 3", [cancelling]);
  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [{}] });
  expect(await stored()).toEqual([]);
});

test("ignoreChanges leaves alone what the program changes, and what drifted", async () => {
  const image = "grayDeployments[0].template.spec.template.spec.containers[0].image";
  const declare = (version: string, imageNow: string) => async () => {
    const grayDeployments = [{ clusterId: "cluster-1", template: templateWith(imageNow) }];
    const options = { ignoreChanges: ["version", image] };
    new huaweicloud.GrayscaleRelease("reviews-v2", { ...release, version, grayDeployments }, options);
  };
  const { perform, cloud, stored } = await openSimulatedStack(declare("v2", "reviews:2.0"));
  await perform("up");
  const program = declare("v3", "reviews:2.1");
  expectStep(await perform("preview", { program }), "same 2", []);
  expectStep(await perform("up"), "same 2", []);
  expect(await stored()).toMatchObject([{ inputs: { version: "v2" }, outputs: { version: "v2" } }]);

  for (const { spec } of cloud.cloud.releases) Object.assign(spec, { version: "v9" });
  expect(await perform("refresh")).toMatchObject({ did: "same 1, update 1" });
  expectStep(await perform("up"), "same 2", []);
  expect(await stored()).toMatchObject([{ inputs: { version: "v9" }, outputs: { version: "v9" } }]);

  // What is not named counts as ever; to a replacement Pulumi applies no `ignoreChanges`.
  const changed = async () => {
    const grayDeployments = [{ clusterId: "cluster-1", template: templateWith("reviews:2.1") }];
    const args = { ...release, type: "blue-green", version: "v3", grayDeployments };
    new huaweicloud.GrayscaleRelease("reviews-v2", args, { ignoreChanges: ["version", image] });
  };
  expect(await perform("up", { program: changed })).toMatchObject({ did: "replace 1, same 1" });
  expect(cloud.cloud.releases).toMatchObject([{ spec: { version: "v3", type: "blue-green" } }]);
  expectStep(await perform("up"), "same 2", []);
});

const other = { accessKey: "other-access-key", secretKey: "other-secret-key" };
const planted = {
  ...other,
  securityToken: "planted-security-token",
  token: "planted-token",
  password: "planted-password",
  alicloudAccessKey: "planted-alicloud-access-key",
  alicloudSecretKey: "planted-alicloud-secret-key",
  alicloudSecurityToken: "planted-alicloud-token",
};

test("providers have their own account and region, inherit nothing, and keep their credentials secret", async () => {
  const { accessKey, secretKey } = simulatorCredentials.huaweicloud;
  const { securityToken, token, password } = planted;
  let endpoints = {};
  const program = async () => {
    const ours = { accessKey, secretKey, region: "cn-south-1", endpoints };
    const south = new Provider("south", { huaweicloud: ours, alicloud: undefined });
    const theirs = { ...other, region: "cn-east-2", endpoints, projectName: pulumi.output("cn-east-2") };
    const east = new Provider("east", { huaweicloud: theirs, grayscale: { pollSeconds: 0.2 } });
    new Provider("unused", {
      huaweicloud: { securityToken, token, password: pulumi.output(password) },
      alicloud: {
        accessKey: planted.alicloudAccessKey,
        secretKey: planted.alicloudSecretKey,
        securityToken: planted.alicloudSecurityToken,
      },
    });
    new huaweicloud.ImageSyncTask("south", task, { provider: south });
    new huaweicloud.ImageSyncTask("east", task, { provider: east });
    new huaweicloud.ImageSyncTask("north", task);
  };
  const { perform, cloud, exportState } = await openSimulatedStack(program, {
    cloud: { accounts: [{ name: "other-account", huaweicloud: { keys: [other] } }] },
  });
  endpoints = JSON.parse(cloud.config["huaweicloud:endpoints"]?.value ?? "") as object;
  const up = await perform("up", { diff: true });
  expect(up).toMatchObject({ did: "create 7" });
  const projects = cloud.cloud.syncTasks.map(({ region, projectId }) => [region, projectId]);
  expect(projects).toHaveLength(3);
  expect(Object.fromEntries(projects)).toEqual({
    "cn-east-2": simulatorProjectId("cn-east-2", "other-account"),
    "cn-north-4": simulatorProjectId("cn-north-4"),
    "cn-south-1": simulatorProjectId("cn-south-1"),
  });
  const state = JSON.stringify(await exportState());
  expect(state).toContain("huaweicloud:password");
  const secrets = { ...planted, ourAccessKey: accessKey, ourSecretKey: secretKey };
  expect(namesOfSecretsIn(`${state}\n${everythingSaid(up)}`, secrets)).toEqual([]);

  expect(await perform("refresh")).toMatchObject({ succeeded: true });
  expectStep(await perform("up"), "same 7", []);
  expect(await perform("destroy")).toMatchObject({ did: "delete 7" });
  expect(cloud.cloud.syncTasks).toEqual([]);
});
