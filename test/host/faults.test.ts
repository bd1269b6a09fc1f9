// Everything that can go wrong with a call, through the host and real connections.
import type { FaultKind } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { cloudFor, failing, operate, program, up } from "../resource-host.js";
import { createsIn } from "../session.js";
import { simulatorCredentials, startCloud } from "../simulated-cloud.js";

const kind = "huaweicloud:ImageSyncTask";
const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "mirror" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const [list, post] = [`GET ${path} 200`, `POST ${path} 200`];
// The project is given, so that no look-up is among the calls.
const session = createsIn(
  kind,
  {},
  {
    "grayscale:requestTimeoutSeconds": "1",
    "huaweicloud:projectId": simulatorCredentials.huaweicloud.projectId,
  },
);

const faults: [what: string, fault: FaultKind, status: string][] = [
  ["a 500", { kind: "serverError", status: 500 }, "500"],
  ["a 503", { kind: "serverError", status: 503 }, "503"],
  ["a proxy's page", { kind: "serverError", status: 502, html: true }, "502"],
  ["a reset connection", { kind: "resetBefore" }, "reset"],
  ["a lost reply", { kind: "lostReply" }, "reset"],
  ["half a reply", { kind: "cutReply" }, "200"],
  ["half a reply and a reset", { kind: "cutReply", dropped: true }, "200"],
  ["silence", { kind: "hang" }, "hang"],
  ["a body that is too slow", { kind: "slowBody", milliseconds: 20_000 }, "200"],
];

test.each(faults)("a read is repeated after %s", async (_, fault, status) => {
  session.cloud().queueFault({ match: { method: "GET" }, fault });
  const { calls } = await session.up(args);
  expect(calls).toEqual([`GET ${path} ${status}`, list, post, list]);
});

test("what is refused for now by another status and code is waited for too", async () => {
  for (const [status, code] of [
    [403, "SVCSTG.SWR.4031032"],
    [409, "SVCSTG.SWR.4090023"],
  ] as const) {
    session.cloud().cloud.syncTasks = [];
    const fault = { kind: "tooManyRequests", status, code, retryAfter: 0 } as const;
    session.cloud().queueFault({ match: { method: "POST" }, fault });
    const { calls } = await session.up(args);
    expect(calls).toEqual([list, `POST ${path} ${status}`, post, list]);
  }
});

test("a wait that goes beyond the time that is left fails at once", async () => {
  const fault = { kind: "tooManyRequests", retryAfter: 900 } as const;
  session.cloud().queueFault({ match: { method: "GET" }, fault });
  const failed = await failing(session.up(args));
  expect(failed.calls).toEqual([`GET ${path} 429`]);
  expect(failed.message).toMatch(/answered 429 APIGW\.0308: The throttling threshold has been reached/);
});

test("a cloud that never answers is given up after so many attempts", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ times: 99, fault: { kind: "hang" } });
  const config = { "grayscale:requestTimeoutSeconds": "0.3", "grayscale:maxAttempts": "2" };
  const failed = await failing(up(cloud, kind, args, { config }));
  expect(failed.message).toBe("GET /v3/projects: the answer was lost (no answer in time)");
  expect(failed.calls).toHaveLength(2);
});

test("a cloud that is not there is tried again, writes too: no connection, nothing sent", async () => {
  const first = await startCloud();
  const port = Number(new URL(first.url).port);
  await first.close();
  const failed = await failing(up(first, kind, args, { config: { "grayscale:maxAttempts": "2" } }));
  expect(failed.message).toBe("GET /v3/projects: no connection (ECONNREFUSED)");
  const creating = up(first, kind, args);
  const cloud = await cloudFor({ port });
  await creating;
  expect(cloud.cloud.syncTasks).toHaveLength(1);
});

test("one refusal makes everyone who calls that host wait", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { method: "POST" }, fault: { kind: "tooManyRequests", retryAfter: 1 } });
  const { requests } = await operate(
    cloud,
    (host) =>
      Promise.all(
        ["one", "two", "three"].map((namespace) =>
          host.create(program(kind, { ...args, namespace, region: "cn-north-4" }, namespace)),
        ),
      ),
    { config: { "grayscale:maxConcurrentRequests": "1" } },
  );
  const refused = requests.findIndex(({ status }) => status === 429);
  const [before, next] = [requests[refused]?.at ?? 0, requests[refused + 1]?.at ?? 0];
  expect(next - before).toBeGreaterThanOrEqual(990);
  expect(cloud.cloud.syncTasks).toHaveLength(3);
});
