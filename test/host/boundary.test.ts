// What passes between Pulumi's dynamic host and us: the text that is stored, errors, words for the terminal.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { providerText, typeToken, type KindName } from "../../sdk/dynamic.js";
import { repositoryRoot } from "../../tools/places.mjs";
import {
  cloudFor,
  failing,
  operate as operateIn,
  program,
  severities,
  textOf,
  unknown,
  up as upIn,
  urnOf,
} from "../resource-host.js";

const kinds: KindName[] = [
  "huaweicloud:GrayscaleRelease",
  "huaweicloud:LivedataDeployment",
  "huaweicloud:ImageSyncTask",
  "alicloud:ChangeOrder",
];
const task = "huaweicloud:ImageSyncTask";
const taskArgs = {
  namespace: "team",
  repository: "web",
  targetRegion: "cn-east-3",
  targetNamespace: "mirror",
};
const order = "alicloud:ChangeOrder";
const orderArgs = { changeOrderId: "order-1", desiredState: "aborted" };
const seed = {
  changeOrders: [{ changeOrderId: "order-1", appId: "app-1", clusterType: "ecs", held: true } as const],
};

test.each(kinds)("the text of %s is what it always was, and finds its provider", async (kind) => {
  expect(providerText(kind)).toBe(textOf(kind));
  expect(typeToken(kind)).toBe(`pulumi-nodejs:dynamic/${kind}`);
  expect(textOf(kind).length).toBeLessThan(100);
  const { result } = await operateIn(undefined, (host) =>
    host.check({}, { __provider: textOf(kind), surprise: 1 }),
  );
  expect(result.failures).toContainEqual({
    property: "surprise",
    reason: "is not an input of this resource, found the number 1",
  });
});

test("the text finds the package from a folder below, as a program in a repository has it", async () => {
  const { result } = await operateIn(undefined, (host) => host.check({}, program(task, taskArgs)), {
    folder: join(repositoryRoot, "test", "resources"),
  });
  expect(result.failures).toEqual([]);
});

/** Where Pulumi's host cannot be hooked, everything but what the hook brings is the same. */
const ways = [
  ["with the bridge to Pulumi's host", {}],
  ["without it", { PULUMI_GRAYSCALE_BRIDGE: "off" }],
] as const;

