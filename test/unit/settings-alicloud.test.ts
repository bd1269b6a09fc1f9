import { describe, expect, test } from "vitest";
import { settings } from "../../provider/alicloud/settings.js";
import { sources } from "./declared.js";

const keys = { "alicloud:accessKey": "AK", "alicloud:secretKey": "SK" };
const region = { "alicloud:region": "cn-hangzhou" };
const read = (config: Record<string, unknown> = {}, environment: Record<string, string> = {}, at?: string) =>
  settings(sources(config, environment), at, false);

function problems(config: Record<string, unknown>, environment: Record<string, string> = {}): string[] {
  try {
    read(config, environment);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n- ");
  }
}

describe("what is missing is reported at once, with both names", () => {
  test("nothing is set", () => {
    expect(problems({})).toEqual([
      "the configuration of Alibaba Cloud cannot be used:",
      "the credentials are not whole: set alicloud:accessKey (ALICLOUD_ACCESS_KEY or ALIBABA_CLOUD_ACCESS_KEY_ID or ALIBABACLOUD_ACCESS_KEY_ID)",
      "the credentials are not whole: set alicloud:secretKey (ALICLOUD_SECRET_KEY or ALIBABA_CLOUD_ACCESS_KEY_SECRET or ALIBABACLOUD_ACCESS_KEY_SECRET)",
      "the region is not set: set alicloud:region (ALICLOUD_REGION or ALIBABA_CLOUD_REGION)",
    ]);
  });

  test("half a pair, although another source has a whole one", () => {
    const environment = { ALICLOUD_ACCESS_KEY: "1", ALICLOUD_SECRET_KEY: "2" };
    expect(problems({ ...region, "alicloud:accessKey": "AK" }, environment)).toHaveLength(2);
    expect(problems(region, { ALICLOUD_SECRET_KEY: "2", ALIBABA_CLOUD_ACCESS_KEY_ID: "1" })[1]).toContain(
      "set alicloud:accessKey",
    );
  });

  test("a malformed endpoint beside the rest", () => {
    const found = problems({ ...region, "alicloud:endpoints": { edas: "http://edas.example.com" } });
    expect(found).toHaveLength(4);
    expect(found[3]).toContain("alicloud:endpoints.edas is plain http to edas.example.com");
  });
});

describe("credentials", () => {
  test.each<[string, Record<string, unknown>, Record<string, string>, object]>([
    ["the configuration", keys, {}, { accessKey: "AK", secretKey: "SK", securityToken: undefined }],
    [
      "with a token",
      { ...keys, "alicloud:securityToken": "ST" },
      {},
      { accessKey: "AK", secretKey: "SK", securityToken: "ST" },
    ],
    [
      "never with the token of another source",
      keys,
      { ALICLOUD_SECURITY_TOKEN: "other" },
      { accessKey: "AK", secretKey: "SK", securityToken: undefined },
    ],
    [
      "ALICLOUD_*",
      {},
      { ALICLOUD_ACCESS_KEY: "1", ALICLOUD_SECRET_KEY: "2", ALICLOUD_SECURITY_TOKEN: "3" },
      { accessKey: "1", secretKey: "2", securityToken: "3" },
    ],
    [
      "ALIBABA_CLOUD_*",
      {},
      {
        ALIBABA_CLOUD_ACCESS_KEY_ID: "1",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: "2",
        ALIBABA_CLOUD_SECURITY_TOKEN: "3",
      },
      { accessKey: "1", secretKey: "2", securityToken: "3" },
    ],
    [
      "ALIBABACLOUD_*",
      {},
      {
        ALIBABACLOUD_ACCESS_KEY_ID: "1",
        ALIBABACLOUD_ACCESS_KEY_SECRET: "2",
        ALIBABACLOUD_SECURITY_TOKEN: "3",
      },
      { accessKey: "1", secretKey: "2", securityToken: "3" },
    ],
    [
      "a token alone makes no source",
      { "alicloud:securityToken": "ST" },
      { ALICLOUD_ACCESS_KEY: "1", ALICLOUD_SECRET_KEY: "2" },
      { accessKey: "1", secretKey: "2", securityToken: undefined },
    ],
  ])("%s", (_, config, environment, credentials) => {
    expect(read({ ...region, ...config }, environment).credentials).toEqual(credentials);
  });

  test("of several places the first is used, and that is told", () => {
    const environment = { ALIBABA_CLOUD_ACCESS_KEY_ID: "1", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "2" };
    expect(read({ ...region, ...keys }, environment).warnings).toEqual([
      "credentials of Alibaba Cloud are set in several places; those of the stack configuration are used",
    ]);
    expect(read({ ...region, ...keys }).warnings).toEqual([]);
  });

  test.each([
    "profile",
    "ecsRoleName",
    "assumeRole",
    "assumeRoles",
    "assumeRoleWithOidc",
    "credentialsUri",
    "sharedCredentialsFile",
  ])("%s is an error, never a way to another account", (method) => {
    const found = problems({ ...region, ...keys, [`alicloud:${method}`]: "hunter2" });
    expect(found).toHaveLength(2);
    expect(found[1]).toContain(`alicloud:${method} is a way to sign in that this provider does not support`);
    expect(found[1]).not.toContain("hunter2");
  });
});

