// Replies that are none of the cloud's, or more than any reply of it: never understood as something else.
import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { endpoints } from "../company-network.js";
import type { Properties } from "../dynamic-host.js";
import { cloudFor, failing, up } from "../resource-host.js";
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
  const server = createServer(pass).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { projectId } = simulatorCredentials.huaweicloud;
  const config = {
    ...endpoints(`http://127.0.0.1:${port}`),
    "huaweicloud:projectId": projectId,
    "grayscale:maxAttempts": "2",
  };
  return { cloud, config };
}

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
