// What a plan means, rule by rule: each is what provider/ does.
import { describe, expect, test } from "vitest";
import { toData, type ReviewData } from "../../cli/review/data.js";
import { judge } from "../../cli/review/judge.js";
import { toMarkdown } from "../../cli/review/markdown.js";
import { toText } from "../../cli/review/text.js";
import { readPreview, type State, type Step } from "../../cli/review/preview.js";
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
    ["release", { ...release, onDelete: "end" }, { outcome: "endedElsewhere" }, "as it is, unmanaged", "yes"],
    ["api", api, {}, "offline", "inPart"],
    ["api", { ...api, onDelete: "retain" }, {}, "stays online, unmanaged", "yes"],
    ["api", api, { adopted: true }, "stays online, unmanaged", "yes"],
    ["sync", sync, {}, "not copied any more", "yes"],
    ["sync", { ...sync, onDelete: "retain" }, {}, "the copying goes on, unmanaged", "yes"],
    ["order", order, {}, "left as it is, unmanaged", "yes"],
    ["order", { ...order, onDelete: "abort" }, { statusCode: 1 }, "aborted, if it still runs", "no"],
    ["order", { ...order, onDelete: "abort" }, { statusCode: 2 }, "as it is, unmanaged", "yes"],
    [
      "order",
      { ...order, onDelete: "abort" },
      { statusCode: 3, outcome: "failed" },
      "as it is, unmanaged",
      "yes",
    ],
    [
      "order",
      { ...order, onDelete: "abort" },
      { statusCode: 1, rollbackOrderId: "order-2" },
      "as it is, unmanaged",
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

  test("is refused for what is protected", () => {
    expect(gone("release", release, {}, { protect: true })).toEqual({
      to: "stays as it is",
      reversible: "yes",
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
        to: "declared as two",
        why: "no call is made: two declares the same",
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
      why: "ASM refuses the cancel while v2 has traffic; going back starts it over",
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

describe("what is declared under another name", () => {
  const two = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic";
  /** What becomes of the new one, where `one` goes. */
  const renamed = (type: Type, before: State, after: Values): Partial<Change> | undefined => {
    const declaration = {
      ...step("create", type, undefined, state(after)),
      urn: `${two}/${types[type]}::two`,
    };
    return reviewed(step("delete", type, before), declaration).find(({ name }) => name === "two");
  };

  test("is taken over as it is, and refused or replaced if it differs", () => {
    const same = { reversible: "yes", why: "it was one" };
    expect(renamed("release", state(release), release)).toMatchObject(same);
    expect(renamed("sync", state(sync), { ...sync, override: false })).toMatchObject(same);
    expect(renamed("api", state({ ...api, frontApi }), { ...api, frontApi })).toMatchObject(same);
    const refused = { why: expect.stringContaining("`up` fails if it differs"), to: "v2 beside reviews-v1" };
    expect(renamed("release", state(release), { ...release, version: "v3" })).toMatchObject(refused);
    expect(renamed("release", state(release), { ...release, adopt: "never" })).toMatchObject(refused);
    expect(renamed("sync", state(sync), { ...sync, override: unknownValue })).toMatchObject({
      reversible: "notKnown",
    });
    const always = { ...release, version: "v3", adopt: "always", onDelete: "end" };
    expect(renamed("release", state(release), always)).toMatchObject({
      to: "v2 alone, then v3 beside reviews-v1",
      reversible: "no",
    });
  });

  test("is no order: what is wanted of one is done", () => {
    const aborted = { ...order, desiredState: "aborted" };
    expect(renamed("order", state(order, { statusCode: 1 }), aborted)).toMatchObject({ reversible: "no" });
    expect(renamed("order", state(aborted, { statusCode: 6, outcome: "aborted" }), aborted)).toMatchObject({
      reversible: "yes",
      why: "it has ended already: aborted",
    });
  });
});

describe("a later destroy", () => {
  const onDestroy = (...given: Parameters<typeof step>): unknown => reviewed(step(...given))[0]?.onDestroy;

  test("removes what took the place of an adopted thing", () => {
    const adopted = state(sync, { adopted: true });
    expect(onDestroy("replace", "sync", adopted, state({ ...sync, override: true }))).toBe(
      "the copying stops, copies stay",
    );
    expect(onDestroy("replace", "sync", adopted, state({ ...sync, targetNamespace: "other" }))).toBe(
      "the copying stops, copies stay (left, if it was there before)",
    );
    expect(onDestroy("update", "sync", adopted, state(sync))).toBe(
      "the copying goes on: it was there before",
    );
  });

  test("is refused for what is protected", () => {
    expect(onDestroy("create", "sync", undefined, state(sync, {}, { protect: true }))).toBe(
      "refused: it is protected",
    );
  });

  test("makes no call for what has ended", () => {
    const ended = state(release, { outcome: "endedElsewhere" });
    expect(onDestroy("update", "release", ended, state({ ...release, onDelete: "end" }))).toBe(
      "no call is made: it was ended outside of Pulumi",
    );
  });
});

describe("the verdict", () => {
  const verdictOf = (...steps: Step[]): string => toData(judge({ steps, same: 0, errors: [] })).verdict;

  test("says what cannot be undone of a replacement", () => {
    expect(verdictOf(step("replace", "sync", state(sync), state({ ...sync, override: true })))).toBe(
      "1 image sync is replaced (the new one starts overwriting); 1 cannot be undone",
    );
    const aborted = { ...order, changeOrderId: "order-2", desiredState: "aborted" };
    expect(verdictOf(step("replace", "order", state(order), state(aborted)))).toBe(
      "1 change order is exchanged for another (the new one is aborted); 1 cannot be undone",
    );
  });

  test("does not speak of what it does not judge", () => {
    const foreign = (op: string, isComponent: boolean): Step => ({
      ...step(op, "sync", state({}, {}, { isComponent })),
      urn: `urn:pulumi:prod::shop::aws:rds:Instance::${op}-${isComponent}`,
    });
    const steps = [
      foreign("delete", false),
      foreign("replace", false),
      foreign("delete", true),
      foreign("update", false),
    ];
    const judgement = judge({
      steps: [...steps, step("create", "release", undefined, state(release))],
      same: 0,
      errors: [],
    });
    expect(toData(judgement)).toMatchObject({
      verdict: "1 release starts; nothing irreversible; not judged: 2 other resources to replace or delete",
      notJudged: 2,
    });
    expect(toMarkdown(judgement)).toContain("### ❔ ");
    expect(verdictOf(foreign("delete", false))).toBe(
      "No release, API, image sync or change order changes; not judged: 1 other resource to replace or delete",
    );
  });
});

test("errors read as Pulumi prints them, and end no block", () => {
  const message = "error: Missing `region`:\n\tset it\n```\n/close\n";
  const { errors } = readPreview(JSON.stringify({ diagnostics: [{ message, severity: "error" }] }));
  expect(toMarkdown(judge({ steps: [], same: 0, errors }))).toContain(
    "```text\n    Missing `region`:\n      set it\n    ```\n    /close\n```",
  );
});

test("what is planned in another order reads the same", () => {
  const steps = ["one", "two", "three"].map((repository) => {
    const urn = `urn:pulumi:prod::shop::pulumi-nodejs:dynamic/${types.sync}::${repository}`;
    return step("create", "sync", undefined, state(Object.assign({}, sync, { repository })), { urn });
  });
  const texts = [steps, steps.toReversed()].map((one) =>
    toMarkdown(judge({ steps: one, same: 0, errors: [] })),
  );
  expect(texts[0]).toBe(texts[1]);
});

test("what a replacement leaves is told", () => {
  const [before, after] = [
    state({ ...sync, onDelete: "retain" }),
    state({ ...sync, targetNamespace: "other", onDelete: "retain" }),
  ];
  const [change] = reviewed(step("replace", "sync", before, after));
  expect(change?.to).toBe("copied to other in cn-east-3; of the one before: the copying goes on");
});

test("what may be replaced is drawn as what may be", () => {
  const steps = [
    step("replace", "release", state(release), state({ ...release, version: unknownValue }), {
      replacedFor: ["version"],
    }),
  ];
  const [, picture = ""] =
    /```mermaid\n([^`]*)/.exec(toMarkdown(judge({ steps, same: 0, errors: [] }))) ?? [];
  expect(picture).toContain('|"keeps running"|');
  expect(picture).toContain('|"if replaced: is given up"|');
  expect(picture).toContain('|"if replaced: starts beside it"|');
});

test("the sentence of an older state is shown, too", () => {
  const old = state({ ...release, rollout: "While declared: v2 runs. Destroy: cancels it." });
  expect(reviewed(step("delete", "release", old))).toMatchObject([
    { rollout: "While declared: v2 runs. Destroy: cancels it." },
  ]);
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
      "an aborted order cannot be resumed; instances already updated stay so",
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

  test("of an order that was imported takes desiredState without a call", () => {
    const { desiredState: _, ...imported } = order;
    const after = state({ ...order, desiredState: "aborted" });
    expect(updated("order", state(imported, { statusCode: 1 }), after, ["desiredState"])).toMatchObject({
      reversible: "yes",
      why: "only what is stored changes; no call is made",
    });
  });

  test("of a secret desiredState may be anything", () => {
    const secret = { ...order, desiredState: "[secret]", __secrets: ["desiredState"] };
    expect(updated("order", state(secret), state(secret), ["desiredState"])).toMatchObject({
      reversible: "notKnown",
    });
  });
});

test("what the program calls a secret is shown nowhere, even if Pulumi shows it", () => {
  const containers = [{ image: "hunter2" }];
  const grayDeployments = [
    { clusterId: "hunter2", template: { spec: { template: { spec: { containers } } } } },
  ];
  const given = { ...release, serviceName: "hunter2", version: "hunter2", grayDeployments };
  const inputs = { ...given, __secrets: ["serviceName", "version", "grayDeployments"] };
  const wrapped = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: "hunter2",
  };
  const front = { ...api, frontApi: { groupId: "hunter2", envId: "hunter2" }, __secrets: ["frontApi"] };
  const steps = [
    step("create", "release", undefined, state(inputs)),
    step("delete", "release", state({ ...inputs, onDelete: "end" })),
    step("update", "release", state(inputs), state(inputs), { changed: ["version"] }),
    step("create", "api", undefined, state(front)),
    // As `--show-secrets` has them, deep in what is none itself.
    step("update", "api", state(api), state({ ...api, triggers: { script: wrapped } }), {
      changed: ["triggers"],
    }),
    step("update", "api", state(api), state({ ...api, triggers: wrapped }), { changed: ["triggers"] }),
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
