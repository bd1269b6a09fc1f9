// A cloud that answers whatever it is told to, and a kind of resource that calls it over HTTP within this process.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Connect, Operation } from "../provider/operation.js";
import { begin } from "../provider/operation.js";
import type { CommonGiven, Context, Kind } from "../provider/kind.js";

export interface HostileCloud {
  readonly url: string;
  /** Method and path of each request, as they came. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export async function startHostileCloud(answer: Answer): Promise<HostileCloud> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const silent = { info: () => undefined, warning: () => undefined, progress: () => undefined };

/** Settings that point at a cloud, with little time for everything. */
export function hostileConfig(
  { url }: Pick<HostileCloud, "url">,
  projectId: string,
): Record<string, unknown> {
  return {
    "huaweicloud:region": "cn-north-4",
    "huaweicloud:projectId": projectId,
    "huaweicloud:accessKey": "planted-access-key",
    "huaweicloud:secretKey": "planted-secret-key",
    "huaweicloud:endpoints": { asm: url, roma: url, swr: url, iam: url },
    "alicloud:region": "cn-hangzhou",
    "alicloud:accessKey": "planted-access-key",
    "alicloud:secretKey": "planted-secret-key",
    "alicloud:endpoints": { edas: url },
    "grayscale:maxAttempts": "1",
    "grayscale:requestTimeoutSeconds": "1",
    "grayscale:pollSeconds": "0.02",
  };
}

/** What one step of a life is given, in a second and a project of its own: projects share what was read. */
export async function contextFor<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  connect: Connect,
  cloud: HostileCloud,
  inputs: Record<string, unknown>,
): Promise<{ context: Context; operation: Operation }> {
  const config = hostileConfig(cloud, String(inputs["projectId"]));
  const sources = { config: (key: string) => config[key], environment: {} };
  const operation = await begin(kind, connect, sources, { ...inputs, timeoutSeconds: 1 });
  return { context: { ...operation.context, log: silent }, operation };
}
