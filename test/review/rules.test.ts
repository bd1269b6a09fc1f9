// What a plan means, rule by rule: each is what provider/ does.
import { describe, expect, test } from "vitest";
import { toData, type ReviewData } from "../../cli/review/data.js";
import { judge } from "../../cli/review/judge.js";
import { toMarkdown } from "../../cli/review/markdown.js";
import { toText } from "../../cli/review/text.js";
import type { State, Step } from "../../cli/review/preview.js";
import { kindOf } from "../../cli/review/kinds/index.js";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import { unknownValue } from "../../provider/compare.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import * as registry from "../../provider/index.js";

type Values = Record<string, unknown>;

const release = {
  region: "cn-north-4",
  meshId: "mesh-1",
  namespace: "shop",
  name: "reviews",
  serviceName: "reviews",
  deploymentName: "reviews-v1",
  version: "v2",
};
const api = { region: "cn-north-4", instanceId: "instance-1", apiId: "api-1" };
const frontApi = { groupId: "group-1", envId: "env-1" };
const sync = {
  region: "cn-north-4",
  namespace: "team",
  repository: "web",
  targetRegion: "cn-east-3",
  targetNamespace: "team",
};
const order = { region: "cn-hangzhou", changeOrderId: "order-1", desiredState: "completed" };

const types = {
  release: "huaweicloud:GrayscaleRelease",
  api: "huaweicloud:LivedataDeployment",
  sync: "huaweicloud:ImageSyncTask",
  order: "alicloud:ChangeOrder",
};
type Type = keyof typeof types;

function state(inputs: Values, outputs: Values = {}, more: Partial<State> = {}): State {
  return { inputs, outputs, retainOnDelete: false, deletedWith: undefined, ...more };
}

function step(op: string, type: Type, before?: State, after?: State, more: Partial<Step> = {}): Step {
  const urn = `urn:pulumi:prod::shop::pulumi-nodejs:dynamic/${types[type]}::one`;
  return { op, urn, before, after, changed: [], replacedFor: [], ...more };
}

type Change = ReviewData["changes"][number];

function reviewed(...steps: Step[]): Change[] {
  return toData(judge({ steps, same: 0, errors: [] })).changes;
}

/** What becomes of one that is deleted. */
function gone(type: Type, inputs: Values, outputs: Values = {}, more: Partial<State> = {}): Partial<Change> {
  const [change] = reviewed(step("delete", type, state(inputs, outputs, more)));
  return { to: change?.to, reversible: change?.reversible };
}

test("the kinds and their ways to go are the provider's", () => {
  const kinds = [grayscaleRelease, livedataDeployment, imageSyncTask, changeOrder];
  expect(kinds.map(({ name }) => name).toSorted()).toEqual(Object.keys(registry).toSorted());
  for (const { name, inputs, defaults } of kinds) {
    const kind = kindOf(`pulumi-nodejs:dynamic/${name}`);
    const { shape } = inputs as unknown as { shape: { onDelete: { unwrap: () => { options: string[] } } } };
    expect([...(kind?.ways ?? []), "retain"].toSorted()).toEqual(shape.onDelete.unwrap().options.toSorted());
    expect(kind?.usualWay).toBe(defaults.onDelete);
  }
});

