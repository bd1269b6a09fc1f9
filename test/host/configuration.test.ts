// Where settings come from, as the host hands them over: stack configuration, explicit providers, environment.
import { describe, expect, test } from "vitest";
import type { DynamicHost, Properties } from "../dynamic-host.js";
import { again, cloudFor, failing, operate, program, up, type Stored } from "../resource-host.js";
import { simulatorCredentials, type SimulatedCloud } from "../simulated-cloud.js";
import { alicloudRequest, huaweicloudRequest, sent } from "../wire.js";

const kind = "huaweicloud:ImageSyncTask";
const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "mirror" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const order = "alicloud:ChangeOrder";
const orderArgs = { changeOrderId: "order-1", desiredState: "aborted" };
const seed = {
  changeOrders: [{ changeOrderId: "order-1", appId: "app-1", clusterType: "ecs", held: true } as const],
};
const { huaweicloud, alicloud } = simulatorCredentials;

/** Settings of the configuration that are left out. */
function without(...names: string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

const noKeys = without("huaweicloud:accessKey", "huaweicloud:secretKey");

describe("endpoints", () => {
  const endpointsOf = ({ url }: SimulatedCloud): Record<string, string> => {
    const endpoint = `${url}/{region}`;
    return { asm: endpoint, roma: endpoint, swr: endpoint, iam: endpoint, obs: "" };
  };

  test.each([
    ["their JSON text", (all: object) => JSON.stringify(all)],
    ["an object", (all: object) => all],
    ["a list", (all: object) => [all]],
  ] as const)("come as %s", async (_, form) => {
    const cloud = await cloudFor();
    const config = { "huaweicloud:endpoints": form(endpointsOf(cloud)) };
    expect((await up(cloud, kind, args, { config })).calls).toHaveLength(4);
  });

  test.each([
    ["not JSON", '{"swr": ', /huaweicloud:endpoints must be an object or its JSON text, found a text of 8/],
    ["another thing", "7", /huaweicloud:endpoints must be an object such as/],
    [
      "plain http elsewhere",
      '{"swr":"http://swr.example.com"}',
      /plain http to swr\.example\.com: use https/,
    ],
    [
      "no URL",
      '{"swr":"https://"}',
      /huaweicloud:endpoints\.swr must be a URL, found a text of 8 characters/,
    ],
    ["a user in it", '{"swr":"https://me:hunter22@x.example.com"}', /must hold no user, password, query or/],
  ])("%s is refused without a call", async (_, endpoints, message) => {
    const cloud = await cloudFor();
    const failed = await failing(up(cloud, kind, args, { config: { "huaweicloud:endpoints": endpoints } }));
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toContain("hunter22");
    expect(failed.calls).toEqual([]);
  });

  test("each one that is malformed is told, at once with what else is missing", async () => {
    const cloud = await cloudFor({ seed });
    const config = {
      ...noKeys,
      "huaweicloud:endpoints": {
        asm: "https://",
        roma: 7,
        swr: "http://swr.example.com",
        iam: "https://me:hunter22@x.example.com",
      },
      "huaweicloud:cloud": "https://example.com",
      ...without("alicloud:region"),
      "alicloud:endpoints": { edas: "ftp://hunter22" },
    };
    const failed = await failing(up(cloud, kind, args, { config }));
    expect(failed.message.split("\n- ")).toEqual([
      "the configuration of Huawei Cloud cannot be used:",
      expect.stringMatching(/^no credentials are set/),
      "huaweicloud:endpoints.roma must be a URL, found the number 7",
      expect.stringMatching(
        /^huaweicloud:cloud \(HW_CLOUD\) must be the end .+, found a text of 19 characters$/,
      ),
      "huaweicloud:endpoints.asm must be a URL, found a text of 8 characters",
      expect.stringMatching(/^huaweicloud:endpoints\.swr is plain http to swr\.example\.com/),
      "huaweicloud:endpoints.iam must hold no user, password, query or fragment",
    ]);
    const other = await failing(up(cloud, order, orderArgs, { config }));
    expect(other.message.split("\n- ")).toEqual([
      "the configuration of Alibaba Cloud cannot be used:",
      expect.stringMatching(/^the region is not set/),
      "alicloud:endpoints.edas must begin with https://, found the scheme ftp://",
    ]);
    expect(cloud.requests).toEqual([]);
  });

  test("without a place for the region they serve only the configured one", async () => {
    const cloud = await cloudFor();
    const all = { asm: cloud.url, roma: cloud.url, swr: cloud.url, iam: cloud.url };
    const config = { "huaweicloud:endpoints": JSON.stringify(all) };
    expect((await up(cloud, kind, args, { config })).requests[1]?.path).toBe(path);
    const failed = await failing(up(cloud, kind, { ...args, region: "cn-south-1" }, { config }));
    expect(failed.message).toMatch(/huaweicloud:endpoints\.\w+ serves only the configured region cn-north-4/);
  });
});

test("an explicit provider's settings are taken as they are, whatever their types", async () => {
  const cloud = await cloudFor({ seed });
  const endpoint = `${cloud.url}/{region}`;
  const config = {
    "huaweicloud:endpoints": { swr: endpoint, iam: endpoint },
    "grayscale:pollSeconds": 0.1,
    "grayscale:maxAttempts": 2,
    "grayscale:insecure": false,
    "huaweicloud:region": "cn-south-1",
    "huaweicloud:projectId": "given-project",
    ...without("alicloud:accessKey", "alicloud:secretKey", "alicloud:region", "alicloud:endpoints"),
  };
  const failed = await failing(up(cloud, kind, args, { config }));
  expect(failed.message).toMatch(
    /answered 403 APIGW\.0310: .+\. The project does not belong to these credentials/,
  );
  expect(failed.requests.map(({ region, headers }) => [region, headers["x-project-id"]])).toEqual([
    ["cn-south-1", "given-project"],
  ]);
  const other = await failing(up(cloud, order, orderArgs, { config }));
  expect(other.message).toMatch(/^the configuration of Alibaba Cloud cannot be used:\n(- .+\n){2}- .+$/);
});

test.each([
  ["grayscale:maxAttempts", "many"],
  ["grayscale:requestTimeoutSeconds", "-1"],
  ["grayscale:insecure", "yes"],
])("%s must be what it is", async (key, value) => {
  const cloud = await cloudFor();
  const failed = await failing(up(cloud, kind, args, { config: { [key]: value } }));
  expect(failed.message).toContain(`- ${key}: `);
  expect(failed.calls).toEqual([]);
});

describe("credentials", () => {
  test("are taken whole: half a pair is told, never completed from elsewhere", async () => {
    const cloud = await cloudFor();
    const options = {
      config: without("huaweicloud:secretKey"),
      environment: { HW_ACCESS_KEY: huaweicloud.accessKey, HW_SECRET_KEY: huaweicloud.secretKey },
    };
    const failed = await failing(up(cloud, kind, args, options));
    expect(failed.message).toContain(
      "the credentials of the stack configuration are not whole: set huaweicloud:secretKey (HW_SECRET_KEY or",
    );
    expect(failed.calls).toEqual([]);
  });

  test.each([
    { HW_ACCESS_KEY: huaweicloud.accessKey, HW_SECRET_KEY: huaweicloud.secretKey },
    { HUAWEICLOUD_SDK_AK: huaweicloud.accessKey, HUAWEICLOUD_SDK_SK: huaweicloud.secretKey },
  ] as Record<string, string>[])("come from the environment: %j", async (environment) => {
    const cloud = await cloudFor();
    const region = { HW_REGION_NAME: "cn-north-4" };
    const config = { ...noKeys, ...without("huaweicloud:region") };
    const { calls, stored } = await up(cloud, kind, args, {
      config,
      environment: { ...environment, ...region },
    });
    expect(calls).toHaveLength(4);
    expect(stored.inputs["region"]).toBe("cn-north-4");
  });

  test("in several places: the configuration is used, and that is said", async () => {
    const cloud = await cloudFor();
    const environment = { HW_ACCESS_KEY: "other", HW_SECRET_KEY: "other-secret" };
    const { logged } = await up(cloud, kind, args, { environment });
    expect(logged.map(({ message }) => message)).toContain(
      "credentials of Huawei Cloud are set in several places; those of the stack configuration are used",
    );
  });

  test.each([
    ["huaweicloud:assumeRole", kind, args],
    ["alicloud:ecsRoleName", order, orderArgs],
  ])("%s is a way that is not supported, never passed over", async (key, of, declared) => {
    const cloud = await cloudFor({ seed });
    const failed = await failing(up(cloud, of, declared, { config: { [key]: "role" } }));
    expect(failed.message).toContain(`${key} is a way to sign in that this provider does not support`);
    expect(failed.calls).toEqual([]);
  });

  test("temporary keys of both clouds send their token, signed", async () => {
    const cloud = await cloudFor({ seed });
    const config = Object.fromEntries(
      (["huaweicloud", "alicloud"] as const).flatMap((name) =>
        Object.entries(simulatorCredentials[name].temporary).map(([key, value]) => [`${name}:${key}`, value]),
      ),
    );
    await up(cloud, kind, args, { config });
    await up(cloud, order, orderArgs, { config });
    const of = (operation: string) => cloud.requests.find((request) => request.operation === operation);
    expect(sent(of("listSyncTasks"))).toEqual(
      huaweicloudRequest({ method: "GET", path }, huaweicloud.temporary),
    );
    const info = "/pop/v5/changeorder/change_order_info?ChangeOrderId=order-1";
    const expected = { method: "POST", path: info, action: "GetChangeOrderInfo" };
    expect(sent(of("getChangeOrderInfo"))).toEqual(alicloudRequest(expected, alicloud.temporary));
  });
});

describe("a password", () => {
  const { userName, password, domainName, projectId } = huaweicloud;
  const config = {
    ...noKeys,
    "huaweicloud:userName": userName,
    "huaweicloud:password": password,
    "huaweicloud:domainName": domainName,
  };
  const token = "POST /v3/auth/tokens?nocatalog=true 201";
  const [list, post] = [`GET ${path} 200`, `POST ${path} 200`];

  test("fetches one token, which knows the project", async () => {
    const cloud = await cloudFor();
    const { calls, stored, requests } = await up(cloud, kind, args, { config });
    expect(calls).toEqual([token, list, post, list]);
    expect(stored.outputs["projectId"]).toBe(projectId);
    expect(requests[0]?.body).toBe(
      `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"${userName}","password":"${password}","domain":{"name":"${domainName}"}}}},"scope":{"project":{"name":"cn-north-4"}}}}`,
    );
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
    expect(requests[1]?.headers).toMatchObject({
      "x-auth-token": expect.stringMatching(/^simulated-token-/) as string,
      "x-project-id": projectId,
      "content-type": "application/json",
    });
    expect(JSON.stringify(stored)).not.toMatch(/simulated-token|simulated-password/);
  });

  test("renews a token that is expired, and replays", async () => {
    const cloud = await cloudFor();
    cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "expiredToken" } });
    const { calls } = await up(cloud, kind, args, { config });
    expect(calls).toEqual([token, list, `POST ${path} 401`, token, post, list]);
    expect(cloud.cloud.syncTasks).toHaveLength(1);
  });

  test("renews a token that is expired once for everyone who is under way", async () => {
    const cloud = await cloudFor();
    const create = (host: DynamicHost, namespace: string) =>
      host.create(program(kind, { ...args, namespace, region: "cn-north-4" }, namespace));
    const names = Array.from({ length: 12 }, (_, index) => `team${index}`);
    const { calls } = await operate(
      cloud,
      async (host) => {
        await create(host, "first");
        cloud.queueFault({ match: { operation: "listSyncTasks" }, fault: { kind: "expiredToken" } });
        await Promise.all(names.map((namespace) => create(host, namespace)));
      },
      { config },
    );
    expect(calls.filter((call) => call === token)).toHaveLength(2);
    expect(calls.filter((call) => call.endsWith(" 401")).length).toBeGreaterThan(1);
    expect(cloud.cloud.syncTasks).toHaveLength(13);
  });

  test("many resources at once share one token", async () => {
    const cloud = await cloudFor();
    const { calls } = await operate(
      cloud,
      (host) =>
        Promise.all(
          ["one", "two", "three", "four"].map((namespace) =>
            host.create(program(kind, { ...args, namespace, region: "cn-north-4" }, namespace)),
          ),
        ),
      { config },
    );
    expect(calls.filter((call) => call === token)).toHaveLength(1);
  });

  test("a given token that is refused is not renewed, and not tried again", async () => {
    const cloud = await cloudFor();
    const given = { ...noKeys, "huaweicloud:token": "not-a-token" };
    const failed = await failing(up(cloud, kind, args, { config: given }));
    expect(failed.calls).toEqual(["GET /v3/projects?name=cn-north-4 401"]);
    expect(failed.message).toMatch(/^GET \/v3\/projects answered 401 APIGW\.0301: .+Check the credentials/);
    expect(failed.message).not.toContain("not-a-token");
  });
});

