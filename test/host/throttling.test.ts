// Many resources at once, against a cloud that serves only so many requests.
import type { RateLimit, RecordedRequest } from "pulumi-grayscale/simulator";
import { beforeAll, expect, test } from "vitest";
import type { DynamicHost } from "../dynamic-host.js";
import { cloudFor, operate, program, severities, up } from "../resource-host.js";
import { simulatorCredentials, startCloud } from "../simulated-cloud.js";

const kind = "huaweicloud:ImageSyncTask";
const names = Array.from({ length: 100 }, (_, index) => `r${index}`);
const args = {
  namespace: "team",
  targetRegion: "cn-east-3",
  targetNamespace: "mirror",
  region: "cn-north-4",
};

/** Each in a repository of its own, so that no two share a list. */
const createAll = (host: DynamicHost): Promise<unknown> =>
  Promise.all(names.map((repository) => host.create(program(kind, { ...args, repository }, repository))));

const limits: [what: string, rateLimit: RateLimit][] = [
  ["20 requests a second", { requests: 20, seconds: 1 }],
  ["20 requests a second, with Retry-After", { requests: 20, seconds: 1, retryAfter: true }],
  ["200 requests in five minutes, thirty times as fast", { requests: 200, seconds: 10 }],
];

interface Made {
  readonly tasks: string[];
  readonly requests: readonly RecordedRequest[];
}

// Side by side, for most of the time is waiting.
let made: Made[];
beforeAll(async () => {
  made = await Promise.all(
    limits.map(async ([, rateLimit]) => {
      const cloud = await startCloud({ rateLimit });
      const { requests } = await operate(cloud, createAll).finally(() => cloud.close());
      return { tasks: cloud.cloud.syncTasks.map(({ repository }) => repository), requests };
    }),
  );
}, 180_000);

test.each(limits.map(([what], index) => [what, index] as const))(
  "100 tasks are made, and few requests are refused: %s",
  (_, index) => {
    const { tasks, requests } = made[index] ?? { tasks: [], requests: [] };
    const refused = requests.filter(({ throttled }) => throttled);
    expect(tasks.toSorted()).toEqual(names.toSorted());
    expect(requests.filter(({ method, status }) => method === "POST" && status === 200)).toHaveLength(100);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(requests.length / 10);
  },
);

test("a long wait is told", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { method: "POST" }, fault: { kind: "tooManyRequests", retryAfter: 5.5 } });
  const { logged } = await up(cloud, kind, { ...args, repository: "web" });
  const told = logged.filter(({ message }) => message.includes("asks for patience"));
  expect(told).toMatchObject([
    {
      severity: severities.info,
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ asks for patience: waiting [56] s$/),
    },
  ]);
});

test("a token is fetched before its request takes the only place at the same host", async () => {
  const { userName, password, domainName, projectId } = simulatorCredentials.huaweicloud;
  const config = {
    "huaweicloud:accessKey": undefined,
    "huaweicloud:secretKey": undefined,
    "huaweicloud:userName": userName,
    "huaweicloud:password": password,
    "huaweicloud:domainName": domainName,
    "huaweicloud:projectId": projectId,
    "grayscale:maxConcurrentRequests": "1",
  };
  const cloud = await cloudFor();
  const { requests } = await up(cloud, kind, { ...args, repository: "web" }, { config });
  expect(requests.map(({ operation }) => operation)).toEqual([
    "createToken",
    "listSyncTasks",
    "createSyncTask",
    "listSyncTasks",
  ]);
});
