import { describe, expect, test } from "vitest";
import { simulatorCredentials, simulatorProjectId, type Simulator } from "../../../simulator/index.js";
import { exchange, type Answer } from "./client.js";
import { start } from "./start.js";

const { userName, password, domainName, projectId } = simulatorCredentials.huaweicloud;
const json = { "content-type": "application/json;charset=utf8" };

function authentication(scope: unknown, secret: string = password): unknown {
  const user = { name: userName, password: secret, domain: { name: domainName } };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope } };
}

function signIn(simulator: Simulator, body: unknown): Promise<Answer> {
  return exchange(simulator.url, {
    method: "POST",
    path: "/v3/auth/tokens?nocatalog=true",
    headers: json,
    body,
  });
}

function withToken(simulator: Simulator, token: unknown, path: string): Promise<Answer> {
  const headers = { "content-type": "application/json", "x-auth-token": String(token) };
  return exchange(simulator.url, { method: "GET", path, headers });
}

test("a token of a project opens that project", async () => {
  const { simulator } = await start();
  const answer = await signIn(simulator, authentication({ project: { name: "cn-north-4" } }));
  expect(answer.status).toBe(201);
  expect(answer.json.token).toMatchObject({
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    project: { id: projectId, name: "cn-north-4" },
    user: { name: userName },
  });
  const token = answer.headers["x-subject-token"];
  expect((await withToken(simulator, token, "/v2/meshes/m/releases")).status).toBe(200);
  const elsewhere = await withToken(simulator, token, "/cn-east-3/v2/meshes/m/releases");
  expect([elsewhere.status, elsewhere.json.error_code]).toEqual([403, "APIGW.0310"]);
});

test("a token of the whole account lists projects and opens none", async () => {
  const { simulator } = await start();
  const answer = await signIn(simulator, authentication({ domain: { name: domainName } }));
  const token = answer.headers["x-subject-token"];
  expect((await withToken(simulator, token, "/v3/projects")).json.projects.length).toBeGreaterThan(5);
  const refused = await withToken(simulator, token, "/v2/meshes/m/releases");
  expect([refused.status, refused.json.error_code]).toEqual([403, "APIGW.0302"]);
});

test("a token expires", async () => {
  const time = { now: Date.parse("2026-01-02T03:04:05Z") };
  const { simulator } = await start({ tokenLifetimeSeconds: 60, clock: () => time.now });
  const scope = { project: { id: projectId } };
  const token = (await signIn(simulator, authentication(scope))).headers["x-subject-token"];
  time.now += 59_999;
  expect((await withToken(simulator, token, "/v2/meshes/m/releases")).status).toBe(200);
  time.now += 1;
  const expired = await withToken(simulator, token, "/v2/meshes/m/releases");
  expect([expired.status, expired.json.error_code]).toEqual([401, "APIGW.0307"]);
});

test("projects are found by name", async () => {
  const { huawei } = await start();
  const found = await huawei({ method: "GET", path: "/v3/projects?name=eu-west-101" });
  expect(found.json.projects).toMatchObject([{ id: simulatorProjectId("eu-west-101"), name: "eu-west-101" }]);
  expect((await huawei({ method: "GET", path: "/v3/projects?name=nothing" })).json.projects).toEqual([]);
});

describe("refuses", () => {
  test("a wrong password", async () => {
    const { simulator } = await start();
    const answer = await signIn(simulator, authentication(undefined, "wrong"));
    expect([answer.status, answer.json.error.code]).toEqual([401, 401]);
  });

  test("a project that does not exist", async () => {
    const { simulator } = await start();
    expect((await signIn(simulator, authentication({ project: { name: "nothing" } }))).status).toBe(401);
  });

  test("a body in another shape", async () => {
    const { simulator } = await start();
    expect((await signIn(simulator, { auth: {} })).status).toBe(400);
    expect((await signIn(simulator, "no JSON")).status).toBe(400);
  });

  test("a token it never issued", async () => {
    const { simulator } = await start();
    const answer = await withToken(simulator, "invented", "/v3/projects");
    expect([answer.status, answer.json.error_code]).toEqual([401, "APIGW.0301"]);
  });
});
