import { afterEach, describe, expect, test } from "vitest";
import { check, type CheckFailure } from "../../provider/check.js";
import type { Inputs } from "../../provider/inputs.js";
import { unknownValue } from "../../provider/compare.js";
import { forgetRun, recallDeclared } from "../../provider/run.js";
import { checkArgs, deployment, kindOf, kinds, release, sources, urnOf } from "./declared.js";

afterEach(() => forgetRun());

const propertiesOf = (failures: CheckFailure[]): string[] => failures.map(({ property }) => property);

/** The properties that are wrong when these arguments are declared beside right ones. */
function wrong(name: string, more: Inputs): string[] {
  return propertiesOf(checkArgs(name, { ...kindOf(name).args, ...more }).failures);
}

test("what exists may be adopted on Huawei Cloud; a change order always exists", () => {
  for (const adopt of ["identical", "always", "never"]) {
    expect(wrong("ImageSyncTask", { adopt })).toEqual([]);
    expect(wrong("ChangeOrder", { adopt })).toEqual(["adopt"]);
  }
});

describe.each(Object.keys(kinds))("%s", (name) => {
  const { kind, args } = kindOf(name);

  test("right arguments pass as they are", () => {
    const { inputs, failures } = checkArgs(name, args);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(args);
    expect(inputs).toMatchObject({ __urn: urnOf("reviews-v2"), __provider: "text" });
  });

  test("onDelete and the other defaults are not filled in", () => {
    const { inputs } = checkArgs(name, args);
    for (const key of ["onDelete", "adopt", "ifFailed", "timeoutSeconds"])
      expect(inputs).not.toHaveProperty(key);
  });

  test("checked again they stay as they are", () => {
    const once = checkArgs(name, args).inputs;
    expect(checkArgs(name, args, { olds: once })).toEqual({ inputs: once, failures: [], warnings: [] });
    expect(checkArgs(name, once, { olds: once })).toEqual({ inputs: once, failures: [], warnings: [] });
  });

  test("whatever is required and missing is named at once", () => {
    const { failures } = checkArgs(name, { timeoutSeconds: 60 });
    const required = Object.keys(args).filter((key) => !["name", "frontApi"].includes(key));
    expect(propertiesOf(failures).toSorted()).toEqual(required.toSorted());
    const words = new Set(failures.map(({ reason }) => reason));
    words.delete("changeOrderId or appId must be given");
    expect(words).toEqual(new Set(["must be given"]));
  });

  test.each<[string, unknown]>([
    ["region", "China"],
    ["region", ""],
    ["onDelete", "destroy"],
    ["adopt", "maybe"],
    ["ifFailed", "ignore"],
    ["timeoutSeconds", 0],
    ["timeoutSeconds", 86_401],
    ["timeoutSeconds", "60"],
    ["surprise", 1],
  ])("%s of %j is refused", (key, value) => {
    expect(wrong(name, { [key]: value })).toContain(key);
  });

  test.each<[string, unknown]>([
    ["ifFailed", "replace"],
    ["onDelete", "retain"],
    ["timeoutSeconds", 0.5],
    ["timeoutSeconds", 86_400],
  ])("%s of %j is right", (key, value) => {
    expect(wrong(name, { [key]: value })).toEqual([]);
  });

  test("an argument that nobody asked for is wrong, also while its value is not known", () => {
    expect(wrong(name, { surprise: unknownValue })).toEqual(["surprise"]);
  });

  test.each(Object.keys(args))("%s that is not known yet passes, and makes the sentence unknown", (key) => {
    const { inputs, failures } = checkArgs(name, { ...args, [key]: unknownValue });
    expect(failures).toEqual([]);
    expect(inputs[key]).toBe(unknownValue);
    expect(inputs["rollout"]).toBe(unknownValue);
  });

  test("beside what is not known yet, what is wrong is still told", () => {
    const [key = ""] = Object.keys(args);
    expect(wrong(name, { [key]: unknownValue, timeoutSeconds: -1 })).toEqual(["timeoutSeconds"]);
  });

  test("an import, which declares nothing, is not checked", () => {
    const news = { __provider: "text" };
    expect(check(kind, news, news, sources())).toEqual({ inputs: news, failures: [], warnings: [] });
  });

  test.each(Object.keys(args).filter((key) => (kind.idInputs as readonly string[]).includes(key)))(
    "%s becomes part of the id and cannot be secret",
    (key) => {
      expect(checkArgs(name, { ...args, __secrets: [key, "timeoutSeconds"] }).failures).toEqual([
        {
          // The engine would print the value of a property that is named.
          property: "",
          reason: `${key}: becomes part of the resource's id, which is shown in plain: it cannot be a secret`,
        },
      ]);
    },
  );

  test("what breaks a rule leaves no sentence, and no value in the reasons", () => {
    const { inputs, failures } = checkArgs(name, { ...args, region: "Hunter2!", onDelete: "Hunter2!" });
    expect(failures).toHaveLength(2);
    // Not unknown either: in an update the engine refuses what is unknown, and hides the failures.
    expect(inputs).not.toHaveProperty("rollout");
    expect(JSON.stringify(failures)).not.toContain("Hunter2");
  });
});

