import { describe, expect, test } from "vitest";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import { kindOf, kinds } from "./declared.js";

describe("an id is read", () => {
  test.each([
    ["cn-north-4/mesh-1/default/uid-1", "cn-north-4"],
    ["mesh-1/default/uid-1", undefined],
  ])("GrayscaleRelease %s", (id, region) => {
    expect(grayscaleRelease.parseId(id)).toEqual({
      region,
      meshId: "mesh-1",
      namespace: "default",
      uid: "uid-1",
    });
  });

  test.each([
    ["cn-north-4/instance-1/api-1", "cn-north-4"],
    ["instance-1/api-1", undefined],
  ])("LivedataDeployment %s", (id, region) => {
    expect(livedataDeployment.parseId(id)).toEqual({ region, instanceId: "instance-1", apiId: "api-1" });
  });

  test.each([
    ["cn-hangzhou/47e2b863", "cn-hangzhou"],
    ["47e2b863", undefined],
  ])("ChangeOrder %s", (id, region) => {
    expect(changeOrder.parseId(id)).toEqual({ region, changeOrderId: "47e2b863" });
  });

  test.each<[string, string | undefined, string]>([
    ["cn-north-4/team/web/cn-east-3/copy", "cn-north-4", "web"],
    ["cn-north-4/team/shop/web/cn-east-3/copy", "cn-north-4", "shop/web"],
    ["ap-southeast-1/team/a/b/c/d/cn-east-3/copy", "ap-southeast-1", "a/b/c/d"],
    ["team/web/cn-east-3/copy", undefined, "web"],
    ["eu-de/team/web/cn-east-3/copy", "eu-de", "web"],
    ["eu-de/team/shop/web/cn-east-3/copy", "eu-de", "shop/web"],
    ["eu-west-101/team/web/cn-east-3/copy", "eu-west-101", "web"],
  ])("ImageSyncTask %s", (id, region, repository) => {
    expect(imageSyncTask.parseId(id)).toEqual({
      region,
      namespace: "team",
      repository,
      targetRegion: "cn-east-3",
      targetNamespace: "copy",
    });
  });

  test("an organization that is named like a region, of a repository without slash", () => {
    expect(imageSyncTask.parseId("cn-north-4/web/cn-east-3/copy")).toMatchObject({
      region: undefined,
      namespace: "cn-north-4",
      repository: "web",
    });
  });
});

describe("what is no id is refused with the form of one", () => {
  test.each<[string, string, string]>([
    ["GrayscaleRelease", "uid-1", "the id of a GrayscaleRelease is region/meshId/namespace/uid, found uid-1"],
    ["GrayscaleRelease", "a/b/c/d/e", "the id of a GrayscaleRelease is region/meshId/namespace/uid"],
    ["LivedataDeployment", "api-1", "the id of a LivedataDeployment is region/instanceId/apiId, found api-1"],
    ["LivedataDeployment", "a/b/c/d", "the id of a LivedataDeployment is region/instanceId/apiId"],
    ["ChangeOrder", "", "the id of a ChangeOrder is region/changeOrderId"],
    ["ChangeOrder", "cn-hangzhou/", "the id of a ChangeOrder is region/changeOrderId"],
    ["ChangeOrder", "a/b/c", "the id of a ChangeOrder is region/changeOrderId"],
    [
      "ImageSyncTask",
      "web/cn-east-3/copy",
      "the id of an ImageSyncTask is region/namespace/repository/targetRegion/targetNamespace, found web/cn-east-3/copy",
    ],
    ["ImageSyncTask", "copy", "the id of an ImageSyncTask is"],
  ])("%s %j", (name, id, words) => {
    expect(() => kindOf(name).kind.parseId(id)).toThrow(words);
  });
});

describe("what only one thing can have at a time", () => {
  test.each([
    ["GrayscaleRelease", "mesh-1 default reviews-v2"],
    ["LivedataDeployment", "instance-1 api-1"],
    ["ImageSyncTask", "team shop/web cn-east-3 team-copy"],
    ["ChangeOrder", "47e2b863-adc8-4a0e-ac23-8361b95a0000"],
  ])("%s", (name, key) => {
    const { kind, args } = kindOf(name);
    expect(kind.naturalKey(args)).toBe(key);
  });

  test("an order that is named by its application", () => {
    expect(changeOrder.naturalKey({ appId: "app-1", desiredState: "completed" })).toBe("application app-1");
  });
});

/** Frozen by the first state file that anybody writes. */
test("names of the kinds", () => {
  expect(Object.entries(kinds).map(([name, { kind }]) => [name, kind.name, kind.cloud])).toEqual([
    ["GrayscaleRelease", "huaweicloud:GrayscaleRelease", "huaweicloud"],
    ["LivedataDeployment", "huaweicloud:LivedataDeployment", "huaweicloud"],
    ["ImageSyncTask", "huaweicloud:ImageSyncTask", "huaweicloud"],
    ["ChangeOrder", "alicloud:ChangeOrder", "alicloud"],
  ]);
});

test.each([
  ["GrayscaleRelease", 600, [2, 15]],
  ["LivedataDeployment", 300, [1, 10]],
  ["ImageSyncTask", 120, [1, 5]],
  ["ChangeOrder", 3600, [2, 15]],
])("%s: time limit and intervals", (name, timeoutSeconds, pollSeconds) => {
  expect(kindOf(name).kind).toMatchObject({ timeoutSeconds, pollSeconds });
});
