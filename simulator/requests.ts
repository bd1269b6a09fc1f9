import type { IncomingMessage } from "node:http";
import type { FaultKind } from "./faults.js";
import type { OperationName, ServiceName, WireRequest } from "./operation.js";

/** A request that reached the simulated cloud, with everything it carried. `redacted` makes it fit to be shown. */
export interface RecordedRequest {
  service: ServiceName;
  operation: OperationName;
  region: string;
  method: string;
  /** As on the wire, with region and query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What the cloud answered, or how it failed to. */
  status: number | "reset" | "hang";
  /** The queued fault it met. */
  fault?: FaultKind["kind"];
  /** Refused because it was beyond the rate limit; queued faults wait for another. */
  throttled?: true;
  /** Milliseconds of the simulator's clock. */
  at: number;
}

const SECRET_HEADERS = new Set([
  "authorization",
  "x-auth-token",
  "x-security-token",
  "x-acs-security-token",
  "x-subject-token",
]);

/** A copy without credentials. */
export function redacted(request: RecordedRequest): RecordedRequest {
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    SECRET_HEADERS.has(name) ? "[redacted]" : value,
  ]);
  const body = request.operation === "createToken" ? "[redacted]" : request.body;
  return { ...request, headers: Object.fromEntries(headers), body };
}

export async function readWireRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers,
    body: Buffer.concat(chunks),
  };
}