test("a secret number is not told either", () => {
  const { failures } = checkArgs("ImageSyncTask", {
    ...kindOf("ImageSyncTask").args,
    timeoutSeconds: 271_828,
    __secrets: ["timeoutSeconds"],
  });
  expect(failures).toEqual([
    { property: "", reason: "timeoutSeconds: must be at most a day, found the number [secret]" },
  ]);
});

describe("which arguments become part of the id", () => {
  test.each([
    ["GrayscaleRelease", ["region", "meshId", "namespace"]],
    ["LivedataDeployment", ["region", "instanceId", "apiId"]],
    ["ImageSyncTask", ["region", "namespace", "repository", "targetRegion", "targetNamespace"]],
    ["ChangeOrder", ["region", "changeOrderId"]],
  ])("%s", (name, inputs) => {
    expect(kindOf(name).kind.idInputs).toEqual(inputs);
  });
});

const longest = (length: number): string => "a".repeat(length);

/** Right and wrong values of one argument. */
type Rule = [name: string, path: string, right: unknown[], wrong: unknown[]];
const ids = ["m-1", "A.b_c-9", longest(128)];
const noIds = ["", ".", "..", "a/b", "a b", longest(129), 3];

const rules: Rule[] = [
  // H§2.3
  [
    "GrayscaleRelease",
    "name",
    ["abcd", "a-12", longest(64), "reviews-v2"],
    ["abc", longest(65), "Abcd", "1abc", "abc-", "ab_cd", "ab.cd", "-abc", "", 4],
  ],
  ["GrayscaleRelease", "meshId", ids, noIds],
  ["GrayscaleRelease", "namespace", ids, noIds],
  ["GrayscaleRelease", "clusterId", ids, noIds],
  ["GrayscaleRelease", "projectId", ids, noIds],
  ["GrayscaleRelease", "serviceName", ["reviews"], ["", 1]],
  ["GrayscaleRelease", "deploymentName", ["reviews-v1"], ["", 1]],
  ["GrayscaleRelease", "version", ["v2", "any word at all"], ["", 2]],
  ["GrayscaleRelease", "type", ["canary", "a type that no page publishes"], ["", 1]],
  ["GrayscaleRelease", "readyPhases", [["Running"], []], [[""], "Running"]],
  ["GrayscaleRelease", "onDelete", ["cancel", "end", "retain"], ["delete"]],
  ["GrayscaleRelease", "ifEndedElsewhere", ["keep", "recreate"], ["stop"]],
  // H§3
  ["LivedataDeployment", "instanceId", ids, noIds],
  ["LivedataDeployment", "apiId", ids, noIds],
  ["LivedataDeployment", "romaAppId", ["a", longest(65)], ["", longest(66)]],
  ["LivedataDeployment", "triggers", [{ script: "1" }, {}], [{ script: 1 }, "x"]],
  ["LivedataDeployment", "onDelete", ["undeploy", "retain"], ["delete"]],
  // H§4.2
  [
    "ImageSyncTask",
    "namespace",
    ["a", "a1", "a.b", "a-b", "a_b", "a__b", "team.a-b__c", longest(64)],
    ["", "1a", "A", "-a", "a-", "a.", "a_", "a..b", "a--b", "a.-b", "a___b", "a_-b", "a/b", longest(65)],
  ],
  [
    "ImageSyncTask",
    "repository",
    ["a", "1a", "a/b", "team/a.b/c-d__e", longest(128)],
    ["", "/a", "a/", "a//b", "a/.b", "a___b", "A", "a$b", "-a", longest(129)],
  ],
  ["ImageSyncTask", "targetNamespace", ["a", "a__b", longest(64)], ["", "1a", "a-", "a/b", longest(65)]],
  ["ImageSyncTask", "targetRegion", ["cn-east-3", "eu-de"], ["", "CN", "cn_east", "cn-north-4"]],
  ["ImageSyncTask", "override", [true, false], ["true", 1]],
  ["ImageSyncTask", "onDelete", ["delete", "retain"], ["cancel"]],
  // E§8
  ["ChangeOrder", "changeOrderId", ids, noIds],
  ["ChangeOrder", "desiredState", ["completed", "aborted"], ["done", ""]],
  ["ChangeOrder", "clusterType", ["ecs", "kubernetes"], ["k8s"]],
  ["ChangeOrder", "confirmBatches", [true, false], ["true"]],
  ["ChangeOrder", "ifFinished", ["accept", "fail"], ["ignore"]],
  ["ChangeOrder", "onDelete", ["retain", "abort"], ["delete"]],
];