describe.each(ways)("%s", (_way, environment) => {
  const operate: typeof operateIn = (cloud, work, options) =>
    operateIn(cloud, work, { ...options, environment });
  const up: typeof upIn = (cloud, kind, declared, options) =>
    upIn(cloud, kind, declared, { ...options, environment });

  test("errors of every method are printed without a stack", async () => {
    const cloud = await cloudFor({ seed });
    const config = { "alicloud:secretKey": "not-right" };
    const stored = { ...orderArgs, onDelete: "abort", region: "cn-hangzhou" };
    const inputs = program(order, stored);
    const { printed, result } = await operate(
      cloud,
      async (host) => {
        const steps = [
          // First, for what a process has created or updated it does not delete.
          () => host.delete("cn-hangzhou/order-1", inputs),
          () => host.create(inputs),
          () => host.read("cn-hangzhou/order-1", inputs),
          () => host.update("cn-hangzhou/order-1", inputs, { ...inputs, desiredState: "completed" }),
        ];
        const failures = [];
        for (const step of steps) failures.push(await failing(step()));
        return failures;
      },
      { config },
    );
    for (const failed of result) expect(failed.message).toMatch(/SignatureDoesNotMatch/);
    expect(printed).not.toMatch(/\n\s+at |node:internal|lib\/provider/);
  });

  test("what is said reaches the engine under the resource's name, a warning at most", async () => {
    const cloud = await cloudFor();
    await up(cloud, task, taskArgs, { name: "first" });
    cloud.queueFault({ fault: { kind: "lateList", reads: 1 } });
    await up(cloud, task, { ...taskArgs, targetNamespace: "copies" }, { name: "second" });
    const adopted = await up(cloud, task, taskArgs, { name: "third" });
    const announced = (name: string) => ({
      urn: urnOf(task, name),
      severity: severities.info,
      message: expect.stringMatching(/^From now on: every image pushed to /) as string,
      ephemeral: false,
    });
    expect(adopted.logged).toEqual([
      announced("third"),
      {
        urn: urnOf(task, "third"),
        severity: severities.warning,
        message: expect.stringContaining("adopted") as string,
        ephemeral: false,
      },
    ]);
    const late = await cloudFor();
    late.queueFault({ fault: { kind: "lateList", reads: 1 } });
    const waited = await up(late, task, taskArgs, { name: "fourth" });
    expect(waited.logged).toEqual([
      announced("fourth"),
      {
        urn: urnOf(task, "fourth"),
        severity: severities.info,
        message: expect.stringMatching(/^waiting for /) as string,
        ephemeral: true,
      },
    ]);
    // A failure is an error that is thrown, never a word of that severity.
    late.queueFault({ times: 9, fault: { kind: "tooManyRequests", status: 400, code: "APIG.2012" } });
    const failed = await failing(up(late, task, taskArgs));
    expect(failed.logged.filter(({ severity }) => severity >= severities.error)).toEqual([]);
  });

  test("a secret argument is in no word that is said, and the names of secrets are kept", async () => {
    const cloud = await cloudFor();
    const secret = { timeoutSeconds: 54321, __secrets: ["timeoutSeconds"] };
    cloud.queueFault({ fault: { kind: "lateList", reads: 1 } });
    const { logged, stored } = await up(cloud, task, { ...taskArgs, ...secret });
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged)).not.toContain("54321");
    expect(stored.outputs).toMatchObject(secret);
    expect(JSON.stringify(stored.inputs["rollout"])).not.toContain("54321");
  });

  test("kinds of two clouds live in one process", async () => {
    const cloud = await cloudFor({ seed });
    const { result } = await operate(cloud, (host) =>
      Promise.all(
        [
          [task, taskArgs],
          [order, orderArgs],
        ].map(async ([kind, args]) => {
          const { inputs } = await host.check({}, program(kind as string, args as object as never));
          return host.create(inputs);
        }),
      ),
    );
    expect(result.map(({ id }) => id)).toEqual([
      "cn-north-4/team/web/cn-east-3/mirror",
      "cn-hangzhou/order-1",
    ]);
  });

  test("many first calls at once all find the configuration, and look the project up once", async () => {
    const cloud = await cloudFor();
    const names = Array.from({ length: 12 }, (_, index) => `team${index}`);
    const { calls } = await operate(cloud, (host) =>
      Promise.all(
        names.map((namespace) =>
          host.create(program(task, { ...taskArgs, namespace, region: "cn-north-4" }, namespace)),
        ),
      ),
    );
    expect(cloud.cloud.syncTasks).toHaveLength(12);
    expect(calls.filter((call) => call.includes("/v3/projects"))).toHaveLength(1);
  });

  test("a process that knows nothing of a run deletes, one that declared the thing does not", async () => {
    const cloud = await cloudFor();
    const { stored } = await up(cloud, task, taskArgs);
    const kept = await operate(cloud, async (host) => {
      const { inputs } = await host.check(stored.inputs, program(task, taskArgs));
      await host.diff(stored.id, stored.outputs, inputs);
      await host.delete(stored.id, stored.outputs);
    });
    expect(kept).toMatchObject({ calls: [] });
    expect(kept.warnings).toEqual([`${stored.id} is declared by ${urnOf(task, "thing")}: left as it is`]);
    await operate(cloud, (host) => host.delete(stored.id, stored.outputs));
    expect(cloud.cloud.syncTasks).toEqual([]);
  });

  test("everything unknown is a preview like any other", async () => {
    const { result } = await operate(undefined, async (host) => {
      const { inputs, failures } = await host.check({}, program(task, { ...taskArgs, repository: unknown }));
      const { inputs: known } = await host.check({}, program(task, taskArgs));
      return { failures, inputs, difference: await host.diff("id", known, inputs) };
    });
    expect(result.failures).toEqual([]);
    expect(result.inputs).toMatchObject({ repository: unknown, rollout: unknown });
    expect(result.difference).toEqual({
      changes: "unknown",
      replaces: ["repository"],
      deleteBeforeReplace: true,
    });
  });
});