describe("a removal", () => {
  test.each<[Type, Values, Values, string, string]>([
    ["release", release, {}, "reviews-v1 alone", "inPart"],
    ["release", { ...release, onDelete: "cancel" }, {}, "reviews-v1 alone", "inPart"],
    ["release", { ...release, onDelete: "end" }, {}, "v2 alone", "no"],
    ["release", { ...release, onDelete: "retain" }, {}, "left running, unmanaged", "yes"],
    ["release", { ...release, onDelete: unknownValue }, {}, "not known yet", "notKnown"],
    ["release", release, { adopted: true }, "left running, unmanaged", "yes"],
    ["release", { ...release, onDelete: "end" }, { adopted: true, onDelete: "end" }, "v2 alone", "no"],
    [
      "release",
      { ...release, onDelete: "end" },
      { outcome: "endedElsewhere" },
      "left running, unmanaged",
      "yes",
    ],
    ["api", api, {}, "offline", "inPart"],
    ["api", { ...api, onDelete: "retain" }, {}, "stays online, unmanaged", "yes"],
    ["api", api, { adopted: true }, "stays online, unmanaged", "yes"],
    ["sync", sync, {}, "not copied any more", "yes"],
    ["sync", { ...sync, onDelete: "retain" }, {}, "the copying goes on, unmanaged", "yes"],
    ["order", order, {}, "left as it is, unmanaged", "yes"],
    ["order", { ...order, onDelete: "abort" }, { statusCode: 1 }, "aborted, if it still runs", "no"],
    ["order", { ...order, onDelete: "abort" }, { statusCode: 2 }, "left as it is, unmanaged", "yes"],
    [
      "order",
      { ...order, onDelete: "abort" },
      { statusCode: 3, outcome: "failed" },
      "left as it is, unmanaged",
      "yes",
    ],
  ])("of %s %j %j: %s, %s", (type, inputs, outputs, to, reversible) => {
    expect(gone(type, inputs, outputs)).toEqual({ to, reversible });
  });

  test("does what the last update stored, not what it was asked since", () => {
    expect(gone("release", { ...release, onDelete: "cancel" }, { onDelete: "end" })).toMatchObject({
      to: "v2 alone",
    });
  });

  test("is none with retainOnDelete, or with another resource that goes", () => {
    const left = { to: "left running, unmanaged", reversible: "yes" };
    expect(gone("release", { ...release, onDelete: "end" }, {}, { retainOnDelete: true })).toEqual(left);
    const other = "urn:pulumi:prod::shop::shop:index:Cluster::cluster";
    const ended = state({ ...release, onDelete: "end" }, {}, { deletedWith: other });
    const [alone] = reviewed(step("delete", "release", ended));
    expect(alone).toMatchObject({ reversible: "no" });
    const [together] = reviewed(step("delete", "release", ended), {
      ...step("delete", "release"),
      urn: other,
    });
    expect(together).toMatchObject(left);
  });

  test("says what is lost with a front API, declared or not", () => {
    for (const [inputs, outputs] of [
      [{ ...api, frontApi }, {}] as const,
      [api, { frontApiId: "front-1" }] as const,
    ]) {
      const [change] = reviewed(step("delete", "api", state(inputs, outputs)));
      expect(change?.why).toContain("its front API is deleted");
    }
    const [change] = reviewed(step("delete", "api", state(api)));
    expect(change?.why).not.toContain("front API");
  });

  test("of what another resource still declares is none, wherever the name was", () => {
    const twin = {
      ...step("create", "sync", undefined, state(sync)),
      urn: "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask::two",
    };
    expect(reviewed(step("delete", "sync", state(sync)), twin)).toMatchObject([
      {
        operation: "delete",
        to: "the copying goes on, unmanaged",
        why: "nothing is called: two declares the same",
      },
      { operation: "create", reversible: "yes", why: expect.stringContaining("it was one") },
    ]);
    const elsewhere = { ...twin, after: state({ ...sync, region: "cn-south-1" }) };
    expect(reviewed(step("delete", "sync", state(sync)), elsewhere)).toMatchObject([
      { operation: "create", reversible: "inPart" },
      { operation: "delete", to: "not copied any more" },
    ]);
  });
});

describe("a replacement", () => {
  const replaced = (type: Type, before: State, after: State, more: Partial<Step> = {}): Change | undefined =>
    reviewed(step("replace", type, before, after, more))[0];

  test("goes in the way that is declared now", () => {
    const [cancel, end] = ["cancel", "end"].map((onDelete) => state({ ...release, version: "v3", onDelete }));
    expect(replaced("release", state({ ...release, onDelete: "end" }), cancel ?? state({}))).toMatchObject({
      reversible: "inPart",
    });
    expect(replaced("release", state(release), end ?? state({}))).toMatchObject({
      reversible: "no",
      why: "the original reviews-v1 is deleted",
    });
  });

  test("removes what stands in the way although it shall be retained, or was adopted", () => {
    const before = state({ ...release, onDelete: "retain" }, { adopted: true });
    expect(
      replaced("release", before, state({ ...release, version: "v3", onDelete: "retain" })),
    ).toMatchObject({
      why: "going back starts v2 over; ASM refuses this while v2 has traffic",
    });
    const elsewhere = state({ ...release, namespace: "test", onDelete: "retain" });
    expect(replaced("release", before, elsewhere)).toMatchObject({ why: "going back leaves it running" });
  });

  test("cannot be foreseen where it depends on what is not known, or retainOnDelete keeps the one before", () => {
    const after = state({ ...release, version: unknownValue });
    const because = { replacedFor: ["version"] };
    expect(replaced("release", state(release), after, because)).toMatchObject({ reversible: "notKnown" });
    const certain = { replacedFor: ["version", "serviceName"] };
    expect(replaced("release", state(release), after, certain)).toMatchObject({ reversible: "inPart" });
    const kept = state(release, {}, { retainOnDelete: true });
    expect(replaced("release", kept, state({ ...release, version: "v3" }))).toMatchObject({
      reversible: "notKnown",
    });
  });

  test("is told as one, in one step or in three; what an earlier one left goes besides", () => {
    const [before, after] = [state(release), state({ ...release, version: "v3" })];
    const three = ["delete-replaced", "replace", "create-replacement"].map((op) =>
      step(op, "release", before, after),
    );
    expect(reviewed(...three)).toMatchObject([
      { operation: "replace", from: "v2 beside reviews-v1", to: "v3 beside reviews-v1" },
    ]);
    const pending = [step("same", "release", after, after), step("delete-replaced", "release", before)];
    expect(reviewed(...pending)).toMatchObject([{ operation: "delete", to: "reviews-v1 alone" }]);
  });
});

