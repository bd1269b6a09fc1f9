// A proxy between this machine and the clouds, as the environment names it.
import type http from "node:http";
import { BlockList, isIP, type Socket } from "node:net";
import { isLoopback, shape } from "./config.js";

export interface Proxy {
  readonly url: URL;
  /** Where it is and who said so, without its user and password. */
  readonly words: string;
}

/** The proxy could not be used: nothing of the request was sent. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  /** Of the system, or of TLS with the proxy itself. */
  readonly code: string | undefined;
  /** Trying again would change nothing, and might lock the proxy's user. */
  readonly permanent: boolean;

  constructor(
    message: string,
    { code, permanent = false }: { code?: string | undefined; permanent?: boolean },
  ) {
    super(message);
    this.code = code;
    this.permanent = permanent;
  }
}

/** By `HTTPS_PROXY` or `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case; never for this machine. */
export async function proxyFor(target: URL): Promise<Proxy | undefined> {
  if (isLoopback(target.hostname) || isInRangeWithoutProxy(target.hostname)) return undefined;
  const { getProxyForUrl } = await import("proxy-from-env");
  const text = getProxyForUrl(target.href);
  if (text === "") return undefined;
  const own = `${target.protocol.slice(0, -1)}_proxy`;
  const isOwn = [own, own.toUpperCase()].some((name) => Boolean(process.env[name]));
  const variable = isOwn ? own.toUpperCase() : "ALL_PROXY";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new ProxyError(
      `${variable} must be a URL such as http://proxy.example.com:3128, found ${shape(text)}`,
      { permanent: true },
    );
  }
  return { url, words: `the proxy ${url.origin} of ${variable}` };
}

/** Whether an address is in one of `NO_PROXY`'s ranges such as 10.0.0.0/8, which proxy-from-env does not know. */
function isInRangeWithoutProxy(hostname: string): boolean {
  const address = hostname.replaceAll(/^\[|\]$/g, "");
  if (isIP(address) === 0) return false;
  const ranges = new BlockList();
  const listed = [process.env["no_proxy"], process.env["NO_PROXY"]].find(Boolean);
  for (const entry of (listed ?? "").split(/[\s,]+/)) {
    const [network = "", bits = ""] = entry.split("/");
    const isIPv6 = isIP(network) === 6;
    if (isIP(network) === 0 || !/^\d+$/.test(bits) || Number(bits) > (isIPv6 ? 128 : 32)) continue;
    ranges.addSubnet(network, Number(bits), isIPv6 ? "ipv6" : "ipv4");
  }
  return ranges.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Makes a tunnel for each connection; an answer of the proxy is never taken for one of the cloud. */
export async function tunnelAgent(proxy: URL): Promise<http.Agent> {
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  type Options = Parameters<InstanceType<typeof HttpsProxyAgent>["connect"]>[1];

  class TunnelAgent extends HttpsProxyAgent<string> {
    override async connect(request: http.ClientRequest, options: Options): Promise<Socket> {
      let status: number | undefined;
      request.once("proxyConnect", (reply: { statusCode: number }) => {
        status = reply.statusCode;
      });
      let socket: Socket;
      try {
        socket = await super.connect(request, options);
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        throw new ProxyError(code ?? message, { code });
      }
      if (status === 200) return socket;
      socket.destroy();
      throw refusal(status);
    }
  }
  return new TunnelAgent(proxy, { keepAlive: true });
}

/** The proxy's answer in place of a connection; what it does not allow it will not allow later. */
export function refusal(status: number | undefined): ProxyError {
  const advice = status === 407 ? ", it wants a user and password: http://user:password@host:port" : "";
  const permanent = status !== undefined && status >= 400 && status < 500;
  return new ProxyError(`it answered ${status}${advice}`, { permanent });
}
