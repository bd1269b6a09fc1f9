import { describe, expect, test } from "vitest";
import type { Answer, HuaweiClient } from "./client.js";
import { start } from "./start.js";

const path = "/v2/manage/namespaces/team/repos/web$app/sync_repo";
const target = { remoteRegionId: "cn-east-3", remoteNamespace: "team-copy" };

function create(huawei: HuaweiClient, body: unknown = { ...target, syncAuto: true }): Promise<Answer> {
  return huawei({ method: "POST", path, body });
}

function code(answer: Answer): [number, string] {
  return [answer.status, answer.json.errors[0].errorCode];
}

test("a task is created, listed and deleted", async () => {
  const { huawei } = await start();
  const created = await create(huawei);
  expect([created.status, created.text]).toEqual([200, ""]);
  const list = await huawei({ method: "GET", path });
  expect(list.json).toEqual([
    {
      id: 1,
      namespace: "team",
      repoName: "web/app",
      ...target,
      syncAuto: true,
      override: false,
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      updatedAt: expect.any(String),
      domainID: "domain-simulated-account",
      domainName: "simulated-account",
    },
  ]);
  const deleted = await huawei({ method: "DELETE", path, body: target });
  expect([deleted.status, deleted.text]).toEqual([200, ""]);
  expect((await huawei({ method: "GET", path })).json).toEqual([]);
});

test("an encoded dollar sign is the same repository, another region is not", async () => {
  const { huawei } = await start();
  await create(huawei);
  expect((await huawei({ method: "GET", path: path.replace("$", "%24") })).json).toHaveLength(1);
  expect((await huawei({ method: "GET", path: `/cn-north-4${path}` })).json).toHaveLength(1);
  expect((await huawei({ method: "GET", path: `/cn-east-3${path}` })).json).toHaveLength(0);
});

test("a task without syncAuto is never listed, but it is there", async () => {
  const { huawei } = await start();
  await create(huawei, target);
  expect((await huawei({ method: "GET", path })).json).toEqual([]);
  expect((await create(huawei)).json.error_msg).toBe("duplicate sync repo");
  expect((await huawei({ method: "DELETE", path, body: target })).status).toBe(200);
});

describe("answers as the service was seen to", () => {
  test("400 for the deletion of what is not there", async () => {
    const { huawei } = await start();
    const answer = await huawei({ method: "DELETE", path, body: target });
    expect(code(answer)).toEqual([400, "SVCSTG.SWR.4001158"]);
    expect(answer.json.error_code).toBe("SVCSTG.SWR.4001158");
  });

  test("500 for a target region that does not exist", async () => {
    const { huawei } = await start();
    const answer = await create(huawei, { ...target, remoteRegionId: "cn-nowhere-1" });
    expect(code(answer)).toEqual([500, "SVCSTG.SWR.5001101"]);
  });

  test("400 for a second task with the same target", async () => {
    const { huawei } = await start();
    await create(huawei);
    expect((await create(huawei)).status).toBe(400);
    expect((await create(huawei, { ...target, remoteNamespace: "other" })).status).toBe(200);
  });
});

describe("refuses", () => {
  test.each([
    ["an empty body", ""],
    ["a missing namespace", { remoteRegionId: "cn-east-3" }],
    ["a bad namespace", { ...target, remoteNamespace: "Team" }],
    ["a field it does not know", { ...target, tag: "v1" }],
    ["text for a flag", { ...target, syncAuto: "true" }],
  ])("%s", async (_name, body) => {
    const { huawei } = await start();
    expect(code(await create(huawei, body))).toEqual([400, "SVCSTG.SWR.4001014"]);
    expect(code(await huawei({ method: "DELETE", path, body }))).toEqual([400, "SVCSTG.SWR.4001014"]);
  });

  test("the pair of a deletion in the query", async () => {
    const { huawei } = await start();
    await create(huawei);
    const query = new URLSearchParams(target).toString();
    expect((await huawei({ method: "DELETE", path: `${path}?${query}` })).status).toBe(400);
    expect((await huawei({ method: "DELETE", path })).status).toBe(400);
  });

  test.each([
    ["/v2/manage/namespaces/Team/repos/web/sync_repo", "4001028"],
    ["/v2/manage/namespaces/team-/repos/web/sync_repo", "4001028"],
    ["/v2/manage/namespaces/te.-am/repos/web/sync_repo", "4001028"],
    ["/v2/manage/namespaces/te___am/repos/web/sync_repo", "4001028"],
    ["/v2/manage/namespaces/team/repos/$web/sync_repo", "4001029"],
    ["/v2/manage/namespaces/team/repos/web$$app/sync_repo", "4001029"],
    ["/v2/manage/namespaces/team/repos/web%2Fapp/sync_repo", "4001029"],
  ])("the name in %s", async (bad, expected) => {
    const { huawei } = await start();
    expect(code(await huawei({ method: "GET", path: bad }))).toEqual([400, `SVCSTG.SWR.${expected}`]);
  });

  test("a list without Content-Type, as documented", async () => {
    const { huawei } = await start();
    expect((await huawei({ method: "GET", path, headers: { "content-type": "text/html" } })).status).toBe(
      400,
    );
  });

  test("what does not exist, if repositories are given", async () => {
    const { huawei } = await start({ seed: { repositories: ["team/other", "ops/web"] } });
    expect(code(await huawei({ method: "GET", path }))).toEqual([404, "SVCSTG.SWR.4040010"]);
    const other = path.replace("team", "teams");
    expect(code(await huawei({ method: "GET", path: other }))).toEqual([404, "SVCSTG.SWR.4040058"]);
    expect((await huawei({ method: "GET", path: path.replace("web$app", "other") })).status).toBe(200);
  });
});