describe.each(rules)("%s: %s", (name, path, right, wrongs) => {
  test.each(right.map((value) => ({ value })))("may be $value", ({ value }) => {
    expect(wrong(name, { [path]: value })).toEqual([]);
  });
  test.each(wrongs.map((value) => ({ value })))("may not be $value", ({ value }) => {
    expect(wrong(name, { [path]: value })[0]).toMatch(new RegExp(String.raw`^${path}(\[|\.|$)`));
  });
});

describe("what is nested is named by its path", () => {
  const gray = release.grayDeployments[0];
  test.each<[string, unknown, string[]]>([
    ["no gray deployment", [], ["grayDeployments"]],
    ["one that is no object", ["x"], ["grayDeployments[0]"]],
    ["one without cluster", [gray, { template: gray?.template }], ["grayDeployments[1].clusterId"]],
    ["one with more", [{ ...gray, extra: 1 }], ["grayDeployments[0].extra"]],
    [
      "a template of another kind",
      [{ ...gray, template: { kind: "Pod", spec: {} } }],
      ["grayDeployments[0].template.kind"],
    ],
    [
      "a template of another API",
      [{ ...gray, template: { apiVersion: "v1", spec: {} } }],
      ["grayDeployments[0].template.apiVersion"],
    ],
    ["a template without spec", [{ ...gray, template: {} }], ["grayDeployments[0].template.spec"]],
    ["a template with anything else", [{ ...gray, template: { spec: { a: [] }, more: { b: 1 } } }], []],
    ["a list that is not known", unknownValue, []],
    ["an entry that is not known", [unknownValue, gray], []],
    ["a template that is not known", [{ clusterId: "c", template: unknownValue }], []],
    [
      "a kind that is not known",
      [{ clusterId: "c", template: { kind: unknownValue, spec: unknownValue } }],
      [],
    ],
    [
      "one known and wrong beside one unknown",
      [unknownValue, {}],
      ["grayDeployments[1].clusterId", "grayDeployments[1].template"],
    ],
  ])("%s", (_, grayDeployments, properties) => {
    expect(wrong("GrayscaleRelease", { grayDeployments })).toEqual(properties);
  });

  const front = deployment.frontApi;
  test.each<[string, unknown, string[]]>([
    ["an authorizer without its id", { ...front, authType: "AUTHORIZER" }, ["frontApi.authorizerId"]],
    ["an authorizer with its id", { ...front, authType: "AUTHORIZER", authorizerId: "a" }, []],
    [
      "an authorizer whose id is not known yet",
      { ...front, authType: "AUTHORIZER", authorizerId: unknownValue },
      [],
    ],
    [
      "an authorizer without its id, and more that is wrong",
      { ...front, authType: "AUTHORIZER", groupId: "", retryCount: 11 },
      ["frontApi.groupId", "frontApi.retryCount", "frontApi.authorizerId"],
    ],
    ["nothing of it", {}, ["frontApi.authType", "frontApi.groupId", "frontApi.envId", "frontApi.protocol"]],
    ["another way to sign in", { ...front, authType: "MAGIC" }, ["frontApi.authType"]],
    ["any protocol, for the pages disagree", { ...front, protocol: "HTTPS&HTTP" }, []],
    ["a path without slash", { ...front, path: "orders" }, ["frontApi.path"]],
    ["the least and most of retries", { ...front, retryCount: -1 }, []],
    ["too few retries", { ...front, retryCount: -2 }, ["frontApi.retryCount"]],
    ["a part of a retry", { ...front, retryCount: 0.5 }, ["frontApi.retryCount"]],
    ["no time for the backend", { ...front, backendTimeoutMs: 0 }, ["frontApi.backendTimeoutMs"]],
    ["more than is known", { ...front, extra: 1 }, ["frontApi.extra"]],
    ["all of it unknown", unknownValue, []],
  ])("%s", (_, frontApi, properties) => {
    expect(wrong("LivedataDeployment", { frontApi })).toEqual(properties);
  });
});

