// One exchange over HTTP: what was sent, what came back, and – where nothing did – whether it can have arrived.
import http from "node:http";
import https from "node:https";
import type { AxiosInstance, AxiosProxyConfig, AxiosResponse, AxiosStatic } from "axios" with {
  "resolution-mode": "import",
};
import { ProxyError, proxyFor, refusal, tunnelAgent, type Proxy } from "./proxy.js";

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
  readonly kind: "notSent" | "untrusted" | "proxyRefused" | "lost" | "tooLarge" | "notJson";
  /** Of an answer that is not JSON. */
  readonly status?: number;
  /** Why, in the system's words. */
  readonly detail?: string | undefined;
  /** The proxy that was to be passed. */
  readonly proxy?: string | undefined;
}

export interface Message {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | false>>;
  readonly body: string;
  readonly timeoutMilliseconds: number;
  /** Gives it up at once. */
  readonly signal?: AbortSignal | undefined;
}

const maxReplyBytes = 10 * 1024 * 1024;
const userAgent = "pulumi-grayscale";
const certificateProblem = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** Sends once, and never throws. The deadline holds for the whole of it, the last byte of the answer included. */
export async function exchange(message: Message): Promise<Answer | NoAnswer> {
  let proxy: Proxy | undefined;
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;
  const end = new AbortController();
  const interrupt = (): void => end.abort();
  message.signal?.addEventListener("abort", interrupt, { once: true });
  try {
    proxy = await proxyFor(message.url);
    const client = await clientFor(message.url.protocol, proxy);
    // What is loaded on the way here takes nothing from the time of the request.
    timer = setTimeout(() => {
      timedOut = true;
      end.abort();
    }, Math.ceil(message.timeoutMilliseconds));
    const response = await client.request<string>({
      method: message.method,
      url: message.url.href,
      headers: { "User-Agent": userAgent, Accept: "application/json", ...message.headers },
      data: message.body === "" ? undefined : Buffer.from(message.body),
      signal: end.signal,
    });
    // Without a tunnel the proxy's own refusal looks like an answer.
    if (response.status === 407 && proxy !== undefined) throw refusal(407);
    const answer = readAnswer(response);
    return "kind" in answer ? { ...answer, proxy: proxy?.words } : answer;
  } catch (error) {
    return { ...noAnswer(error, timedOut), proxy: proxy?.words };
  } finally {
    clearTimeout(timer);
    message.signal?.removeEventListener("abort", interrupt);
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
  const { code, message, request, cause } = error as {
    code?: string;
    message?: string;
    request?: { socket: object | null };
    cause?: unknown;
  };
  const ofProxy = error instanceof ProxyError ? error : cause instanceof ProxyError ? cause : undefined;
  const detail = timedOut ? "no answer in time" : (ofProxy?.message ?? code ?? message);
  if (certificateProblem.test(code ?? "")) return { kind: "untrusted", detail };
  if (message?.includes("maxContentLength") === true) return { kind: "tooLarge" };
  if (ofProxy !== undefined) return { kind: ofProxy.permanent ? "proxyRefused" : "notSent", detail };
  return { kind: connectFailures.has(code ?? "") || isUnsent(request) ? "notSent" : "lost", detail };
}

/** A request that never got a connection, or one that never stood. */
function isUnsent(request: { socket: object | null } | undefined): boolean {
  if (request === undefined) return false;
  return request.socket === null || socketStates.get(request.socket) === "fresh";
}

/** Failures of a connection that never stood. Whatever else goes wrong, the request may have arrived. */
const connectFailures = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Whether a socket's connection ever stood, for TLS after the handshake: before, nothing can have arrived. */
const socketStates = new WeakMap<object, "fresh" | "connected">();

const clients = new Map<string, Promise<AxiosInstance>>();

function clientFor(protocol: string, proxy: Proxy | undefined): Promise<AxiosInstance> {
  const key = proxy === undefined ? "" : `${protocol} ${proxy.url.href}`;
  let client = clients.get(key);
  if (client === undefined) {
    client = createClient(protocol, proxy?.url);
    clients.set(key, client);
  }
  return client;
}

/** The bytes go as they are given: they are signed. The proxy is ours to choose, never axios's. */
async function createClient(protocol: string, proxy: URL | undefined): Promise<AxiosInstance> {
  // Its CommonJS form is one file: it is there in half the time that its ES modules take.
  const { default: axios } = require("axios") as { default: AxiosStatic };
  const tunnel = protocol === "https:" && proxy !== undefined ? await tunnelAgent(proxy) : undefined;
  return axios.create({
    proxy: proxy === undefined || tunnel !== undefined ? false : forwarding(proxy),
    httpAgent: watched(new http.Agent({ keepAlive: true }), "connect"),
    httpsAgent: watched(tunnel ?? new https.Agent({ keepAlive: true }), "secureConnect"),
    maxRedirects: 0,
    maxContentLength: maxReplyBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: "text",
    transformRequest: [(data: unknown): unknown => data],
    transformResponse: [(data: unknown): unknown => data],
    validateStatus: () => true,
  });
}

/** Plain http is handed to the proxy as it is, for it to pass on. */
function forwarding({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  return {
    protocol,
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    ...(username === "" && password === ""
      ? {}
      : { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
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
