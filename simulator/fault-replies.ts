import { popBody } from "./alicloud/gateway.js";
import type { FaultKind } from "./faults.js";
import type { Reply, ServiceName } from "./operation.js";

type OfKind<K extends FaultKind["kind"]> = Extract<FaultKind, { kind: K }>;

/** The reply with which a queued fault stands in for the operation, if it does. */
export function replyOf(fault: FaultKind, service: ServiceName, requestId: string): Reply | undefined {
  switch (fault.kind) {
    case "tooManyRequests":
      return tooManyRequests(fault, service, requestId);
    case "serverError":
      return serverError(fault, service, requestId);
    case "edasFailure":
      return { status: 200, body: { Code: fault.code, Message: fault.message, RequestId: requestId } };
    case "expiredToken":
      return expired(service, requestId);
    default:
      return undefined;
  }
}

function tooManyRequests(fault: OfKind<"tooManyRequests">, service: ServiceName, requestId: string): Reply {
  const wait = fault.retryAfter === undefined ? undefined : String(fault.retryAfter);
  if (service === "edas") {
    const message = fault.message ?? "Request was denied due to user flow control.";
    const reply = {
      status: fault.status ?? 400,
      body: popBody(fault.code ?? "Throttling.User", message, requestId),
    };
    return wait === undefined ? reply : { ...reply, headers: { "x-acs-retry-after": wait } };
  }
  const code = fault.code ?? "APIGW.0308";
  const message =
    fault.message ??
    "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second";
  const reply = { status: fault.status ?? 429, body: huaweiBody(code, message, requestId) };
  return wait === undefined ? reply : { ...reply, headers: { "Retry-After": wait } };
}

/** The code tells whose refusal it is, and each refuses in its own shape. */
function huaweiBody(code: string, message: string, requestId: string): Record<string, unknown> {
  if (code.startsWith("ASM.")) return { errorCode: code, errorMsg: message };
  if (code.startsWith("SVCSTG.")) {
    const errors = [{ errorCode: code, errorMessage: message, detail: message }];
    return { errors, error_code: code, error_msg: message };
  }
  return { error_code: code, error_msg: message, request_id: requestId };
}

const gatewayCodes = { 500: "APIGW.0601", 502: "APIGW.0201", 503: "APIGW.0613", 504: "APIGW.0201" } as const;

/** The failure itself, whether or not the operation was carried out first. */
function serverError(fault: OfKind<"serverError">, service: ServiceName, requestId: string): Reply {
  const { status } = fault;
  if (fault.html) {
    const page = `<html>\r\n<head><title>${status}</title></head>\r\n<body><h1>${status}</h1></body>\r\n</html>\r\n`;
    return { status, body: page, headers: { "Content-Type": "text/html" } };
  }
  if (service === "edas") {
    const code = status === 500 ? "InternalError" : "ServiceUnavailable";
    const message = "The request has failed due to a temporary failure of the server.";
    return { status, body: popBody(code, message, requestId) };
  }
  return {
    status,
    body: huaweiBody(gatewayCodes[status], "Internal error of the backend service.", requestId),
  };
}

function expired(service: ServiceName, requestId: string): Reply {
  if (service === "edas") {
    const message = "Specified SecurityToken is expired.";
    return { status: 400, body: popBody("InvalidSecurityToken.Expired", message, requestId) };
  }
  return { status: 401, body: huaweiBody("APIGW.0307", "The token must be updated.", requestId) };
}
