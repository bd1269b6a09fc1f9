import { describe, expect, test } from "vitest";
import { releaseActions, settings } from "../../provider/huaweicloud/settings.js";
import { sources } from "./declared.js";

const keys = { "huaweicloud:accessKey": "AK", "huaweicloud:secretKey": "SK" };
const region = { "huaweicloud:region": "cn-north-4" };
const read = (config: Record<string, unknown> = {}, environment: Record<string, string> = {}, at?: string) =>
  settings(sources(config, environment), at, false);

/** The words of what is wrong. */
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
      "the configuration of Huawei Cloud cannot be used:",
      "no credentials are set: set huaweicloud:accessKey (HW_ACCESS_KEY or OS_ACCESS_KEY or HUAWEICLOUD_SDK_AK) and huaweicloud:secretKey (HW_SECRET_KEY or OS_SECRET_KEY or HUAWEICLOUD_SDK_SK), or huaweicloud:token (HW_AUTH_TOKEN or OS_AUTH_TOKEN)",
      "the region is not set: set huaweicloud:region (HW_REGION_NAME or OS_REGION_NAME)",
    ]);
  });

  test("half a pair of keys, although the environment has a whole one", () => {
    const environment = { HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" };
    expect(problems({ ...region, "huaweicloud:accessKey": "AK" }, environment)).toEqual([
      "the configuration of Huawei Cloud cannot be used:",
      "the credentials of the stack configuration are not whole: set huaweicloud:secretKey (HW_SECRET_KEY or OS_SECRET_KEY or HUAWEICLOUD_SDK_SK)",
    ]);
    expect(problems(region, { HUAWEICLOUD_SDK_SK: "SK" })[1]).toContain(
      "the credentials of the environment (HUAWEICLOUD_SDK_SK) are not whole: set huaweicloud:accessKey",
    );
  });

  test("a user without password and domain", () => {
    expect(problems({ ...region, "huaweicloud:userName": "u" })[1]).toBe(
      "the credentials of the stack configuration are not whole: set huaweicloud:password (HW_USER_PASSWORD or OS_PASSWORD) and huaweicloud:domainName (HW_DOMAIN_NAME or OS_DOMAIN_NAME)",
    );
  });

  test("everything at once: credentials, region and a way to sign in that is not supported", () => {
    expect(problems({ "huaweicloud:agencyName": "x" })).toHaveLength(4);
  });

  test("a malformed endpoint beside missing credentials", () => {
    const found = problems({ ...region, "huaweicloud:endpoints": "hunter2" });
    expect(found).toHaveLength(3);
    expect(found[2]).toContain("huaweicloud:endpoints must be an object or its JSON text");
    expect(found.join(" ")).not.toContain("hunter2");
  });
});

