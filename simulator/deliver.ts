import type { ServerResponse } from "node:http";
import type { FaultKind } from "./faults.js";
import type { Reply } from "./operation.js";

/** Sends a reply, or as much of it as the fault lets through. Returns what to remember as its status. */
export function deliver(
  outgoing: ServerResponse,
  reply: Reply,
  fault: FaultKind | undefined,
): number | "reset" | "hang" {
  if (fault?.kind === "lostReply") return reset(outgoing);
  if (fault?.kind === "hang") return "hang";
  // The client may have gone away in the meantime.
  outgoing.on("error", () => undefined);
  if (fault?.kind === "unreachableAfter") outgoing.setHeader("Connection", "close");
  const body = bytesOf(reply);
  const half = body.subarray(0, Math.ceil(body.length / 2));
  if (fault?.kind === "cutReply" && !fault.dropped) {
    sendHead(outgoing, reply, half.length);
    outgoing.end(half);
    return reply.status;
  }
  sendHead(outgoing, reply, body.length);
  if (fault?.kind === "cutReply") {
    outgoing.write(half, () => outgoing.destroy());
  } else if (fault?.kind === "slowBody") {
    outgoing.write(half);
    const timer = setTimeout(() => outgoing.end(body.subarray(half.length)), fault.milliseconds);
    outgoing.once("close", () => clearTimeout(timer));
  } else {
    outgoing.end(body);
  }
  return reply.status;
}

/** Breaks the connection the hard way, so that the client sees a reset rather than an orderly end. */
export function reset(outgoing: ServerResponse): "reset" {
  outgoing.socket?.resetAndDestroy();
  return "reset";
}

function sendHead(outgoing: ServerResponse, reply: Reply, length: number): void {
  outgoing.statusCode = reply.status;
  if (reply.status !== 204) outgoing.setHeader("Content-Length", length);
  if (typeof reply.body === "object") outgoing.setHeader("Content-Type", "application/json;charset=UTF-8");
  for (const [name, value] of Object.entries(reply.headers ?? {})) outgoing.setHeader(name, value);
  outgoing.flushHeaders();
}

function bytesOf(reply: Reply): Buffer {
  if (reply.body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
}
