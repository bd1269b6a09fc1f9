import { describe, expect, test } from "vitest";
import type { Inputs } from "../../provider/inputs.js";
import { unknownValue } from "../../provider/compare.js";
import { changedInputs, diff, unfinishedOf } from "../../provider/diff.js";
import { kindOf, kinds, release } from "./declared.js";

const place = { region: "cn-north-4", projectId: "p1" };

/** What is stored of a resource that was made from its right arguments, and what is declared of it now. */
function stored(name: string, more: Inputs = {}): Inputs {
  return { ...kindOf(name).args, ...place, adopted: false, __provider: "text", __urn: "urn", ...more };
}
function declared(name: string, more: Inputs = {}): Inputs {
  return {
    ...kindOf(name).args,
    region: "cn-north-4",
    __provider: "text",
    __urn: "urn",
    rollout: "While …",
    ...more,
  };
}
const compare = (name: string, more: Inputs = {}, olds: Inputs = {}) =>
  diff(kindOf(name).kind, stored(name, olds), declared(name, more));

const change: Record<string, Record<string, unknown>> = {
  GrayscaleRelease: {
    meshId: "mesh-2",
    namespace: "other",
    name: "reviews-v3",
    serviceName: "ratings",
    clusterId: "cluster-2",
    deploymentName: "reviews-v0",
    version: "v3",
    type: "blue-green",
    grayDeployments: [{ ...release.grayDeployments[0], clusterId: "cluster-2" }],
  },
  LivedataDeployment: {
    instanceId: "instance-2",
    apiId: "api-2",
    frontApi: { authType: "NONE", groupId: "group-1", envId: "env-1", protocol: "HTTPS" },
    romaAppId: "app-1",
    triggers: { script: "2" },
  },
  ImageSyncTask: {
    namespace: "other",
    repository: "shop",
    targetRegion: "cn-south-1",
    targetNamespace: "other",
    override: true,
  },
  ChangeOrder: { changeOrderId: "another" },
};

describe.each(Object.keys(kinds))("%s", (name) => {
  test("nothing changed: no", () => {
    expect(compare(name)).toEqual({ changes: false });
  });

  test.each(Object.entries({ ...change[name], region: "cn-east-3", projectId: "p2" }))(
    "a changed %s replaces, and the engine shows it",
    (key, value) => {
      expect(compare(name, { [key]: value })).toEqual({ replaces: [key], deleteBeforeReplace: true });
    },
  );

  test("replaces on what the design says, and on nothing else", () => {
    // From one application to another: tested below.
    const more = name === "ChangeOrder" ? ["appId"] : [];
    expect(new Set(kindOf(name).kind.replaceOn)).toEqual(
      new Set([...Object.keys(change[name] ?? {}), ...more]),
    );
  });

  test.each(["onDelete", "ifFailed", "timeoutSeconds"])(
    "a changed %s is stored, and replaces nothing",
    (key) => {
      expect(compare(name, { [key]: key === "timeoutSeconds" ? 5 : "retain" })).toEqual({
        deleteBeforeReplace: true,
      });
    },
  );

  test("an onDelete that is written, though it is the default, is stored: an adopted thing hangs on it", () => {
    const { onDelete = "delete" } = kindOf(name).kind.defaults;
    expect(compare(name, { onDelete })).toEqual({ deleteBeforeReplace: true });
    expect(compare(name, {}, { onDelete })).toEqual({ deleteBeforeReplace: true });
    expect(compare(name, { onDelete }, { onDelete })).toEqual({ changes: false });
  });

  test("an unknown value may replace", () => {
    const [key = ""] = kindOf(name).kind.replaceOn;
    expect(compare(name, { [key]: unknownValue })).toEqual({ replaces: [key], deleteBeforeReplace: true });
    expect(compare(name, { timeoutSeconds: unknownValue })).toEqual({ deleteBeforeReplace: true });
  });

  test("what is not an argument does not count", () => {
    expect(compare(name, { __urn: "renamed", rollout: "another", __provider: "newer" })).toEqual({
      changes: false,
    });
    expect(compare(name, { rollout: unknownValue })).toEqual({ changes: false });
  });

  test("what is a secret from now on is stored anew, what is none any more is not", () => {
    const [first = "", second = ""] = kindOf(name).kind.replaceOn;
    const secrets = (...names: string[]) => ({ __secrets: names });
    const known = { [first]: declared(name)[first], [second]: "x" };
    expect(compare(name, { ...known, ...secrets(first) }, known)).toEqual({ changes: true });
    expect(compare(name, { ...known, ...secrets(first, second) }, { ...known, ...secrets(first) })).toEqual({
      changes: true,
    });
    expect(compare(name, { ...known, ...secrets(first) }, { ...known, ...secrets(first) })).toEqual({
      changes: false,
    });
    expect(compare(name, known, { ...known, ...secrets(first) })).toEqual({ changes: false });
  });

  test("place and project that are not declared are what they were", () => {
    expect(compare(name, { region: undefined, projectId: undefined })).toEqual({ changes: false });
  });

  test("the order of keys is no change", () => {
    const turned = Object.fromEntries(Object.entries(declared(name)).toReversed());
    expect(diff(kindOf(name).kind, stored(name), turned)).toEqual({ changes: false });
  });

  test("what is unfinished goes on, although nothing changed", () => {
    for (const kind of ["waiting", "failed"]) {
      expect(compare(name, {}, { unfinished: { kind, reason: "time was up" } })).toEqual({ changes: true });
    }
  });

  test("what is unfinished and changed is a change like any other", () => {
    const [key = ""] = kindOf(name).kind.replaceOn;
    expect(
      compare(name, { [key]: "other" }, { unfinished: { kind: "waiting", reason: "time was up" } }),
    ).toEqual({ replaces: [key], deleteBeforeReplace: true });
  });

  test("what failed is replaced where the program says so", () => {
    const unfinished = { kind: "failed", reason: "it broke" };
    const ifFailed = "replace";
    const replaced = { replaces: ["unfinished"], deleteBeforeReplace: true };
    expect(compare(name, { ifFailed }, { unfinished, ifFailed })).toEqual({ changes: true, ...replaced });
    expect(compare(name, { ifFailed }, { unfinished })).toEqual(replaced);
    expect(compare(name, { ifFailed }, { unfinished: { ...unfinished, kind: "waiting" }, ifFailed })).toEqual(
      {
        changes: true,
      },
    );
    expect(compare(name, { ifFailed: "stop" }, { unfinished, ifFailed: "stop" })).toEqual({ changes: true });
  });

  test("outputs without their provider are repaired", () => {
    expect(compare(name, {}, { __provider: undefined })).toEqual({ changes: true });
  });
});