describe("credentials", () => {
  test.each<[string, Record<string, unknown>, Record<string, string>, object]>([
    [
      "keys of the configuration",
      keys,
      {},
      { method: "keys", accessKey: "AK", secretKey: "SK", securityToken: undefined },
    ],
    [
      "a temporary pair",
      { ...keys, "huaweicloud:securityToken": "ST" },
      {},
      { method: "keys", accessKey: "AK", secretKey: "SK", securityToken: "ST" },
    ],
    [
      "a token is never taken from another source",
      keys,
      { HW_SECURITY_TOKEN: "other" },
      { method: "keys", accessKey: "AK", secretKey: "SK", securityToken: undefined },
    ],
    [
      "a password",
      { "huaweicloud:userName": "u", "huaweicloud:password": "p", "huaweicloud:domainName": "d" },
      {},
      { method: "password", userName: "u", password: "p", domainName: "d" },
    ],
    ["a token before keys", { ...keys, "huaweicloud:token": "T" }, {}, { method: "token", token: "T" }],
    [
      "keys before a password",
      { ...keys, "huaweicloud:userName": "u", "huaweicloud:password": "p" },
      {},
      { method: "keys", accessKey: "AK" },
    ],
    [
      "HW_*",
      {},
      { HW_ACCESS_KEY: "1", HW_SECRET_KEY: "2", HW_SECURITY_TOKEN: "3" },
      { accessKey: "1", secretKey: "2", securityToken: "3" },
    ],
    ["OS_*", {}, { OS_ACCESS_KEY: "1", OS_SECRET_KEY: "2" }, { accessKey: "1", secretKey: "2" }],
    [
      "HUAWEICLOUD_SDK_*",
      {},
      { HUAWEICLOUD_SDK_AK: "1", HUAWEICLOUD_SDK_SK: "2", HUAWEICLOUD_SDK_SECURITY_TOKEN: "3" },
      { accessKey: "1", secretKey: "2", securityToken: "3" },
    ],
    ["HW_AUTH_TOKEN", {}, { HW_AUTH_TOKEN: "T" }, { method: "token", token: "T" }],
    [
      "user and password of the environment",
      {},
      { HW_USER_NAME: "u", HW_USER_PASSWORD: "p", HW_DOMAIN_NAME: "d" },
      { method: "password", userName: "u", password: "p", domainName: "d" },
    ],
  ])("%s", (_, config, environment, credentials) => {
    expect(read({ ...region, ...config }, environment).credentials).toMatchObject(credentials);
  });

  test("a domain alone signs nobody in", () => {
    const { credentials, warnings } = read(
      { ...region, "huaweicloud:domainName": "d" },
      { HW_ACCESS_KEY: "1", HW_SECRET_KEY: "2" },
    );
    expect(credentials).toMatchObject({ accessKey: "1" });
    expect(warnings).toEqual([]);
  });

  test("of several places the first is used, and that is told", () => {
    const environment = { OS_ACCESS_KEY: "1", OS_SECRET_KEY: "2", HUAWEICLOUD_SDK_AK: "3" };
    expect(read({ ...region, ...keys }, environment).warnings).toEqual([
      "credentials of Huawei Cloud are set in several places; those of the stack configuration are used",
    ]);
    expect(read(region, environment).warnings[0]).toContain(
      "those of the environment (OS_SECRET_KEY) are used",
    );
    expect(read({ ...region, ...keys }).warnings).toEqual([]);
  });

  test.each(["profile", "sharedConfigFile", "assumeRole", "assumeRoleWithOidc", "agencyName", "ecsRoleName"])(
    "%s is an error, never a way to another account",
    (method) => {
      const found = problems({ ...region, ...keys, [`huaweicloud:${method}`]: { a: "hunter2" } });
      expect(found[1]).toContain(
        `huaweicloud:${method} is a way to sign in that this provider does not support`,
      );
      expect(found.join(" ")).not.toContain("hunter2");
    },
  );
});

describe("place", () => {
  test("the resource's region wins, else the configured one, else the environment's", () => {
    expect(read({ ...keys, ...region }, {}, "cn-east-3").region).toBe("cn-east-3");
    expect(read({ ...keys, ...region }, { HW_REGION_NAME: "cn-north-1" }).region).toBe("cn-north-4");
    expect(read(keys, { OS_REGION_NAME: "cn-north-1" }).region).toBe("cn-north-1");
  });

  test("the project is named like the region, unless it is said otherwise", () => {
    expect(read({ ...keys, ...region }).projectName).toBe("cn-north-4");
    expect(read({ ...keys, ...region }, {}, "cn-east-3").projectName).toBe("cn-east-3");
    expect(read({ ...keys, ...region, "huaweicloud:projectName": "shop" }).projectName).toBe("shop");
    expect(read({ ...keys, ...region }, { HW_PROJECT_NAME: "shop" }).projectName).toBe("shop");
  });
});

