import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { simulatorCredentials, type Account } from "../../../simulator/index.js";
import { edasClient, exchange } from "./client.js";
import { signAlicloud } from "./signing.js";
import { start } from "./start.js";

const { alicloud } = simulatorCredentials;
const otherKeys = { accessKey: "other-key-id", secretKey: "other-key-secret" };
const other: Account = { name: "other-account", alicloud: { keys: [otherKeys] } };

describe("Alibaba's gateway", () => {
  const path = "/pop/v5/changeorder/change_order_list?AppId=app-1";
  const call = { method: "POST", path };

  test("lets temporary keys in with their token only", async () => {
    const { simulator } = await start();
    const { accessKey, secretKey, securityToken } = alicloud.temporary;
    const withToken = edasClient(simulator, { keys: { accessKey, secretKey, securityToken } });
    expect((await withToken("list", { AppId: "app-1" })).json.Code).toBe(200);
    const without = await edasClient(simulator, { keys: { accessKey, secretKey } })("list", {
      AppId: "app-1",
    });
    expect([without.status, without.json.Code]).toEqual([400, "InvalidSecurityToken.MismatchWithAccessKey"]);
  });

  test("takes a nonce once", async () => {
    const { simulator } = await start();
    const headers = signAlicloud(
      call,
      new URL(simulator.url).host,
      "ListRecentChangeOrder",
      alicloud,
      Date.now(),
    );
    expect((await exchange(simulator.url, { ...call, headers })).status).toBe(200);
    const again = await exchange(simulator.url, { ...call, headers });
    expect(again).toMatchObject({
      status: 400,
      json: { Code: "SignatureNonceUsed", HostId: expect.any(String), RequestId: expect.any(String) },
    });
  });

  test("lets the older scheme in, without an action", async () => {
    const { simulator } = await start();
    const headers: Record<string, string> = {
      accept: "application/json",
      date: new Date().toUTCString(),
      "x-acs-signature-method": "HMAC-SHA1",
      "x-acs-signature-nonce": "once",
      "x-acs-signature-version": "1.0",
      "x-acs-version": "2017-08-01",
    };
    const acs = Object.keys(headers).filter((name) => name.startsWith("x-acs-"));
    const lines = [
      "POST",
      headers["accept"],
      "",
      "",
      headers["date"],
      ...acs.map((name) => `${name}:${headers[name]}`),
      path,
    ];
    const signature = createHmac("sha1", alicloud.secretKey).update(lines.join("\n")).digest("base64");
    const authorization = `acs ${alicloud.accessKey}:${signature}`;
    const answer = await exchange(simulator.url, { ...call, headers: { ...headers, authorization } });
    expect([answer.status, answer.json.Code]).toEqual([200, 200]);
  });

  test("wants the action and the version of the path", async () => {
    const { simulator } = await start();
    const { host } = new URL(simulator.url);
    const action = signAlicloud(call, host, "AbortChangeOrder", alicloud, Date.now());
    expect((await exchange(simulator.url, { ...call, headers: action })).json.Code).toBe(
      "InvalidAction.NotFound",
    );
    const old = { ...call, headers: { "x-acs-version": "2014-01-01" } };
    const version = signAlicloud(old, host, "ListRecentChangeOrder", alicloud, Date.now());
    expect((await exchange(simulator.url, { ...call, headers: version })).json.Code).toBe("InvalidVersion");
  });

  test("knows its paths and methods", async () => {
    const { simulator } = await start();
    const bad = { method: "GET", path };
    const headers = signAlicloud(
      bad,
      new URL(simulator.url).host,
      "ListRecentChangeOrder",
      alicloud,
      Date.now(),
    );
    const answer = await exchange(simulator.url, { ...bad, headers });
    expect([answer.status, answer.json.Code]).toEqual([404, "InvalidApi.NotFound"]);
  });

  test("keeps accounts apart", async () => {
    const { simulator } = await start({ accounts: [other] });
    const theirs = edasClient(simulator, {
      keys: otherKeys,
    });
    expect((await theirs("list", { AppId: "app-1" })).json.Code).toBe(601);
    simulator.cloud.addChangeOrder({
      changeOrderId: "theirs",
      appId: "app-1",
      clusterType: "ecs",
      account: other.name,
    });
    expect((await theirs("list", { AppId: "app-1" })).json.ChangeOrderList.ChangeOrder).toHaveLength(1);
  });
});
