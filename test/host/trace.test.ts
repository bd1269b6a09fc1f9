// `grayscale:trace`: a line of JSON for each request, and nothing in it that signs anybody in.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cloudFor, up } from "../resource-host.js";
import { simulatorCredentials } from "../simulated-cloud.js";

const kind = "huaweicloud:ImageSyncTask";
const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "mirror" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const order = "alicloud:ChangeOrder";
const seed = {
  changeOrders: [{ changeOrderId: "order-1", appId: "app-1", clusterType: "ecs", held: true } as const],
};
const { huaweicloud, alicloud } = simulatorCredentials;

function traceFile(): { file: string; lines: () => Record<string, unknown>[]; text: () => string } {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-trace-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "trace.jsonl");
  const text = () => readFileSync(file, "utf8");
  const parsed = () => text().trimEnd().split("\n");
  return { file, text, lines: () => parsed().map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test("each attempt is a line: refused, lost and answered ones", async () => {
  const cloud = await cloudFor();
  const trace = traceFile();
  cloud.queueFault({ match: { method: "GET" }, fault: { kind: "tooManyRequests", retryAfter: 1 } });
  cloud.queueFault({ match: { method: "GET" }, fault: { kind: "serverError", status: 503 } });
  cloud.queueFault({ match: { method: "POST" }, fault: { kind: "lostReply" } });
  const config = { "grayscale:trace": trace.file, "huaweicloud:projectId": huaweicloud.projectId };
  await up(cloud, kind, args, { config });
  const host = new URL(cloud.url).host;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
  const requestId = expect.stringMatching(/^[0-9A-Fa-f-]{32,36}$/) as string;
  const common = { time, host, path };
  const list = { ...common, method: "GET", requestId };
  expect(trace.lines().slice(0, 5)).toEqual([
    { ...list, attempt: 1, status: 429, code: "APIGW.0308", waitMilliseconds: 1000 },
    { ...list, attempt: 2, status: 503, code: "APIGW.0613" },
    { ...list, attempt: 3, status: 200 },
    { ...common, method: "POST", attempt: 1, outcome: "lost" },
    { ...list, attempt: 1, status: 200 },
  ]);
  expect(trace.lines()).toHaveLength(cloud.requests.length);
  // Nobody but its owner reads it.
  expect(statSync(trace.file).mode & 0o777).toBe(0o600);
});

/** As it is, in a URL, and in base64 at any offset. */
function forms(secret: string): string[] {
  const shifted = ["", "x", "xx"].map((before) =>
    Buffer.from(before + secret)
      .toString("base64")
      .slice(4, -4),
  );
  return [secret, encodeURIComponent(secret), ...shifted];
}

test("no key, token or password is in it, in no form", async () => {
  const cloud = await cloudFor({ seed });
  const trace = traceFile();
  const traced = { "grayscale:trace": trace.file };
  const temporary = (name: "huaweicloud" | "alicloud") =>
    Object.fromEntries(
      Object.entries(simulatorCredentials[name].temporary).map(([key, value]) => [`${name}:${key}`, value]),
    );
  const noKeys = { "huaweicloud:accessKey": undefined, "huaweicloud:secretKey": undefined };
  const { userName, password, domainName } = huaweicloud;
  const user = { userName, password, domainName };
  const byPassword = Object.fromEntries(
    Object.entries(user).map(([key, value]) => [`huaweicloud:${key}`, value]),
  );
  await up(cloud, kind, args, { config: { ...traced, ...temporary("huaweicloud") } });
  cloud.cloud.syncTasks = [];
  cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "expiredToken" } });
  await up(cloud, kind, args, { config: { ...traced, ...noKeys, ...byPassword } });
  // A secret argument goes into the query of EDAS.
  const declared = { appId: "app-1", desiredState: "aborted", __secrets: ["appId"] };
  await up(cloud, order, declared, { config: { ...traced, ...temporary("alicloud") } });

  expect(trace.lines()).toHaveLength(cloud.requests.length);
  const issued = cloud.requests
    .map(({ headers }) => headers["x-auth-token"])
    .filter((token) => token !== undefined);
  const signatures = cloud.requests
    .map(({ headers }) => headers["authorization"]?.split("Signature=")[1])
    .filter((signature) => signature !== undefined);
  expect([issued.length > 0, signatures.length > 0]).toEqual([true, true]);
  const secrets = [
    ...Object.values(huaweicloud.temporary),
    ...Object.values(alicloud.temporary),
    ...issued,
    ...signatures,
    password,
    "app-1",
  ];
  const text = trace.text();
  for (const secret of new Set(secrets)) {
    for (const form of forms(secret).filter(({ length }) => length > 3)) expect(text).not.toContain(form);
  }
  const signIns = trace.lines().filter((line) => line["path"] === "/v3/auth/tokens");
  expect(signIns.map(({ time: _time, host: _host, requestId: _id, ...line }) => line)).toEqual(
    [1, 1].map((attempt) => ({
      method: "POST",
      path: "/v3/auth/tokens",
      query: { nocatalog: "true" },
      attempt,
      status: 201,
    })),
  );
  const replayed = trace.lines().filter(({ method, path: at }) => method === "POST" && at === path);
  expect(replayed.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 200],
    [1, 401],
    [2, 200],
  ]);
});

test("one that cannot be written costs nothing", async () => {
  const cloud = await cloudFor();
  const trace = traceFile();
  writeFileSync(trace.file, "");
  const config = { "grayscale:trace": join(trace.file, "below-a-file") };
  const { calls, warnings } = await up(cloud, kind, args, { config });
  expect(calls).toHaveLength(4);
  expect(warnings).toEqual([]);
});
