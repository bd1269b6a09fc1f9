// No step of a life goes on for longer than its time limit and one interval of its wait, whatever a cloud does not do.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import { UnfinishedError } from "../../provider/errors.js";
import type { CloudRequest } from "../../provider/http.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import type { CommonGiven, Context, Kind } from "../../provider/kind.js";
import { limits } from "../../provider/limits.js";
import { startFakeClock, stopFakeClock } from "./fake-clock.js";

const uid = "0c8b4f9e-7a35-4b0e-9d0e-2f6f5a3c1d11";
const release = {
  metadata: { uid, name: "reviews-v2", namespace: "prod" },
  spec: {},
  status: { phase: "Starting" },
};
const where = { meshId: "mesh-1", namespace: "prod", serviceName: "reviews", clusterId: "cluster-1" };
const released = { deploymentName: "reviews-v1", version: "v2", type: "canary", grayDeployments: [] };
const api = { instanceId: "instance-1", apiId: "api-1" };
const task = {
  namespace: "team",
  repository: "web",
  targetRegion: "cn-east-3",
  targetNamespace: "mirror",
};
const order = { changeOrderId: "order-1", desiredState: "completed" };

type Step = "create" | "resume" | "delete";

interface Endless {
  readonly kind: unknown;
  readonly step: Step;
  readonly given: object;
  readonly state?: object;
  /** What the cloud answers for ever. */
  readonly answer: (request: CloudRequest) => unknown;
}

const isList = ({ method, path }: CloudRequest): boolean => method === "GET" && path.endsWith("/releases");

const endless: Readonly<Record<string, Endless>> = {
  "a release that never becomes ready": {
    kind: grayscaleRelease,
    step: "create",
    given: { ...where, ...released, name: "reviews-v2", readyPhases: ["Running"] },
    answer: (request) => (isList(request) ? { items: [] } : release),
  },
  "a release that never became ready, taken up again": {
    kind: grayscaleRelease,
    step: "resume",
    given: { ...where, ...released, name: "reviews-v2", readyPhases: ["Running"] },
    state: { uid, phase: "Starting" },
    answer: () => release,
  },
  "an API that never comes online": {
    kind: livedataDeployment,
    step: "create",
    given: api,
    answer: ({ path }) => (path.endsWith("/deploy") ? { id: "deployment-1", histories: [] } : { status: 3 }),
  },
  "an API that never goes offline": {
    kind: livedataDeployment,
    step: "delete",
    given: api,
    state: { status: 4 },
    answer: () => ({ status: 4 }),
  },
  "a task that is never listed": {
    kind: imageSyncTask,
    step: "create",
    given: task,
    answer: ({ method }) => (method === "GET" ? [] : {}),
  },
  "an order that never ends": {
    kind: changeOrder,
    step: "create",
    given: order,
    answer: () => ({ changeOrderInfo: { Status: 1 } }),
  },
  "an order that is asked to stop and does not": {
    kind: changeOrder,
    step: "delete",
    given: order,
    state: { changeOrderId: "order-1", statusCode: 1 },
    answer: () => ({ changeOrderInfo: { Status: 1 } }),
  },
};

const place = { region: "cn-north-4", projectId: "project-1" };
const id: Readonly<Record<string, string>> = {
  "huaweicloud:GrayscaleRelease": `cn-north-4/mesh-1/prod/${uid}`,
  "huaweicloud:LivedataDeployment": "cn-north-4/instance-1/api-1",
  "huaweicloud:ImageSyncTask": "cn-north-4/team/web/cn-east-3/mirror",
  "alicloud:ChangeOrder": "cn-hangzhou/order-1",
};

/** What a step is given by `begin`, with a cloud of which each answer takes `answerMilliseconds`. */
function contextFor(
  { pollSeconds }: Pick<Kind<CommonGiven, object>, "pollSeconds">,
  answer: Endless["answer"],
  timeoutSeconds: number,
  answerMilliseconds: number,
): Context {
  const sources = { config: () => undefined, environment: {} };
  return {
    place,
    sources,
    limits: limits(sources),
    pollSeconds,
    signal: new AbortController().signal,
    deadline: Date.now() + timeoutSeconds * 1000,
    log: { info: () => undefined, warning: () => undefined, progress: () => undefined },
    call: async (call) => {
      await sleep(answerMilliseconds);
      return { call, status: 200, headers: {}, body: answer(call), requestId: undefined };
    },
    confirmOwned: async () => undefined,
    accepted: () => undefined,
    withdrawn: () => undefined,
  };
}

beforeEach(() => startFakeClock());
afterEach(() => stopFakeClock());

test.each(
  Object.entries(endless).flatMap(([what, one]) =>
    [1, 7, 61, 600].flatMap((seconds) => [0, 900].map((answer) => [what, seconds, answer, one] as const)),
  ),
)("%s: given up after %i s, where an answer takes %i ms", async (_what, seconds, answerMilliseconds, one) => {
  const kind = one.kind as Kind<CommonGiven, object>;
  const context = contextFor(kind, one.answer, seconds, answerMilliseconds);
  const key = id[kind.name] ?? "";
  const stored = { ...kind.defaults, ...one.given, ...one.state };
  const steps = {
    create: () => kind.create(stored, context),
    resume: () => kind.resume(key, stored, one.state ?? {}, context),
    delete: () => kind.delete(key, { ...stored, onDelete: "abort" }, context),
  };
  const started = Date.now();
  let elapsed = Number.NaN;
  const settled = Promise.resolve(steps[one.step]()).then(
    () => undefined,
    (error: unknown) => {
      elapsed = (Date.now() - started) / 1000;
      return error;
    },
  );
  await vi.runAllTimersAsync();
  expect(await settled).toBeInstanceOf(UnfinishedError);
  expect(elapsed).toBeGreaterThanOrEqual(seconds);
  expect(elapsed).toBeLessThanOrEqual(seconds + kind.pollSeconds[1]);
});