describe("rules about several arguments", () => {
  test.each<[string, Inputs, string[]]>([
    ["neither order nor application", { changeOrderId: undefined }, ["changeOrderId"]],
    ["an order and its application", { appId: "app-1" }, []],
    ["the application instead", { changeOrderId: undefined, appId: "app-1" }, []],
    ["a roll back without kind of cluster", { desiredState: "rolledBack" }, ["clusterType"]],
    ["a roll back", { desiredState: "rolledBack", clusterType: "ecs" }, []],
    [
      "a roll back, the kind of cluster not known yet",
      { desiredState: "rolledBack", clusterType: unknownValue },
      [],
    ],
    [
      "all of that and more",
      { changeOrderId: undefined, desiredState: "rolledBack", ifFinished: "x" },
      ["ifFinished", "changeOrderId", "clusterType"],
    ],
    ["an order that is not known yet", { changeOrderId: unknownValue }, []],
  ])("%s", (_, more, properties) => {
    expect(wrong("ChangeOrder", more)).toEqual(properties);
  });

  test("a task copies to another region than its own, wherever that is written", () => {
    expect(wrong("ImageSyncTask", { targetRegion: "cn-north-4" })).toEqual(["targetRegion"]);
    expect(wrong("ImageSyncTask", { region: "cn-east-3" })).toEqual(["targetRegion"]);
    expect(wrong("ImageSyncTask", { region: unknownValue, targetRegion: unknownValue })).toEqual([]);
    const { targetRegion, ...rest } = kindOf("ImageSyncTask").args;
    expect(checkArgs("ImageSyncTask", { ...rest, targetRegion }, { from: sources() }).failures).toEqual([]);
    expect(checkArgs("ImageSyncTask", rest, { from: sources() }).failures).toEqual([
      { property: "targetRegion", reason: "must be given" },
    ]);
  });
});

describe("the region", () => {
  const { args } = kindOf("ImageSyncTask");
  const configured = { "huaweicloud:region": "cn-south-1" };
  const environment = { HW_REGION_NAME: "cn-southwest-2" };
  const regionOf = (more: Inputs, from = sources(configured, environment), olds: Inputs = {}) =>
    checkArgs("ImageSyncTask", { ...args, ...more }, { olds, from }).inputs["region"];

  test("is the resource's, else the configured one, else what it was, else the environment's", () => {
    const olds = { region: "cn-north-1" };
    expect(regionOf({ region: "cn-north-9" }, undefined, olds)).toBe("cn-north-9");
    expect(regionOf({}, undefined, olds)).toBe("cn-south-1");
    expect(regionOf({}, sources({}, environment), olds)).toBe("cn-north-1");
    forgetRun();
    expect(regionOf({}, sources({}, environment))).toBe("cn-southwest-2");
    forgetRun();
    expect(regionOf({}, sources({}, { OS_REGION_NAME: "cn-north-2" }))).toBe("cn-north-2");
  });

  test("is left out where nobody knows it, and that is no failure", () => {
    const { inputs, failures } = checkArgs("ImageSyncTask", args, { from: sources() });
    expect(failures).toEqual([]);
    expect(Object.keys(inputs)).not.toContain("region");
    expect(Object.keys(inputs)).not.toContain("projectId");
  });

  test("sticks through the second check of a replacement, which has no olds", () => {
    regionOf({}, sources(), { region: "cn-north-1" });
    expect(regionOf({}, sources({}, environment))).toBe("cn-north-1");
    forgetRun();
    expect(regionOf({}, sources({}, environment))).toBe("cn-southwest-2");
  });

  test("of Alibaba Cloud is asked under its own names", () => {
    const order = kindOf("ChangeOrder").args;
    const region = (from = sources()) => checkArgs("ChangeOrder", order, { from }).inputs["region"];
    expect(region(sources({ "alicloud:region": "cn-hangzhou" }, environment))).toBe("cn-hangzhou");
    forgetRun();
    expect(region(sources(configured, { ALIBABA_CLOUD_REGION: "cn-beijing", ...environment }))).toBe(
      "cn-beijing",
    );
  });
});