describe("the host", () => {
  const host = (
    at: string | undefined,
    config: Record<string, unknown> = {},
    environment: Record<string, string> = {},
  ) => read({ ...keys, ...region, ...config }, environment, at).baseUrl;

  test.each([
    [undefined, "https://edas.cn-hangzhou.aliyuncs.com"],
    ["cn-beijing", "https://edas.cn-beijing.aliyuncs.com"],
    ["ap-northeast-1", "https://edas.ap-northeast-1.aliyuncs.com"],
    ["eu-central-1", "https://edas.eu-central-1.aliyuncs.com"],
    ...[
      "cn-chengdu",
      "cn-huhehaote",
      "cn-wuhan",
      "cn-fujian",
      "cn-yushanfang",
      "cn-edge-1",
      "cn-hangzhou-finance",
      "cn-beijing-finance-1",
      "cn-shanghai-finance-1",
      "cn-shenzhen-finance-1",
      "cn-beijing-gov-1",
    ].map((central): [string, string] => [central, "https://edas.aliyuncs.com"]),
    ...["ap-south-1", "ap-southeast-3", "ap-southeast-5", "eu-west-1", "me-east-1", "us-west-1"].map(
      (tokyo): [string, string] => [tokyo, "https://edas.ap-northeast-1.aliyuncs.com"],
    ),
  ])("in %s", (at, expected) => {
    expect(host(at)).toBe(expected);
  });

  test("configured: as an object, its text, or the list of @pulumi/alicloud", () => {
    const edas = "https://edas.{region}.example.com";
    for (const endpoints of [{ edas }, JSON.stringify({ edas, ecs: "x" }), [{ ecs: "x" }, { edas }]]) {
      expect(host(undefined, { "alicloud:endpoints": endpoints })).toBe(
        "https://edas.cn-hangzhou.example.com",
      );
    }
  });

  test("from the environment, after the configuration", () => {
    const environment = { ALIBABA_CLOUD_ENDPOINT_EDAS: "edas.example.com", EDAS_ENDPOINT: "old.example.com" };
    expect(host(undefined, {}, environment)).toBe("https://edas.example.com");
    expect(host(undefined, {}, { EDAS_ENDPOINT: "old.example.com" })).toBe("https://old.example.com");
    expect(host(undefined, {}, { ALIBABA_CLOUD_ENDPOINT_EDAS: "", EDAS_ENDPOINT: "old.example.com" })).toBe(
      "https://old.example.com",
    );
    expect(host(undefined, { "alicloud:endpoints": { edas: "https://configured" } }, environment)).toBe(
      "https://configured",
    );
  });

  test("one that serves the configured region does not serve another", () => {
    const environment = { EDAS_ENDPOINT: "edas.example.com" };
    expect(() => host("cn-beijing", {}, environment)).toThrow(
      "EDAS_ENDPOINT serves only the configured region cn-hangzhou",
    );
  });
});
