import { request as send, type Agent } from "node:http";
import { simulatorCredentials, type Simulator } from "../../../simulator/index.js";
import { encode, signAlicloud, signHuawei, textOf, type Keys, type Outgoing } from "./signing.js";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // Tests look into replies freely.
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}

/** Sends a request whose headers are complete; never encodes anything. */
export function exchange(
  url: string,
  outgoing: Outgoing,
  { agent }: { agent?: Agent } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const { method, path, body, headers = {} } = outgoing;
  const text = textOf(body);
  const length = method === "GET" && text === "" ? {} : { "content-length": String(Buffer.byteLength(text)) };
  const options = {
    hostname,
    port,
    method,
    path,
    headers: { ...headers, ...length },
    ...(agent ? { agent } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = send(options, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => {
        const received = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          text: received,
          json: parsed(received),
        });
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface ClientOptions {
  keys?: Keys;
  now?: () => number;
}

export type HuaweiClient = (call: Outgoing) => Promise<Answer>;

/** A signing client of one simulator's Huawei services. */
export function huaweiClient(simulator: Simulator, options: ClientOptions = {}): HuaweiClient {
  const { keys = simulatorCredentials.huaweicloud, now = Date.now } = options;
  const host = new URL(simulator.url).host;
  return (call) => exchange(simulator.url, { ...call, headers: signHuawei(call, host, keys, now()) });
}

const edas = {
  info: ["POST", "/pop/v5/changeorder/change_order_info", "GetChangeOrderInfo"],
  list: ["POST", "/pop/v5/changeorder/change_order_list", "ListRecentChangeOrder"],
  abort: ["PUT", "/pop/v5/changeorder/change_order_abort", "AbortChangeOrder"],
  abortAndRollback: [
    "PUT",
    "/pop/v5/changeorder/change_order_abort_and_rollback",
    "AbortAndRollbackChangeOrder",
  ],
  rollback: ["PUT", "/pop/v5/oam/changeorder/rollback", "RollbackChangeOrder"],
  confirm: ["GET", "/pop/v5/changeorder/pipeline_batch_confirm", "ContinuePipeline"],
  deploy: ["POST", "/pop/v5/changeorder/co_deploy", "DeployApplication"],
} as const;

type EdasOperation = keyof typeof edas;
export type EdasClient = (
  name: EdasOperation,
  query?: Record<string, string>,
  region?: string,
) => Promise<Answer>;

/** A signing client of one simulator's EDAS. */
export function edasClient(simulator: Simulator, options: ClientOptions = {}): EdasClient {
  const { keys = simulatorCredentials.alicloud, now = Date.now } = options;
  const host = new URL(simulator.url).host;
  return (name, query = {}, region) => {
    const [method, path, action] = edas[name];
    const encoded = Object.entries(query).map(([key, value]) => `${encode(key)}=${encode(value)}`);
    const prefix = region === undefined ? "" : `/${region}`;
    const call = { method, path: `${prefix}${path}${encoded.length > 0 ? `?${encoded.join("&")}` : ""}` };
    return exchange(simulator.url, { ...call, headers: signAlicloud(call, host, action, keys, now()) });
  };
}
