import { describe, expect, test } from "vitest";
import type { Sources } from "../../provider/config.js";
import { placeOf } from "../../provider/place.js";

type Values = Record<string, string>;

function sources(config: Values = {}, environment: Values = {}): Sources {
  return { config: (key) => config[key], environment };
}

const inNorth = { "huaweicloud:region": "cn-north-4", "huaweicloud:projectId": "project-1" };

describe("a place of Huawei Cloud", () => {
  test.each<[string, Values, Values, Values, Values, unknown]>([
    ["nowhere", {}, {}, {}, {}, {}],
    ["as the program says", {}, { region: "eu-west-0" }, inNorth, {}, { region: "eu-west-0" }],
    ["else as configured", {}, {}, inNorth, {}, { region: "cn-north-4", projectId: "project-1" }],
    [
      "… which moves it",
      { region: "a-1", projectId: "p" },
      {},
      inNorth,
      {},
      { region: "cn-north-4", projectId: "project-1" },
    ],
    [
      "else as it was",
      { region: "a-1", projectId: "p" },
      {},
      {},
      { HW_REGION_NAME: "b-1", HW_PROJECT_ID: "q" },
      { region: "a-1", projectId: "p" },
    ],
    [
      "else as the environment says",
      {},
      {},
      {},
      { HW_REGION_NAME: "b-1", HW_PROJECT_ID: "q" },
      { region: "b-1", projectId: "q" },
    ],
    [
      "a project is not taken to another region",
      { region: "a-1", projectId: "p" },
      { region: "b-1" },
      {},
      {},
      { region: "b-1" },
    ],
    [
      "… nor from the environment of another",
      {},
      { region: "b-1" },
      {},
      { HW_REGION_NAME: "a-1", HW_PROJECT_ID: "q" },
      { region: "b-1" },
    ],
    [
      "a project that was looked up stays so",
      { region: "a-1" },
      {},
      {},
      { HW_PROJECT_ID: "q" },
      { region: "a-1" },
    ],
  ])("%s", (_, olds, news, config, environment, place) => {
    const found = placeOf("huaweicloud", olds, news, undefined, sources(config, environment));
    expect(JSON.parse(JSON.stringify(found.place))).toEqual(place);
  });

  test("the second check of a replacement takes it from the run", () => {
    const before = { region: "a-1", projectId: "p" };
    expect(placeOf("huaweicloud", {}, {}, before, sources()).place).toEqual(before);
  });
});

test("an environment that speaks of another region says nothing about the project", () => {
  const olds = { region: "cn-east-3", projectId: "p-east" };
  const elsewhere = sources({}, { HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "p-north" });
  const { place, warnings } = placeOf("huaweicloud", olds, { region: "cn-east-3" }, undefined, elsewhere);
  expect(place).toEqual(olds);
  expect(warnings).toEqual([]);
});

test("an environment that differs from what is stored moves nothing, and is told", () => {
  const olds = { region: "cn-hangzhou" };
  const { place, warnings } = placeOf(
    "alicloud",
    olds,
    {},
    undefined,
    sources({}, { ALICLOUD_REGION: "cn-beijing" }),
  );
  expect(place).toEqual({ region: "cn-hangzhou" });
  expect(warnings).toEqual([
    "the environment says cn-beijing, and what is there lives in cn-hangzhou and stays there: set alicloud:region to move it",
  ]);
  const same = sources({}, { ALICLOUD_REGION: "cn-hangzhou" });
  expect(placeOf("alicloud", olds, {}, undefined, same).warnings).toEqual([]);
  const chosen = sources({ "alicloud:region": "cn-hangzhou" }, { ALICLOUD_REGION: "cn-beijing" });
  expect(placeOf("alicloud", olds, {}, undefined, chosen).warnings).toEqual([]);
});
