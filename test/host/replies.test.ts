// Replies that are none of the cloud's, or more than any reply of it: never understood as something else.
import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { endpoints } from "../company-network.js";
import type { Properties } from "../dynamic-host.js";
import { args as release, kind as grayscaleRelease } from "../resources/grayscale-release.js";
import { cloudFor, destroy, failing, refresh, up } from "../resource-host.js";
import { simulatorCredentials, type SimulatedCloud } from "../simulated-cloud.js";

const kind = "huaweicloud:ImageSyncTask";
const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "mirror" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const [list, post] = [`GET ${path} 200`, `POST ${path} 200`];

type Replace = (response: ServerResponse) => void;

const megabyte = Buffer.alloc(1024 * 1024, " ");

const page: Replace = (response) =>
  response.setHeader("Content-Type", "text/html").end("<html>Sign in</html>");
const twentyMegabytes: Replace = (response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(Buffer.concat([...Array.from({ length: 20 }, () => megabyte), Buffer.from("[]")]));
};
const endless: Replace = (response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(megabyte));
  };
  response.on("drain", more);
  more();
};

/** A cloud that carries everything out, with another reply in place of its own to the first requests of a method. */
async function cloudReplying(
  method: string,
  times: number,
  replace: Replace,
): Promise<{ cloud: SimulatedCloud; config: Properties }> {
  const cloud = await cloudFor();
  let left = times;
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const replaced = request.method === method && left > 0;
    if (replaced) left -= 1;
    const { headers, url } = request;
    const onward = send(new URL(url ?? "", cloud.url), { method: request.method, headers }, (reply) => {
      if (replaced) {
        reply.resume();
        replace(response);
        return;
      }
      response.writeHead(reply.statusCode ?? 0, reply.headers);
      reply.pipe(response);
    });
    request.pipe(onward);
  };
  const { projectId } = simulatorCredentials.huaweicloud;
  const config = {
    ...endpoints(await listening(pass)),
    "huaweicloud:projectId": projectId,
    "grayscale:maxAttempts": "2",
  };
  return { cloud, config };
}

/** The URL of a server that ends with the test. */
async function listening(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Replace =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));

test("a page in place of a list is no list: it is asked for again", async () => {
  const { cloud, config } = await cloudReplying("GET", 1, page);
  const { calls } = await up(cloud, kind, args, { config });
  expect(calls).toEqual([list, list, post, list]);
});

test("pages and nothing else are told as such", async () => {
  const { cloud, config } = await cloudReplying("GET", 2, page);
  const failed = await failing(up(cloud, kind, args, { config }));
  expect(failed.message).toBe(
    `GET ${path}: the answer was lost (the answer is not JSON; a proxy or gateway in between may have given it)`,
  );
  expect(failed.calls).toEqual([list, list]);
});

test.each([
  ["20 MB", twentyMegabytes],
  ["no end", endless],
])("a list of %s is read no further than 10 MB, and not asked for again", async (_, replace) => {
  const { cloud, config } = await cloudReplying("GET", 1, replace);
  const failed = await failing(up(cloud, kind, args, { config }));
  expect(failed.message).toBe(`GET ${path}: the answer is larger than 10 MB`);
  expect(failed.calls).toEqual([list]);
});

test.each([
  ["a page", page],
  ["20 MB", twentyMegabytes],
  ["no end", endless],
])("a write that is answered with %s is looked for, not repeated", async (_, replace) => {
  const { cloud, config } = await cloudReplying("POST", 1, replace);
  const { calls, stored, warnings } = await up(cloud, kind, args, { config });
  expect(calls.filter((call) => call.startsWith("POST"))).toEqual([post]);
  expect(calls.slice(0, 3)).toEqual([list, post, list]);
  expect(stored.outputs).toMatchObject({ adopted: false, taskId: 1 });
  expect(warnings).toEqual([]);
});

const pageNotFound: Replace = (response) =>
  response.writeHead(404, { "Content-Type": "text/html" }).end("<html><h1>404</h1>nginx</html>");
const bareNotFound: Replace = (response) => response.writeHead(404).end();

describe.each([
  [grayscaleRelease, release],
  ["huaweicloud:LivedataDeployment", { instanceId: "instance-1", apiId: "api-1" }],
  [kind, args],
])("%s", (kindName, declared) => {
  test.each([
    ["a page", pageNotFound],
    ["nothing", bareNotFound],
  ])("404 with %s does not say that it is gone: not to a refresh, nor to a destroy", async (_, reply) => {
    const cloud = await cloudFor();
    const { stored } = await up(cloud, kindName, declared);
    const wrong = await listening((_request, response) => reply(response));
    const { iam } = JSON.parse(cloud.hostConfig["huaweicloud:endpoints"] ?? "") as { iam: string };
    const config = { "huaweicloud:endpoints": { asm: wrong, roma: wrong, swr: wrong, iam } };
    for (const step of [refresh, destroy]) {
      const failed = await failing(step(cloud, stored, { config }));
      expect(failed.message).toMatch(/^(?:GET|DELETE) \/v2\/\S+ answered 404\b/);
      expect(failed.calls).toEqual([]);
    }
  });
});

test.each([
  ["projects without names", "GET", json(200, { projects: [{ id: "p1" }] }), "projects.0.name"],
  ["no projects", "GET", json(200, { total: 0 }), "projects"],
  [
    "a token without its end",
    "POST",
    json(201, { token: {} }, { "X-Subject-Token": "hunter22" }),
    "token.expires_at",
  ],
])("%s: an answer of IAM in another form is told by its fields", async (_, method, reply, fields) => {
  const { cloud, config } = await cloudReplying(method, 9, reply);
  const { userName, password, domainName } = simulatorCredentials.huaweicloud;
  const signsIn = {
    "huaweicloud:accessKey": undefined,
    "huaweicloud:secretKey": undefined,
    "huaweicloud:userName": userName,
    "huaweicloud:password": password,
    "huaweicloud:domainName": domainName,
  };
  const looksUp = { ...config, "huaweicloud:projectId": undefined, ...(method === "POST" && signsIn) };
  const failed = await failing(up(cloud, kind, args, { config: looksUp }));
  const asked = method === "POST" ? "/v3/auth/tokens answered 201" : "/v3/projects answered 200";
  expect(failed.message).toBe(`${method} ${asked}: the answer does not have the documented form (${fields})`);
});
