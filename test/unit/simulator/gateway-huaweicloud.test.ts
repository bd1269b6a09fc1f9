import { describe, expect, test } from "vitest";
import { simulatorCredentials, simulatorProjectId, type Account } from "../../../simulator/index.js";
import { huaweiClient } from "./client.js";
import { start } from "./start.js";

const list = { method: "GET", path: "/v2/meshes/mesh-1/releases" };
const { huaweicloud } = simulatorCredentials;
const otherKeys = { accessKey: "other-access-key", secretKey: "other-secret-key" };
const other: Account = {
  name: "other-account",
  huaweicloud: { keys: [otherKeys], projects: [{ id: "team-project", name: "cn-north-4_team" }] },
};

describe("Huawei's gateway", () => {
  test("lets temporary keys in with their token only", async () => {
    const { simulator } = await start();
    expect((await huaweiClient(simulator, { keys: huaweicloud.temporary })(list)).status).toBe(200);
    const { accessKey, secretKey } = huaweicloud.temporary;
    expect((await huaweiClient(simulator, { keys: { accessKey, secretKey } })(list)).status).toBe(401);
  });

  test("tells a wrong secret, and locks the key after the sixth", async () => {
    const time = { now: Date.parse("2026-01-02T03:04:05Z") };
    const { simulator, huawei } = await start({ clock: () => time.now });
    const wrong = huaweiClient(simulator, {
      keys: { ...huaweicloud, secretKey: "wrong" },
      now: () => time.now,
    });
    const five = await Promise.all(Array.from({ length: 5 }, () => wrong(list)));
    for (const answer of five) {
      expect(answer).toMatchObject({
        status: 401,
        json: {
          error_code: "APIGW.0301",
          error_msg: expect.stringMatching(/signature fail/),
          request_id: expect.any(String),
        },
      });
    }
    await wrong(list);
    expect((await huawei(list)).json.error_msg).toMatch(/locked/);
    time.now += 5 * 60 * 1000;
    expect((await huawei(list)).status).toBe(200);
  });

  test("knows its paths, whatever the region", async () => {
    const { huawei } = await start();
    const unknown = await huawei({ method: "GET", path: "/cn-north-4/v2/meshes" });
    expect([unknown.status, unknown.json.error_code]).toEqual([404, "APIGW.0101"]);
    const method = await huawei({ ...list, method: "PUT" });
    expect([method.status, method.json.error_code]).toEqual([404, "APIGW.0101"]);
    expect((await huawei({ ...list, path: `/eu-west-101${list.path}` })).status).toBe(200);
    expect((await huawei({ ...list, path: `${list.path}?limit=1` })).json.errorCode).toBe("ASM.01400001");
  });

  test("binds a request to a project of the key's account and the region", async () => {
    const { simulator } = await start({ accounts: [other] });
    const status = async (project: string, keys = otherKeys): Promise<unknown> => {
      const answer = await huaweiClient(simulator, { keys })({
        ...list,
        headers: { "x-project-id": project },
      });
      return answer.json.error_code ?? answer.status;
    };
    expect(await status(simulatorProjectId("cn-north-4", "other-account"))).toBe(200);
    expect(await status("team-project")).toBe(200);
    expect(await status("team-project", huaweicloud)).toBe("APIGW.0310");
    expect(await status(huaweicloud.projectId)).toBe("APIGW.0310");
    expect(await status(huaweicloud.projectId, huaweicloud)).toBe(200);
    expect(await status(simulatorProjectId("cn-east-3", "other-account"))).toBe("APIGW.0310");
  });

  test("keeps what belongs to different projects apart", async () => {
    const { simulator, huawei } = await start({ accounts: [other] });
    const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
    const body = { remoteRegionId: "cn-east-3", remoteNamespace: "team", syncAuto: true };
    await huawei({ method: "POST", path, body });
    const theirs = huaweiClient(simulator, { keys: otherKeys });
    expect((await theirs({ method: "GET", path })).json).toEqual([]);
    const inTeam = { "x-project-id": "team-project" };
    expect((await theirs({ method: "POST", path, body, headers: inTeam })).status).toBe(200);
    expect((await theirs({ method: "GET", path })).json).toEqual([]);
    expect((await theirs({ method: "GET", path, headers: inTeam })).json).toHaveLength(1);
  });

  test("wants ROMA's path and header to name one project", async () => {
    const { huawei } = await start();
    const apis = (project: string): string => `/v2/${project}/apic/instances/instance-1/livedata-apis/api-1`;
    const foreign = await huawei({ method: "GET", path: apis("nobody") });
    expect([foreign.status, foreign.json.error_code]).toEqual([403, "APIGW.0310"]);
    const headers = { "x-project-id": "nobody" };
    expect((await huawei({ method: "GET", path: apis(huaweicloud.projectId), headers })).status).toBe(403);
  });

  test("lists the projects of the key's account", async () => {
    const { simulator } = await start({ accounts: [other] });
    const projects = await huaweiClient(simulator, { keys: otherKeys })({
      method: "GET",
      path: "/v3/projects",
    });
    expect(projects.json.projects).toContainEqual(expect.objectContaining({ id: "team-project" }));
  });
});