describe("hosts", () => {
  const hosts = (
    config: Record<string, unknown> = {},
    environment: Record<string, string> = {},
    at?: string,
  ) => {
    const { baseUrl } = read({ ...keys, ...region, ...config }, environment, at);
    return ["asm", "roma", "swr", "iam"].map((service) => baseUrl(service));
  };

  test("of the region", () => {
    expect(hosts()).toEqual([
      "https://asm.cn-north-4.myhuaweicloud.com",
      "https://roma.cn-north-4.myhuaweicloud.com",
      "https://swr-api.cn-north-4.myhuaweicloud.com",
      "https://iam.cn-north-4.myhuaweicloud.com",
    ]);
  });

  test.each([
    ["eu-west-101", {}, "https://swr-api.eu-west-101.myhuaweicloud.eu"],
    ["eu-west-0", {}, "https://swr-api.eu-west-0.myhuaweicloud.com"],
    ["cn-north-4", { HW_CLOUD: "example.org" }, "https://swr-api.cn-north-4.example.org"],
    ["eu-west-101", { HW_CLOUD: "example.org" }, "https://swr-api.eu-west-101.example.org"],
  ])("in %s with %j", (at, environment, host) => {
    expect(hosts({}, environment, at)[2]).toBe(host);
  });

  test("configured ones, for some services", () => {
    const endpoints = { swr: "https://swr.{region}.example.com", ecs: "https://not-ours" };
    expect(hosts({ "huaweicloud:endpoints": endpoints })).toEqual([
      "https://asm.cn-north-4.myhuaweicloud.com",
      "https://roma.cn-north-4.myhuaweicloud.com",
      "https://swr.cn-north-4.example.com",
      "https://iam.cn-north-4.myhuaweicloud.com",
    ]);
  });

  test("a variable of the SDK, for one service in one region", () => {
    const environment = {
      HUAWEICLOUD_SDK_REGION_SWR_CN_NORTH_4: "https://swr.example.com,https://backup.example.com",
      HUAWEICLOUD_SDK_REGION_ASM_CN_EAST_3: "https://asm.example.com",
    };
    expect(hosts({}, environment)[2]).toBe("https://swr.example.com");
    expect(hosts({}, environment)[0]).toBe("https://asm.cn-north-4.myhuaweicloud.com");
    expect(hosts({}, environment, "cn-east-3")[0]).toBe("https://asm.example.com");
    expect(hosts({ "huaweicloud:endpoints": { swr: "https://configured" } }, environment)[2]).toBe(
      "https://configured",
    );
  });

  test("one that serves the configured region does not serve another", () => {
    const config = { ...keys, ...region, "huaweicloud:endpoints": { swr: "https://swr.example.com" } };
    expect(() => read(config, {}, "cn-east-3")).toThrow("serves only the configured region cn-north-4");
  });

  test("plain http needs consent", () => {
    const config = { ...keys, ...region, "huaweicloud:endpoints": { swr: "http://swr.example.com" } };
    expect(problems(config)[1]).toContain("huaweicloud:endpoints.swr is plain http to swr.example.com");
    expect(settings(sources(config), undefined, true).baseUrl("swr")).toBe("http://swr.example.com");
  });
});

describe("the words for ending a release", () => {
  const actions = (value: unknown) => releaseActions(sources({ "huaweicloud:asmActions": value }));

  test("can be given one by one, as an object or its text", () => {
    expect(actions(undefined)).toEqual({ cancel: "cancel", end: "end" });
    expect(actions({ cancel: "undo" })).toEqual({ cancel: "undo", end: "end" });
    expect(actions('{"end":"finish"}')).toEqual({ cancel: "cancel", end: "finish" });
  });

  test.each([[{ stop: "x" }], [{ cancel: "" }], [{ end: 1 }], ["[]"], ["hunter2"]])(
    "%j is refused",
    (value) => {
      expect(() => actions(value)).toThrow("huaweicloud:asmActions must be an object");
      expect(() => actions(value)).not.toThrow("hunter2");
    },
  );
});
