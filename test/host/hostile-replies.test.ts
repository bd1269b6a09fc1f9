// Whatever a cloud answers: a result that can be stored or an error with words, and no request anywhere else.
import type { ServerResponse } from "node:http";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import { connect as alicloud } from "../../provider/alicloud/cloud.js";
import { CloudError, UnfinishedError } from "../../provider/errors.js";
import { connect as huaweicloud } from "../../provider/huaweicloud/cloud.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import type { CommonGiven, Kind } from "../../provider/kind.js";
import { asPulumiError, type Connect } from "../../provider/operation.js";
import { contextFor, hostileConfig, startHostileCloud, type HostileCloud } from "../hostile-cloud.js";
import { hostileTexts, monsters, monstrous, withValueAt } from "../hostile-values.js";
import { operate, program, textOf } from "../resource-host.js";
import { simulatorCredentials } from "../simulated-cloud.js";

interface Subject {
  readonly kind: Kind<CommonGiven, object>;
  readonly connect: Connect;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>>;
  /** What the documents say that a request is answered with, as `METHOD path` without the query. */
  readonly documented: readonly (readonly [RegExp, unknown])[];
}

function subject<Given extends CommonGiven, State extends object>(
  kind: Kind<Given, State>,
  rest: Omit<Subject, "kind">,
): Subject {
  return { kind: kind as unknown as Subject["kind"], ...rest };
}

const uid = "0c8b4f9e-7a35-4b0e-9d0e-2f6f5a3c1d11";
const gray = [{ clusterId: "cluster-1", template: { kind: "Deployment", spec: { replicas: 1 } } }];
const wireGray = [{ clusterID: "cluster-1", template: gray[0]?.template }];
const release = {
  metadata: { uid, name: "reviews-v2", namespace: "prod" },
  spec: {
    serviceName: "reviews",
    clusterID: "cluster-1",
    deploymentName: "reviews-v1",
    version: "v2",
    type: "canary",
    grayDeployments: wireGray,
  },
  status: { phase: "Running", startTime: "2026-01-01", updateTime: "2026-01-01" },
};
const projects = [/^GET \/v3\/projects$/, { projects: [{ id: "project-0", name: "cn-north-4" }] }] as const;
const mesh = String.raw`/v2/meshes/mesh-1`;
const one = "[^/]+";
const api = `/v2/${one}/apic/instances/instance-1/livedata-apis/api-1`;
const syncRepo = "/v2/manage/namespaces/team/repos/web/sync_repo";
const orderReply = {
  Code: 200,
  RequestId: "request-1",
  changeOrderInfo: {
    Status: 1,
    BatchType: "Manual",
    SupportRollback: true,
    PipelineInfoList: {
      PipelineInfo: [{ PipelineId: "batch-1", PipelineName: "Batch 1", PipelineStatus: 8 }],
    },
  },
};

