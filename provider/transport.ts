// One exchange over HTTP: what was sent, what came back, and – where nothing did – whether it can have arrived.
import http from "node:http";
import https from "node:https";
import type { AxiosInstance, AxiosResponse } from "axios" with { "resolution-mode": "import" };
import { isLoopback } from "./config.js";

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON of the body, or nothing if it was empty. */
  readonly body: unknown;
}

/** No answer that could be used. */
export interface NoAnswer {
  readonly kind: "notSent" | "untrusted" | "lost" | "tooLarge" | "notJson";
  /** Of an answer that is not JSON. */
  readonly status?: number;
  /** Why, in the system's words. */
  readonly detail?: string | undefined;
}

export interface Message {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | false>>;
  readonly body: string;
  readonly timeoutMilliseconds: number;
}

const maxReplyBytes = 10 * 1024 * 1024;
const userAgent = "pulumi-grayscale";
const certificateProblem = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** Sends once, and never throws. The deadline holds for the whole of it, the last byte of the answer included. */
export async function exchange(message: Message): Promise<Answer | NoAnswer> {
  const client = await clientFor(isLoopback(message.url.hostname));
  const timeout = AbortSignal.timeout(Math.ceil(message.timeoutMilliseconds));
  try {
    const response = await client.request<string>({
      method: message.method,
      url: message.url.href,
      headers: { "User-Agent": userAgent, Accept: "application/json", ...message.headers },
      data: message.body === "" ? undefined : Buffer.from(message.body),
      signal: timeout,
    });
    return readAnswer(response);
  } catch (error) {
    return noAnswer(error, timeout.aborted);
  }
}

function readAnswer({ status, headers: raw, data }: AxiosResponse<string>): Answer | NoAnswer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) headers[name.toLowerCase()] = String(value);
  if (data === "") return { status, headers, body: undefined };
  try {
    return { status, headers, body: JSON.parse(data) as unknown };
  } catch {
    return { kind: "notJson", status };
  }
}

function noAnswer(error: unknown, timedOut: boolean): NoAnswer {
  const { code, message, request } = error as {
    code?: string;
    message?: string;
    request?: { socket?: object };
  };
  const detail = timedOut ? "no answer in time" : (code ?? message);
  if (certificateProblem.test(code ?? "")) return { kind: "untrusted", detail };
  if (message?.includes("maxContentLength") === true) return { kind: "tooLarge" };
  const isUnsent =
    connectFailures.has(code ?? "") || (request?.socket && socketStates.get(request.socket) === "fresh");
  return { kind: isUnsent === true ? "notSent" : "lost", detail };
}

/** Failures of a connection that never stood. Whatever else goes wrong, the request may have arrived. */
const connectFailures = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Whether a socket's connection ever stood, for TLS after the handshake: before, nothing can have arrived. */
const socketStates = new WeakMap<object, "fresh" | "connected">();

const clients = new Map<boolean, Promise<AxiosInstance>>();

function clientFor(loopback: boolean): Promise<AxiosInstance> {
  let client = clients.get(loopback);
  if (client === undefined) {
    client = createClient(loopback);
    clients.set(loopback, client);
  }
  return client;
}

/** The bytes go as they are given: they are signed. */
async function createClient(loopback: boolean): Promise<AxiosInstance> {
  const { default: axios } = await import("axios");
  return axios.create({
    ...(loopback ? { proxy: false as const } : {}),
    httpAgent: watched(new http.Agent({ keepAlive: true }), "connect"),
    httpsAgent: watched(new https.Agent({ keepAlive: true }), "secureConnect"),
    maxRedirects: 0,
    maxContentLength: maxReplyBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: "text",
    transformRequest: [(data: unknown): unknown => data],
    transformResponse: [(data: unknown): unknown => data],
    validateStatus: () => true,
  });
}

function watched<Agent extends http.Agent>(agent: Agent, event: "connect" | "secureConnect"): Agent {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (!socket) return socket;
    socketStates.set(socket, "fresh");
    socket.once(event, () => socketStates.set(socket, "connected"));
    return socket;
  };
  return agent;
}