describe("a create", () => {
  test.each<[Type, Values, string]>([
    ["release", release, "yes"],
    ["release", { ...release, onDelete: "end" }, "inPart"],
    ["release", { ...release, onDelete: "retain" }, "inPart"],
    ["release", { ...release, adopt: "always" }, "notKnown"],
    ["release", { ...release, onDelete: unknownValue }, "notKnown"],
    ["api", api, "yes"],
    ["api", { ...api, onDelete: "retain" }, "inPart"],
    ["api", { ...api, adopt: "always" }, "notKnown"],
    ["sync", sync, "inPart"],
    ["sync", { ...sync, override: true }, "no"],
    ["sync", { ...sync, override: unknownValue }, "notKnown"],
    ["order", order, "yes"],
    ["order", { ...order, confirmBatches: true }, "inPart"],
    ["order", { ...order, desiredState: "aborted" }, "no"],
    ["order", { ...order, desiredState: "rolledBack" }, "no"],
    ["order", { ...order, desiredState: unknownValue }, "notKnown"],
    ["order", { ...order, desiredState: "something else" }, "notKnown"],
  ])("of %s %j: %s", (type, inputs, reversible) => {
    expect(reviewed(step("create", type, undefined, state(inputs)))).toMatchObject([
      { reversible, from: null },
    ]);
  });
});

describe("an update", () => {
  const updated = (type: Type, before: State, after: State, changed: string[]): Change | undefined =>
    reviewed(step("update", type, before, after, { changed }))[0];

  test("of settings calls nothing, and shows what a destroy does from then on", () => {
    expect(
      updated("release", state(release), state({ ...release, onDelete: "end" }), ["onDelete"]),
    ).toMatchObject({
      from: "onDelete cancel (default)",
      to: "onDelete end",
      reversible: "yes",
      onDestroy: "ended: reviews-v1 is deleted, v2 stays",
    });
    const adopted = state(release, { adopted: true });
    expect(
      updated("release", adopted, state({ ...release, timeoutSeconds: 60 }), ["timeoutSeconds"]),
    ).toMatchObject({
      onDestroy: "left running: it was there before",
    });
  });

  test("takes up what is not done", () => {
    const unfinished = state(sync, { unfinished: { kind: "waiting", reason: "gave up" } });
    expect(updated("sync", unfinished, state(sync), [])).toMatchObject({
      from: "unfinished",
      reversible: "inPart",
    });
  });

  test.each<[Values, string, string, string]>([
    [
      { statusCode: 1 },
      "aborted",
      "no",
      "an aborted order cannot be resumed; updated instances stay updated",
    ],
    [{ statusCode: 2, outcome: "completed" }, "aborted", "yes", "it has ended already: succeeded"],
    [{ statusCode: 2, outcome: "completed" }, "rolledBack", "yes", "`up` will fail: it succeeded before"],
    [
      { statusCode: 3, outcome: "failed" },
      "rolledBack",
      "no",
      "an order that is rolled back cannot be resumed",
    ],
    [{ statusCode: 6, outcome: "aborted" }, "completed", "yes", "`up` will fail: it ended as aborted"],
  ])("of an order %j to %s: %s", (outputs, desiredState, reversible, why) => {
    const after = state({ ...order, desiredState, clusterType: "ecs" });
    const before = state({ ...order, desiredState: "something before" }, outputs);
    const change = updated("order", before, after, ["desiredState"]);
    expect(change?.reversible).toBe(reversible);
    expect(change?.why).toContain(why);
  });
});

test("what the program calls a secret is shown nowhere, even if Pulumi shows it", () => {
  const containers = [{ image: "hunter2" }];
  const grayDeployments = [
    { clusterId: "hunter2", template: { spec: { template: { spec: { containers } } } } },
  ];
  const given = { ...release, serviceName: "hunter2", version: "hunter2", grayDeployments };
  const inputs = { ...given, __secrets: ["serviceName", "version", "grayDeployments"] };
  const front = { ...api, frontApi: { groupId: "hunter2", envId: "hunter2" }, __secrets: ["frontApi"] };
  const steps = [
    step("create", "release", undefined, state(inputs)),
    step("delete", "release", state({ ...inputs, onDelete: "end" })),
    step("update", "release", state(inputs), state(inputs), { changed: ["version"] }),
    step("create", "api", undefined, state(front)),
  ];
  for (const one of steps) {
    const judgement = judge({ steps: [one], same: 0, errors: [] });
    const everything = JSON.stringify(toData(judgement)) + toMarkdown(judgement) + toText(judgement, true);
    expect(everything).toContain("[secret]");
    expect(everything).not.toContain("hunter2");
  }
});

test("other packages' resources are counted, by operations that Pulumi has", () => {
  const foreign = (op: string, name: string): Step => ({
    ...step(op, "sync"),
    urn: `urn:pulumi:prod::shop::aws:s3:Bucket::${name}`,
  });
  const ops = ["create", "create", "__proto__", "same", "refresh", "create-replacement"];
  const judgement = judge({
    steps: ops.map((op, index) => foreign(op, `bucket-${index}`)),
    same: 1,
    errors: [],
  });
  expect(judgement).toMatchObject({ changes: [], others: { create: 2, replace: 1 }, unchanged: 1 });
  expect(Object.keys(judgement.others)).toEqual(["create", "replace"]);
});
