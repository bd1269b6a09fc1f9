import { describe, expect, test } from "vitest";
import type { Answer, HuaweiClient } from "./client.js";
import { start } from "./start.js";

const releases = "/v2/meshes/mesh-1/namespaces/prod/releases";
const template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "reviews-v2", labels: { app: "reviews" } },
  spec: {
    selector: { matchLabels: { app: "reviews" } },
    template: {
      metadata: { labels: { app: "reviews" } },
      spec: { containers: [{ name: "reviews", image: "reviews:v2", ports: [{ containerPort: 80 }] }] },
    },
  },
};

function release(name: string, serviceName = "reviews"): Record<string, unknown> {
  return {
    kind: "Release",
    apiVersion: "asm/v2",
    metadata: { name, namespace: "prod" },
    spec: {
      serviceName,
      clusterID: "cluster-1",
      deploymentName: `${serviceName}-v1`,
      version: "v2",
      type: "canary",
      grayDeployments: [{ clusterID: "cluster-1", template }],
    },
  };
}

function create(huawei: HuaweiClient, body: unknown = release("reviews-gray")): Promise<Answer> {
  return huawei({ method: "POST", path: releases, body });
}

function item(created: Answer): string {
  return `${releases}/${created.json.metadata.uid}`;
}

test("a release is created, read, listed and cancelled", async () => {
  const { huawei } = await start();
  const created = await create(huawei);
  expect(created.status).toBe(200);
  expect(created.headers["x-request-id"]).toMatch(/^[0-9A-F-]{36}$/);
  expect(created.json).toMatchObject({
    kind: "Release",
    metadata: { name: "reviews-gray", namespace: "prod", meshID: "mesh-1" },
    status: { phase: "Running" },
  });
  const read = await huawei({ method: "GET", path: item(created) });
  expect(read.json).toEqual(created.json);
  const list = await huawei({ method: "GET", path: "/v2/meshes/mesh-1/releases" });
  expect(list.json).toEqual({ kind: "ReleaseList", apiVersion: "asm/v2", items: [created.json] });
  const cancelled = await huawei({ method: "DELETE", path: `${item(created)}?action=cancel` });
  expect([cancelled.status, cancelled.text]).toEqual([200, ""]);
  const gone = await huawei({ method: "GET", path: item(created) });
  expect([gone.status, gone.json.errorCode]).toEqual([404, "ASM.01404001"]);
});

