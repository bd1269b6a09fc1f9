import { connect } from "node:net";
import { expect, test } from "vitest";
import { simulatorCredentials } from "../../../simulator/index.js";
import { exchange } from "./client.js";
import { signHuawei } from "./signing.js";
import { start } from "./start.js";

const list = { method: "GET", path: "/v2/meshes/mesh-1/releases" };
const { huaweicloud } = simulatorCredentials;

test("requests are recorded as they came, with what was answered", async () => {
  const { simulator, huawei } = await start();
  await huawei({ ...list, path: `/cn-east-3${list.path}` });
  expect(simulator.requests).toMatchObject([
    {
      service: "asm",
      operation: "listReleases",
      region: "cn-east-3",
      method: "GET",
      path: `/cn-east-3${list.path}`,
      headers: {
        "content-type": "application/json",
        authorization: expect.stringMatching(/^SDK-HMAC-SHA256/),
      },
      body: "",
      status: 200,
    },
  ]);
  simulator.clearRequests();
  expect(simulator.requests).toEqual([]);
});

test("only loopback is listened on, and closing ends open connections", async () => {
  const { simulator } = await start();
  const { hostname, port } = new URL(simulator.url);
  expect(hostname).toBe("127.0.0.1");
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once("connect", resolve));
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await simulator.close();
  await ended;
});

test("a signature covers the region in the path", async () => {
  const { simulator } = await start();
  const headers = signHuawei(list, new URL(simulator.url).host, huaweicloud, Date.now());
  const moved = await exchange(simulator.url, { ...list, path: `/cn-east-3${list.path}`, headers });
  expect(moved.status).toBe(401);
});
