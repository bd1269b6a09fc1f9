// Alibaba's own clients for Node.js talk to the simulated EDAS: what only our provider understands would prove nothing.
import { $OpenApiUtil, default as OpenApiClient } from "@alicloud/openapi-core";
import popCore from "@alicloud/pop-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { startSimulator, type Simulator } from "pulumi-grayscale/simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { simulatorCredentials } from "../simulated-cloud.js";

interface Keys {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

const { temporary, ...keys } = simulatorCredentials.alicloud;
const version = "2017-08-01";
const orderId = "47e2b863-adc8-4a0e-ac23-8361b95a0001";

const operations = {
  GetChangeOrderInfo: { method: "POST", path: "/pop/v5/changeorder/change_order_info" },
  AbortChangeOrder: { method: "PUT", path: "/pop/v5/changeorder/change_order_abort" },
} as const;
type Action = keyof typeof operations;

// Its types leave this one out.
const { ROAClient } = popCore as unknown as {
  ROAClient: new (config: popCore.Config) => {
    request(method: string, path: string, query: Record<string, string>): Promise<unknown>;
  };
};

/** Answers the body of the reply, whatever the client wraps it in. */
type Ask = (action: Action, changeOrderId?: string) => Promise<unknown>;

function openApiClient(
  { url }: Simulator,
  { accessKey, secretKey, securityToken }: Keys,
  signatureAlgorithm?: string,
): Ask {
  const client = new OpenApiClient(
    new $OpenApiUtil.Config({
      accessKeyId: accessKey,
      accessKeySecret: secretKey,
      securityToken,
      type: securityToken === undefined ? "access_key" : "sts",
      endpoint: new URL(url).host,
      protocol: "http",
      regionId: "cn-hangzhou",
      signatureAlgorithm,
    }),
  );
  return async (action, changeOrderId = orderId) => {
    const { method, path } = operations[action];
    const call = { action, version, protocol: "HTTP", method, pathname: path, style: "ROA" };
    const answer = await client.callApi(
      new $OpenApiUtil.Params({ ...call, authType: "AK", reqBodyType: "json", bodyType: "json" }),
      new $OpenApiUtil.OpenApiRequest({ query: { ChangeOrderId: changeOrderId } }),
      new RuntimeOptions({}),
    );
    return answer["body"] as unknown;
  };
}

function popClient({ url }: Simulator, { accessKey, secretKey, securityToken }: Keys): Ask {
  const client = new ROAClient({
    accessKeyId: accessKey,
    accessKeySecret: secretKey,
    ...(securityToken === undefined ? {} : { securityToken }),
    endpoint: url,
    apiVersion: version,
  });
  return (action, changeOrderId = orderId) => {
    const { method, path } = operations[action];
    return client.request(method, path, { ChangeOrderId: changeOrderId });
  };
}

const clients = [
  { client: "openapi-core", signs: /^ACS3-HMAC-SHA256 /, connect: openApiClient },
  {
    client: "openapi-core in its second version of signatures",
    signs: /^acs /,
    connect: (simulator: Simulator, pair: Keys) => openApiClient(simulator, pair, "v2"),
  },
  { client: "pop-core", signs: /^acs /, connect: popClient },
];

async function startCloud(): Promise<Simulator> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  return simulator;
}

const seen = ({ requests }: Simulator): string[] =>
  requests.map(({ operation, status }) => `${operation} ${status}`);
const statusOf = ({ cloud }: Simulator): number | undefined =>
  cloud.changeOrders.find(({ changeOrderId }) => changeOrderId === orderId)?.status;

describe.each(clients)("$client", ({ connect, signs }) => {
  test.each([
    ["a key pair", keys],
    ["a temporary key pair and its token", temporary],
  ])("reads and aborts a change order with %s", async (_name, pair) => {
    const simulator = await startCloud();
    const ask = connect(simulator, pair);

    const info = { ChangeOrderId: orderId, Status: 1 };
    expect(await ask("GetChangeOrderInfo")).toMatchObject({ Code: 200, changeOrderInfo: info });
    expect(await ask("AbortChangeOrder")).toMatchObject({ Code: 200, Data: { ChangeOrderId: orderId } });
    expect(statusOf(simulator)).toBe(6);
    expect(await ask("GetChangeOrderInfo")).toMatchObject({ changeOrderInfo: { ...info, Status: 6 } });
    expect(seen(simulator)).toEqual([
      "getChangeOrderInfo 200",
      "abortChangeOrder 200",
      "getChangeOrderInfo 200",
    ]);
    for (const { headers } of simulator.requests) expect(headers["authorization"]).toMatch(signs);
  });

  test("is told a failure with HTTP status 200", async () => {
    const simulator = await startCloud();
    const ask = connect(simulator, keys);
    expect(await ask("AbortChangeOrder", "no-such-order")).toMatchObject({
      Code: 601,
      Message: expect.stringMatching(/no-such-order does not exist/) as string,
    });
    expect(seen(simulator)).toEqual(["abortChangeOrder 200"]);
  });

  test.each([
    ["a wrong secret", { ...keys, secretKey: "another-secret" }, 400, "SignatureDoesNotMatch"],
    [
      "another's token",
      { ...temporary, securityToken: "another-token" },
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
    ],
    ["a key that nobody has", { ...keys, accessKey: "another-key" }, 404, "InvalidAccessKeyId.NotFound"],
  ])("is refused with %s, and nothing changes", async (_name, pair, statusCode, code) => {
    const simulator = await startCloud();
    const before = JSON.stringify(simulator.cloud);
    const ask = connect(simulator, pair);
    for (const action of ["GetChangeOrderInfo", "AbortChangeOrder"] as const) {
      await expect(ask(action)).rejects.toMatchObject({ statusCode, code });
    }
    expect(JSON.stringify(simulator.cloud)).toBe(before);
    expect(seen(simulator)).toEqual([`getChangeOrderInfo ${statusCode}`, `abortChangeOrder ${statusCode}`]);
  });
});