test("an environment that names another region is told once in a process, and moves nothing", async () => {
  const cloud = await cloudFor();
  const stored: Stored[] = [];
  for (const namespace of ["one", "two"]) {
    stored.push((await up(cloud, kind, { ...args, namespace }, { name: namespace })).stored);
  }
  const moved = { config: without("huaweicloud:region"), environment: { HW_REGION_NAME: "cn-south-1" } };
  const runAgain = () =>
    operate(
      cloud,
      (host) =>
        Promise.all(
          stored.map((each, index) => {
            const { __urn, namespace } = each.inputs;
            // The second is changed in passing: that replaces nothing either.
            const changed = index === 1 && { timeoutSeconds: 60 };
            return again(host, each, { ...program(kind, { ...args, namespace, ...changed }), __urn });
          }),
        ),
      moved,
    );
  for (const { result, calls, warnings } of [await runAgain(), await runAgain()]) {
    expect(warnings).toEqual([
      "the environment says cn-south-1, and what is there lives in cn-north-4 and stays there: set huaweicloud:region to move it",
    ]);
    expect(calls).toEqual([]);
    expect(result.map(({ operation }) => operation)).toEqual(["same", "update"]);
    for (const { difference, stored: now } of result) {
      expect(difference.replaces).toEqual([]);
      expect(now.inputs["region"]).toBe("cn-north-4");
    }
  }
});

test("a region without exactly one project is told with what to set", async () => {
  const cloud = await cloudFor();
  const config = { "huaweicloud:projectName": "cn-north-4_team" };
  const failed = await failing(up(cloud, kind, args, { config }));
  expect(failed.message).toBe(
    "the account has 0 projects named cn-north-4_team: set huaweicloud:projectId (HW_PROJECT_ID), or huaweicloud:projectName (HW_PROJECT_NAME)",
  );
});