const subjects: readonly Subject[] = [
  subject(grayscaleRelease, {
    connect: huaweicloud,
    id: `cn-north-4/mesh-1/prod/${uid}`,
    inputs: {
      region: "cn-north-4",
      meshId: "mesh-1",
      namespace: "prod",
      name: "reviews-v2",
      serviceName: "reviews",
      clusterId: "cluster-1",
      deploymentName: "reviews-v1",
      version: "v2",
      type: "canary",
      grayDeployments: gray,
      readyPhases: ["Running"],
      endedPhases: ["Ended"],
    },
    state: { uid, phase: "Running", outcome: "running" },
    documented: [
      projects,
      [new RegExp(`^GET ${mesh}/releases$`), { items: [release] }],
      [new RegExp(`^POST ${mesh}/namespaces/prod/releases$`), release],
      [new RegExp(`^GET ${mesh}/namespaces/prod/releases/${one}$`), release],
      [new RegExp(`^DELETE ${mesh}/namespaces/prod/releases/${one}$`), {}],
    ],
  }),
  subject(livedataDeployment, {
    connect: huaweicloud,
    id: "cn-north-4/instance-1/api-1",
    inputs: {
      region: "cn-north-4",
      instanceId: "instance-1",
      apiId: "api-1",
      frontApi: { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" },
      romaAppId: "app-1",
    },
    state: { status: 4, deploymentId: "deployment-1", frontApiId: "front-1", deployTime: "2026-01-01" },
    documented: [
      projects,
      [new RegExp(`^GET ${api}$`), { status: 4, roma_app_id: "app-1" }],
      [
        new RegExp(`^GET ${api}/deploy$`),
        {
          histories: [
            { id: "deployment-1", group_id: "group-1", env_id: "env-1", api_id: "front-1", deploy_time: "1" },
            { id: "deployment-0", group_id: null, env_id: null, api_id: null, deploy_time: "0" },
          ],
        },
      ],
      [new RegExp(`^POST ${api}/deploy$`), { id: "deployment-1" }],
      [new RegExp(`^POST ${api}/undeploy$`), {}],
    ],
  }),
  subject(imageSyncTask, {
    connect: huaweicloud,
    id: "cn-north-4/team/web/cn-east-3/mirror",
    inputs: {
      region: "cn-north-4",
      namespace: "team",
      repository: "web",
      targetRegion: "cn-east-3",
      targetNamespace: "mirror",
    },
    state: { taskId: 1, createdAt: "2026-01-01", updatedAt: "2026-01-01" },
    documented: [
      projects,
      [
        new RegExp(`^GET ${syncRepo}$`),
        [{ id: 1, remoteRegionId: "cn-east-3", remoteNamespace: "mirror", override: false, createdAt: "1" }],
      ],
      [new RegExp(`^(POST|DELETE) ${syncRepo}$`), {}],
    ],
  }),
  subject(changeOrder, {
    connect: alicloud,
    id: "cn-hangzhou/order-1",
    inputs: {
      region: "cn-hangzhou",
      appId: "app-1",
      desiredState: "rolledBack",
      clusterType: "ecs",
      confirmBatches: true,
    },
    state: { changeOrderId: "order-1", status: "running", statusCode: 1 },
    documented: [
      [/^POST \/pop\/v5\/changeorder\/change_order_info$/, orderReply],
      [
        /^POST \/pop\/v5\/changeorder\/change_order_list$/,
        { Code: 200, ChangeOrderList: { ChangeOrder: [{ ChangeOrderId: "order-1", Status: 1 }] } },
      ],
      [
        /^(PUT|GET) \/pop\/v5\/(oam\/)?changeorder\/(rollback|change_order_abort|pipeline_batch_confirm)$/,
        { Code: 200, Data: { ChangeOrderId: "order-2" } },
      ],
    ],
  }),
];

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      ...hostileTexts,
      ...Object.keys(monsters),
      null,
      -1,
      1e308,
      6,
      2,
      [],
      {},
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);
const status = fc.oneof(
  { weight: 4, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503, 599) },
);
const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ how: "as documented" } as const) },
  {
    weight: 6,
    arbitrary: fc.record({ how: fc.constant("with another value" as const), at: fc.nat(), value }),
  },
  { weight: 2, arbitrary: fc.record({ how: fc.constant("any JSON" as const), value }) },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constant("no JSON" as const),
      text: fc.constantFrom("<html>", '{"a":', "\u0000"),
    }),
  },
);
const headers = fc.record(
  {
    "Retry-After": fc.constantFrom("0", "-1", "soon", "1e999", "99999999999999999999", "Infinity"),
    "x-acs-retry-after": fc.constantFrom("NaN", "1e999", "0x10", ""),
    "X-Request-Id": fc.constantFrom("__proto__", "../..", "x".repeat(50)),
  },
  { requiredKeys: [] },
);
const reply = fc.record({ status, body, headers });
type Reply = typeof reply extends fc.Arbitrary<infer T> ? T : never;