describe("the project", () => {
  const { args } = kindOf("ImageSyncTask");
  const region = { "huaweicloud:region": "cn-north-4" };
  const environment = { HW_PROJECT_ID: "of-the-environment" };
  const projectOf = (more: Inputs, from = sources(region, environment), olds: Inputs = {}) =>
    checkArgs("ImageSyncTask", { ...args, ...more }, { olds, from }).inputs["projectId"];

  test("is the resource's, else the configured one, else what it was, else the environment's", () => {
    const olds = { region: "cn-north-4", projectId: "before" };
    const configured = sources({ ...region, "huaweicloud:projectId": "configured" }, environment);
    expect(projectOf({ projectId: "own" }, configured, olds)).toBe("own");
    expect(projectOf({}, configured, olds)).toBe("configured");
    expect(projectOf({}, undefined, olds)).toBe("before");
    forgetRun();
    expect(projectOf({})).toBe("of-the-environment");
    forgetRun();
    expect(projectOf({}, sources(region, { HUAWEICLOUD_SDK_PROJECT_ID: "of-the-sdk" }))).toBe("of-the-sdk");
  });

  test("is not asked of the environment for what exists already: that was resolved when it was made", () => {
    expect(projectOf({}, undefined, { region: "cn-north-4" })).toBeUndefined();
  });

  test("does not follow into another region", () => {
    const olds = { region: "cn-north-1", projectId: "of-cn-north-1" };
    expect(projectOf({}, sources(region), olds)).toBeUndefined();
    expect(projectOf({}, sources(region, environment), olds)).toBe("of-the-environment");
    expect(projectOf({ region: "cn-north-1" }, sources(region), olds)).toBe("of-cn-north-1");
  });

  test("of a region that is not known yet is not guessed", () => {
    expect(
      projectOf({ region: unknownValue }, sources(region), { region: "cn-north-1", projectId: "p" }),
    ).toBeUndefined();
  });

  test("is nothing of Alibaba Cloud", () => {
    const { inputs } = checkArgs("ChangeOrder", kindOf("ChangeOrder").args, {
      from: sources(region, environment),
    });
    expect(inputs).not.toHaveProperty("projectId");
    expect(wrong("ChangeOrder", { projectId: "p1" })).toEqual(["projectId"]);
  });
});

describe("the name", () => {
  const { name: _name, ...unnamed } = release;
  const named = (more: Inputs, olds: Inputs = {}) =>
    checkArgs("GrayscaleRelease", { ...unnamed, ...more }, { olds });

  test("is the one given, else what it was, else the resource's own", () => {
    expect(named({ name: "given" }, { name: "before" }).inputs["name"]).toBe("given");
    expect(named({}, { name: "before" }).inputs["name"]).toBe("before");
    forgetRun();
    expect(named({}).inputs["name"]).toBe("reviews-v2");
  });

  test("sticks through the second check of a replacement", () => {
    named({}, { name: "before" });
    expect(named({}).inputs["name"]).toBe("before");
  });

  test("that is not known yet is no memory", () => {
    named({ name: unknownValue });
    expect(named({}).inputs["name"]).toBe("reviews-v2");
  });

  test("of a resource may hold colons, and is taken whole", () => {
    const { failures } = named({ __urn: urnOf("team::reviews") });
    expect(propertiesOf(failures)).toEqual(["name"]);
  });

  test("that does not fit is told with where it comes from", () => {
    const words = (given: Inputs, olds?: Inputs): string => named(given, olds).failures[0]?.reason ?? "";
    expect(words({ __urn: urnOf("V2") })).toMatch(
      /^must be 4 to 64 .*, found a text of 2 characters \(it is the resource's name in the program; set name\)$/,
    );
    expect(words({}, { name: "V2" })).toMatch(/\(it is what it was before; set name\)$/);
    expect(words({ name: "V2" })).toMatch(/, found a text of 2 characters$/);
  });

  test("is no argument of the others", () => {
    expect(checkArgs("ImageSyncTask", kindOf("ImageSyncTask").args).inputs).not.toHaveProperty("name");
  });
});

describe("what the run remembers of a check", () => {
  test("place, name, onDelete and natural key", () => {
    checkArgs("GrayscaleRelease", { ...release, onDelete: "end", projectId: "p1" });
    expect(recallDeclared(urnOf("reviews-v2"))).toEqual({
      region: "cn-north-4",
      projectId: "p1",
      name: "reviews-v2",
      onDelete: "end",
      naturalKey: "mesh-1 default reviews-v2",
      secrets: [],
    });
  });

  test("nothing that is not known yet", () => {
    const { inputs } = checkArgs("GrayscaleRelease", {
      ...release,
      region: unknownValue,
      onDelete: unknownValue,
    });
    expect(inputs["region"]).toBe(unknownValue);
    expect(recallDeclared(urnOf("reviews-v2"))).toMatchObject({
      region: undefined,
      onDelete: undefined,
      naturalKey: undefined,
    });
  });
});