test("templates come back with a cluster's defaults and keys in another order", async () => {
  const { huawei } = await start();
  const stored = (await create(huawei)).json.spec.grayDeployments[0].template;
  expect(stored).toMatchObject(template);
  expect(stored.spec).toMatchObject({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  expect(stored.spec.template.spec).toMatchObject({
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
  });
  const [container] = stored.spec.template.spec.containers;
  expect(container).toMatchObject({ imagePullPolicy: "IfNotPresent", ports: [{ protocol: "TCP" }] });
  expect(Object.keys(stored.metadata)).toEqual(["name", "labels", "creationTimestamp"]);
});

test("the phase moves as time does", async () => {
  const { huawei, simulator } = await start({ progress: { advance: "afterReads", reads: 2 } });
  const created = await create(huawei);
  const phase = async (): Promise<string> =>
    (await huawei({ method: "GET", path: item(created) })).json.status.phase;
  expect(created.json.status.phase).toBe("Creating");
  expect([await phase(), await phase(), await phase()]).toEqual(["Creating", "Running", "Running"]);
  const [held] = simulator.cloud.releases;
  if (held) held.phase = "Failed";
  expect(await phase()).toBe("Failed");
});

describe("traffic decides", () => {
  test.each([
    ["original", "cancel", 200],
    ["original", "end", 400],
    ["split", "cancel", 400],
    ["split", "end", 400],
    ["gray", "cancel", 400],
    ["gray", "end", 200],
  ] as const)("%s: %s answers %i", async (traffic, action, status) => {
    const { huawei, simulator } = await start();
    const created = await create(huawei);
    for (const one of simulator.cloud.releases) one.traffic = traffic;
    const answer = await huawei({ method: "DELETE", path: `${item(created)}?action=${action}` });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(status === 200 ? /^$/ : /must take over all traffic/);
    expect(simulator.cloud.releases).toHaveLength(status === 200 ? 0 : 1);
  });
});

test("a terminated release can stay visible, until it is deleted again", async () => {
  const { huawei } = await start({ seed: { keepTerminatedReleases: true } });
  const created = await create(huawei);
  await huawei({ method: "DELETE", path: `${item(created)}?action=cancel` });
  expect((await huawei({ method: "GET", path: item(created) })).json.status.phase).toBe("Terminated");
  expect((await create(huawei)).status).toBe(200);
  expect((await huawei({ method: "DELETE", path: `${item(created)}?action=cancel` })).status).toBe(200);
  expect((await huawei({ method: "GET", path: item(created) })).status).toBe(404);
});

test("one name and one service at a time", async () => {
  const { huawei } = await start();
  await create(huawei);
  const sameName = await create(huawei, release("reviews-gray", "ratings"));
  const sameService = await create(huawei, release("other-gray"));
  expect([sameName.status, sameName.json.errorCode]).toEqual([409, "ASM.01409001"]);
  expect(sameName.json.errorMsg).toMatch(/reviews-gray already exists/);
  expect([sameService.status, sameService.json.errorMsg]).toEqual([
    409,
    expect.stringMatching(/already has/),
  ]);
  expect((await create(huawei, release("other-gray", "ratings"))).status).toBe(200);
});

describe("refuses", () => {
  const good = release("reviews-gray");
  const spec = good["spec"] as Record<string, unknown>;
  const { type: _, ...withoutType } = spec;

  test.each([
    ["a field it does not know", { ...good, dryRun: true }],
    ["a status", { ...good, status: {} }],
    ["a missing field", { ...good, spec: withoutType }],
    ["no gray deployment", { ...good, spec: { ...spec, grayDeployments: [] } }],
    [
      "a template that is no Deployment",
      { ...good, spec: { ...spec, grayDeployments: [{ clusterID: "c", template: { kind: "Pod" } }] } },
    ],
    ["a name of three characters", release("abc")],
    ["a name with a capital", release("Reviews")],
    ["a name that ends in a hyphen", release("reviews-")],
    ["another namespace than the path's", { ...good, metadata: { name: "reviews-gray", namespace: "test" } }],
    [
      "another mesh than the path's",
      { ...good, metadata: { name: "reviews-gray", namespace: "prod", meshID: "m" } },
    ],
    ["a body that is not JSON", "{"],
  ])("%s", async (_name, body) => {
    const { huawei, simulator } = await start();
    const answer = await create(huawei, body);
    expect([answer.status, answer.json.errorCode]).toEqual([400, "ASM.01400001"]);
    expect(simulator.cloud.releases).toEqual([]);
  });

  test("another content type", async () => {
    const { huawei } = await start();
    const headers = { "content-type": "text/plain" };
    expect((await huawei({ method: "POST", path: releases, body: good, headers })).status).toBe(400);
    const charset = { "content-type": "application/json;charset=utf-8" };
    expect((await huawei({ method: "POST", path: releases, body: good, headers: charset })).status).toBe(200);
  });

  test("an action it does not know, or none", async () => {
    const { huawei } = await start();
    const created = await create(huawei);
    const answers = await Promise.all(
      ["", "?action=", "?action=delete", "?action=cancel&force=true", "?action=cancel&action=end"].map(
        (query) => huawei({ method: "DELETE", path: `${item(created)}${query}` }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 400]);
  });

  test("a mesh that does not exist, if meshes are given", async () => {
    const { huawei } = await start({ seed: { meshes: ["mesh-2"] } });
    expect((await create(huawei)).status).toBe(404);
    expect((await huawei({ method: "GET", path: "/v2/meshes/mesh-2/releases" })).status).toBe(200);
  });
});