describe("defaults", () => {
  test.each([
    ["ImageSyncTask", "override", false],
    ["ChangeOrder", "confirmBatches", false],
    ["GrayscaleRelease", "ifEndedElsewhere", "keep"],
  ])("%s: %s written or not is the same", (name, key, value) => {
    expect(compare(name, { [key]: value })).toEqual({ changes: false });
    expect(compare(name, {}, { [key]: value })).toEqual({ changes: false });
  });
});

describe("inputs that were worked out", () => {
  test("the order of an application is what it was found to be", () => {
    const found = { changeOrderId: "47e2", appId: "app-1" };
    expect(compare("ChangeOrder", { appId: "app-1", changeOrderId: undefined }, found)).toEqual({
      changes: false,
    });
    expect(compare("ChangeOrder", { appId: "app-2", changeOrderId: undefined }, found)).toEqual({
      replaces: ["appId"],
      deleteBeforeReplace: true,
    });
  });

  test("another desired state is an update", () => {
    expect(compare("ChangeOrder", { desiredState: "aborted" })).toEqual({ deleteBeforeReplace: true });
  });
});

describe("a release that was ended elsewhere", () => {
  const outcome = "endedElsewhere";

  test("stays as it is", () => {
    expect(compare("GrayscaleRelease", {}, { outcome })).toEqual({ changes: false });
    expect(compare("GrayscaleRelease", { ifEndedElsewhere: "keep" }, { outcome })).toEqual({
      changes: false,
    });
  });

  test("is started again where the program says so", () => {
    const recreate = { ifEndedElsewhere: "recreate" };
    const replaced = { replaces: ["outcome"], deleteBeforeReplace: true };
    expect(compare("GrayscaleRelease", recreate, { outcome, ...recreate })).toEqual({
      changes: true,
      ...replaced,
    });
    expect(compare("GrayscaleRelease", recreate, { outcome })).toEqual(replaced);
    expect(compare("GrayscaleRelease", recreate, { outcome: "running", ...recreate })).toEqual({
      changes: false,
    });
  });
});

describe("a front API that was imported, of which only group and environment are known", () => {
  const imported = { frontApi: { groupId: "group-1", envId: "env-1" } };

  test("takes the rest from the program", () => {
    expect(compare("LivedataDeployment", {}, imported)).toEqual({ changes: false });
  });

  test.each([
    ["another group", { authType: "APP", groupId: "group-2", envId: "env-1", protocol: "HTTPS" }],
    ["another environment", { authType: "APP", groupId: "group-1", envId: "env-2", protocol: "HTTPS" }],
    ["none", undefined],
  ])("%s replaces", (_, frontApi) => {
    expect(compare("LivedataDeployment", { frontApi }, imported)).toEqual({
      replaces: ["frontApi"],
      deleteBeforeReplace: true,
    });
  });

  test("one that appears replaces", () => {
    expect(compare("LivedataDeployment", {}, { frontApi: undefined })).toMatchObject({
      replaces: ["frontApi"],
    });
  });
});

describe("the application of an order", () => {
  test.each([
    ["told later", undefined, "app-1", {}],
    ["not told any more", "app-1", undefined, {}],
    ["another one", "app-1", "app-2", { replaces: ["appId"] }],
  ])("%s", (_, before, now, replaces) => {
    const difference = compare("ChangeOrder", { appId: now }, { appId: before });
    expect(difference).toEqual({ deleteBeforeReplace: true, ...replaces });
  });
});

test("changed inputs are named, all of them", () => {
  const { kind } = kindOf("ImageSyncTask");
  const news = declared("ImageSyncTask", {
    override: true,
    timeoutSeconds: unknownValue,
    namespace: "other",
  });
  expect(new Set(changedInputs(kind, stored("ImageSyncTask"), news))).toEqual(
    new Set(["override", "timeoutSeconds", "namespace"]),
  );
});

test.each<[Inputs, unknown]>([
  [{}, undefined],
  [{ unfinished: null }, undefined],
  [{ unfinished: {} }, undefined],
  [{ unfinished: { kind: "failed" } }, { kind: "failed", reason: "" }],
  [{ unfinished: { kind: "waiting", reason: "r" } }, { kind: "waiting", reason: "r" }],
])("unfinished of %j", (outputs, unfinished) => {
  expect(unfinishedOf(outputs)).toEqual(unfinished);
});