const scenario = fc.record({
  begin: fc.constantFrom("create", "read", "resume", "delete"),
  replies: fc.array(reply, { minLength: 1, maxLength: 6 }),
  unfinished: fc.constantFrom(undefined, "waiting", "failed"),
  wanted: fc.constantFrom("rolledBack", "aborted", "completed"),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function documentedFor({ documented }: Subject, method: string, url: string): unknown {
  const line = `${method} ${url.split("?")[0]}`;
  return documented.find(([pattern]) => pattern.test(line))?.[1];
}

function write(
  response: ServerResponse,
  { status: code, body: wanted, headers: added }: Reply,
  usual: unknown,
): void {
  for (const [name, text] of Object.entries(added)) response.setHeader(name, text);
  response.statusCode = code;
  switch (wanted.how) {
    case "no JSON":
      response.end(wanted.text);
      return;
    case "any JSON":
      response.end(JSON.stringify(monstrous(wanted.value)));
      return;
    case "as documented":
      response.end(JSON.stringify(usual));
      return;
    case "with another value":
      response.end(JSON.stringify(withValueAt(usual, wanted.at, monstrous(wanted.value)) ?? null));
  }
}

let projectsSoFar = 0;

/** One step, and those that follow from what it gave; what is not as it should be, in words. */
async function play(tested: Subject, { begin, replies, unfinished, wanted }: Scenario): Promise<string[]> {
  projectsSoFar += 1;
  let answered = 0;
  const cloud = await startHostileCloud((request, response) => {
    const chosen = replies[answered % replies.length];
    answered += 1;
    if (chosen !== undefined)
      write(response, chosen, documentedFor(tested, request.method ?? "", request.url ?? ""));
  });
  const { kind } = tested;
  const projectId = `project-${projectsSoFar}`;
  const inputs = {
    ...tested.inputs,
    ...(kind.cloud === "huaweicloud" ? { projectId } : { desiredState: wanted }),
  };
  const mark = unfinished && { unfinished: { kind: unfinished, reason: "it was so" } };
  const stored = { ...kind.defaults, ...inputs, ...tested.state, ...mark };
  const problems: string[] = [];
  const attempt = async <T>(
    work: (context: Awaited<ReturnType<typeof contextFor>>["context"]) => Promise<T>,
  ) => {
    const { context, operation } = await contextFor(kind, tested.connect, cloud, inputs);
    let result: T | undefined;
    try {
      result = await work(context);
    } catch (error) {
      problems.push(...problemsOfError(error));
      const told = asPulumiError(error, inputs, operation) as Error & { id?: string; properties?: object };
      problems.push(...problemsIn(told.properties), ...problemsOfId(tested, told.id));
    }
    problems.push(...problemsIn(result));
    return result;
  };
  const follow = async (id: string, known: object): Promise<void> => {
    await attempt((context) => kind.read(id, { ...stored, ...known }, context));
    await attempt((context) => kind.delete(id, { ...stored, ...known }, context));
  };
  switch (begin) {
    case "create": {
      const made = await attempt((context) => kind.create({ ...kind.defaults, ...inputs }, context));
      if (made !== undefined) {
        problems.push(...problemsOfId(tested, made.id));
        await follow(made.id, made.state);
      }
      break;
    }
    case "resume": {
      const state = await attempt((context) =>
        kind.resume(tested.id, { ...kind.defaults, ...inputs }, { ...tested.state, ...mark }, context),
      );
      if (state !== undefined) await follow(tested.id, state);
      break;
    }
    case "read":
      await attempt((context) => kind.read(tested.id, stored, context));
      break;
    case "delete":
      await attempt((context) => kind.delete(tested.id, stored, context));
  }
  await cloud.close();
  return [...problems, ...strayedIn(tested, cloud)];
}

/** An id that is stored is read again: by the next refresh, and the destroy. */
function problemsOfId({ kind }: Subject, id: string | undefined): string[] {
  try {
    return id === undefined || kind.parseId(id).region !== undefined ? [] : [`an id without a region: ${id}`];
  } catch (error) {
    return [(error as Error).message.slice(0, 300)];
  }
}

/** Requests to anything but what is documented. */
function strayedIn(tested: Subject, { requests }: HostileCloud): string[] {
  return requests
    .filter((line) => {
      const [method = "", url = ""] = line.split(" ");
      return documentedFor(tested, method, url) === undefined;
    })
    .map((line) => `a request to ${line.slice(0, 200)}`);
}

function problemsIn(result: unknown): string[] {
  const problems = JSON.stringify(result ?? null).includes("[object ") ? ["[object Object] in a result"] : [];
  return "polluted" in {} ? [...problems, "a polluted prototype"] : problems;
}

function problemsOfError(error: unknown): string[] {
  const known = [Error, CloudError, UnfinishedError];
  const { constructor, message } = error as Error;
  if (!known.some((one_) => one_ === constructor)) return [`${constructor.name}: ${message}`];
  const isOurs = error instanceof CloudError || error instanceof UnfinishedError;
  if (!isOurs && /is not a function|Cannot read|not iterable/.test(message)) return [message];
  return /\[object |planted-secret-key/.test(message) ? [message.slice(0, 300)] : [];
}

describe("any reply is a result or an error with words, and leads nowhere else", () => {
  test.each(subjects)("$kind.name", { timeout: 120_000 }, async (tested) => {
    await fc.assert(
      // Many at a time, for most of each is waiting.
      fc.asyncProperty(fc.array(scenario, { minLength: 40, maxLength: 40 }), async (scenarios) => {
        const problems = await Promise.all(scenarios.map((each) => play(tested, each)));
        expect(problems.flat()).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

/** The subject whose cloud gives this for every id that it chooses. */
function withIds(tested: Subject, id: string): Subject {
  const chosen = new Set([uid, "order-1", "order-2", "batch-1", "deployment-1", "front-1"]);
  const text = (inner: unknown): string =>
    JSON.stringify(inner, (_, each: unknown) => (chosen.has(each as string) ? id : each));
  return {
    ...tested,
    documented: tested.documented.map(([pattern, usual]) => [pattern, JSON.parse(text(usual)) as unknown]),
  };
}

describe("an id of the cloud's that means something in a path reaches nothing else", () => {
  const cases = subjects.flatMap((tested) =>
    (["completed", "rolledBack"] as const).map((wanted) => ({
      name: `${tested.kind.name}, ${wanted}`,
      tested,
      wanted,
    })),
  );

  test.each(cases)("$name", async ({ tested, wanted }) => {
    const usual: Reply = { status: 200, body: { how: "as documented" }, headers: {} };
    const begin = "create";
    const played = await Promise.all(
      hostileTexts.map((id) =>
        play(withIds(tested, id), { begin, replies: [usual], unfinished: undefined, wanted }),
      ),
    );
    expect(played.flat()).toEqual([]);
  });
});

describe("a redirect is not followed", () => {
  test.each(subjects)("$kind.name", async (tested) => {
    const { kind, connect, inputs, id } = tested;
    const other = await startHostileCloud((_, response) => response.end("{}"));
    onTestFinished(() => other.close());
    for (const code of [301, 302, 303, 307, 308]) {
      const cloud = await startHostileCloud((request, response) => {
        response.writeHead(code, { Location: `${other.url}${request.url}` }).end("{}");
      });
      const given = { ...inputs, projectId: `redirected-${code}` };
      const { context } = await contextFor(kind, connect, cloud, given);
      const works = [
        kind.create({ ...kind.defaults, ...given }, context),
        kind.read(id, {}, context),
        kind.delete(id, { ...kind.defaults, ...given, ...tested.state }, context),
      ];
      for (const settled of await Promise.allSettled(works)) {
        expect(settled).toMatchObject({
          status: "rejected",
          reason: expect.objectContaining({
            name: "CloudError",
            message: expect.stringContaining(`answered ${code}: redirects are not followed`) as string,
          }) as Error,
        });
      }
      expect(cloud.requests.length).toBeGreaterThan(0);
      await cloud.close();
    }
    expect(other.requests).toEqual([]);
  });
});

test.each(subjects)("through Pulumi's own host: $kind.name", async (tested) => {
  const { kind, id, inputs, state } = tested;
  const bodies = [
    "../../x",
    monsters["polluting"],
    monsters["deep"],
    [null],
    { errors: [{}] },
    { Code: {} },
    "[object Object]".length,
  ];
  let answered = 0;
  const cloud = await startHostileCloud((_, response) => {
    response.end(JSON.stringify(bodies[answered % bodies.length]));
    answered += 1;
  });
  onTestFinished(() => cloud.close());
  const { __provider, ...declared } = program(kind.name, { ...inputs, timeoutSeconds: 1 });
  const outputs = { ...declared, ...state, projectId: "project-1", __provider: textOf(kind.name) };
  const { result: errors, printed } = await operate(
    undefined,
    async (host) => {
      const failures: string[] = [];
      const tell = (error: Error): void => void failures.push(error.message);
      for (const _ of bodies) {
        await host.create({ ...declared, __provider }).then(() => undefined, tell);
        await host.read(id, outputs).then(() => undefined, tell);
        await host.delete(id, outputs).then(() => undefined, tell);
      }
      return failures;
    },
    { config: hostileConfig(cloud, "project-1") },
  );
  expect(strayedIn(tested, cloud)).toEqual([]);
  expect(errors.length).toBeGreaterThan(0);
  for (const message of errors)
    expect(message).not.toMatch(/\[object |TypeError|Cannot read|planted-secret-key/);
  expect(printed.replace(/^\d+\n/, "")).not.toMatch(/ at .*:\d+:\d+/);
});

test("a token whose end cannot be read is fetched once", async () => {
  const cloud = await startHostileCloud((request, response) => {
    if (request.url?.startsWith("/v3/auth/tokens") !== true) return response.end("[]");
    response.setHeader("X-Subject-Token", "a-token");
    return response.end(JSON.stringify({ token: { expires_at: "soon" } }));
  });
  onTestFinished(() => cloud.close());
  const { userName, password, domainName } = simulatorCredentials.huaweicloud;
  const config = {
    ...hostileConfig(cloud, "project-1"),
    "huaweicloud:accessKey": undefined,
    "huaweicloud:secretKey": undefined,
    "huaweicloud:userName": userName,
    "huaweicloud:password": password,
    "huaweicloud:domainName": domainName,
  };
  const task = { namespace: "team", targetRegion: "cn-east-3", targetNamespace: "mirror" };
  await operate(
    undefined,
    async (host) => {
      for (const repository of ["one", "two"]) {
        const news = program("huaweicloud:ImageSyncTask", { ...task, repository, timeoutSeconds: 1 });
        await host.create({ ...news, region: "cn-north-4" }).catch(() => undefined);
      }
    },
    { config },
  );
  const tokens = cloud.requests.filter((request) => request.includes("/v3/auth/tokens"));
  expect(tokens).toHaveLength(1);
  expect(cloud.requests.length).toBeGreaterThan(2);
});
