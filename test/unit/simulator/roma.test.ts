import { describe, expect, test } from "vitest";
import { simulatorProjectId } from "../../../simulator/index.js";
import { start } from "./start.js";

const project = simulatorProjectId("cn-north-4");
const apis = `/v2/${project}/apic/instances/instance-1/livedata-apis`;
const api = `${apis}/api-1`;
const front = {
  deploy_front_api: true,
  auth_type: "APP",
  group_id: "group-1",
  env_id: "env-1",
  protocol: "HTTPS",
};

test("a backend is deployed, shown, found in the history and undeployed", async () => {
  const { huawei } = await start();
  expect((await huawei({ method: "GET", path: api })).json).toMatchObject({ id: "api-1", status: 3 });
  const deployed = await huawei({ method: "POST", path: `${api}/deploy`, body: front });
  expect(deployed.status).toBe(200);
  expect(deployed.json).toMatchObject({
    ld_api_id: "api-1",
    group_id: "group-1",
    env_id: "env-1",
    api_definition: { id: "api-1", status: 4 },
  });
  expect((await huawei({ method: "GET", path: api })).json.status).toBe(4);
  const history = await huawei({ method: "GET", path: `${api}/deploy` });
  expect(history.json).toMatchObject({ size: 1, total: 1, histories: [{ id: deployed.json.id }] });
  const undeployed = await huawei({ method: "POST", path: `${api}/undeploy` });
  expect([undeployed.status, undeployed.text]).toEqual([204, ""]);
  expect((await huawei({ method: "GET", path: api })).json.status).toBe(3);
});

test("the history shows the newest record first, a page at a time", async () => {
  const { huawei } = await start();
  const first = await huawei({ method: "POST", path: `${api}/deploy`, body: front });
  const second = await huawei({ method: "POST", path: `${api}/deploy`, body: { ...front, env_id: "env-2" } });
  const page = await huawei({ method: "GET", path: `${api}/deploy?limit=1` });
  expect(page.json).toMatchObject({ size: 1, total: 2, histories: [{ id: second.json.id }] });
  const next = await huawei({ method: "GET", path: `${api}/deploy?limit=1&offset=1` });
  expect(next.json.histories).toMatchObject([{ id: first.json.id }]);
  expect((await huawei({ method: "GET", path: `${api}/deploy?limit=501` })).status).toBe(400);
});

test("the status follows as time passes", async () => {
  const { huawei } = await start({ progress: { advance: "afterReads", reads: 2 } });
  const status = async (): Promise<number> => (await huawei({ method: "GET", path: api })).json.status;
  await huawei({ method: "POST", path: `${api}/deploy`, body: { deploy_front_api: false } });
  expect([await status(), await status()]).toEqual([3, 4]);
  await huawei({ method: "POST", path: `${api}/undeploy` });
  expect([await status(), await status()]).toEqual([4, 3]);
});

describe("refuses", () => {
  test.each([
    ["a front API without a group", { ...front, group_id: undefined }, 400, "APIG.2011"],
    ["a front API without an environment", { ...front, env_id: undefined }, 400, "APIG.2011"],
    ["a front API without a protocol", { ...front, protocol: undefined }, 400, "APIG.2011"],
    ["a front API without authentication", { ...front, auth_type: undefined }, 400, "APIG.2011"],
    ["an authorizer without its id", { ...front, auth_type: "AUTHORIZER" }, 400, "APIG.2011"],
    ["authentication it does not know", { ...front, auth_type: "NO" }, 400, "APIG.2011"],
    ["a retry count that is a number", { ...front, retry_count: 1 }, 400, "APIG.2011"],
    ["a retry count above 10", { ...front, retry_count: "11" }, 400, "APIG.2011"],
    ["a field it does not know", { ...front, force: true }, 400, "APIG.2011"],
    ["another backend's id", { ...front, ld_api_id: "api-2" }, 400, "APIG.2011"],
    ["another application than the backend's", { ...front, roma_app_id: "other" }, 409, "APIG.3479"],
  ])("%s", async (_name, body, status, code) => {
    const { huawei, simulator } = await start();
    const answer = await huawei({ method: "POST", path: `${api}/deploy`, body });
    expect([answer.status, answer.json.error_code]).toEqual([status, code]);
    expect(simulator.cloud.deployments).toEqual([]);
  });

  test("to undeploy what is not deployed, and a body with it", async () => {
    const { huawei } = await start();
    expect((await huawei({ method: "POST", path: `${api}/undeploy` })).json.error_code).toBe("APIG.2011");
    await huawei({ method: "POST", path: `${api}/deploy`, body: front });
    expect((await huawei({ method: "POST", path: `${api}/undeploy`, body: {} })).status).toBe(400);
  });

  test("a backend or an instance that does not exist", async () => {
    const { huawei } = await start();
    const noApi = await huawei({ method: "GET", path: `${apis}/api-9` });
    const noInstance = await huawei({ method: "GET", path: api.replace("instance-1", "instance-9") });
    expect([noApi.status, noApi.json.error_code]).toEqual([404, "APIG.3084"]);
    expect([noInstance.status, noInstance.json.error_code]).toEqual([404, "APIG.3030"]);
  });

  test("a backend without a script", async () => {
    const { huawei, simulator } = await start();
    simulator.cloud.addLivedataApi({ instanceId: "instance-1", id: "empty", status: 1 });
    expect((await huawei({ method: "POST", path: `${apis}/empty/deploy`, body: front })).status).toBe(400);
  });
});
