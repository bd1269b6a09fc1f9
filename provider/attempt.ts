// One attempt at a request: what is signed and sent, how it ended, and how that is told.
import { canonicalQuery, type SignableRequest } from "./canonical.js";
import { CloudError } from "./errors.js";
import type { CallContext, CloudRequest, Gateway } from "./http.js";
import type { Outcome, Progress } from "./retry.js";
import type { TraceLine } from "./trace.js";
import { exchange, type Answer, type NoAnswer } from "./transport.js";

/** An answer that is no failure, or how it failed. */
export type Attempt = Answer | (Outcome & { readonly detail?: string | undefined });

export function traceOf(
  { method, path: requestPath, query }: CloudRequest,
  host: string,
  attempt: Attempt,
  { failures, refusals, renewed }: Progress,
  gateway: Gateway,
  { mask }: CallContext,
): TraceLine {
  const shown = query && Object.fromEntries(Object.entries(query).map(([key, value]) => [key, mask(value)]));
  const number = failures + refusals + (renewed ? 1 : 0) + 1;
  const line = { host, method, path: mask(requestPath), query: shown, attempt: number };
  if (!("kind" in attempt)) return { ...line, status: attempt.status, requestId: gateway.requestId(attempt) };
  if (attempt.kind !== "failure") return { ...line, outcome: attempt.kind };
  const { status, code, requestId, waitMilliseconds } = attempt.failure;
  return { ...line, status, code, requestId, waitMilliseconds };
}

export function writesOf({ writes, method }: CloudRequest): boolean {
  return writes ?? method !== "GET";
}

/** Signs and sends once. */
export async function attemptOnce(
  gateway: Gateway,
  call: CloudRequest,
  base: URL,
  context: CallContext,
): Promise<Attempt> {
  const query = Object.entries(call.query ?? {});
  const request: SignableRequest = {
    method: call.method,
    path: `${base.pathname === "/" ? "" : base.pathname}${call.path}`,
    query,
    headers: { host: base.host },
    body: call.body === undefined ? "" : JSON.stringify(call.body),
  };
  const headers = await gateway.headersFor(request, call);
  const search = query.length === 0 ? "" : `?${canonicalQuery(query)}`;
  const remaining = Math.max(1000, context.deadline - Date.now());
  const answer = await exchange({
    method: call.method,
    url: new URL(`${base.origin}${request.path}${search}`),
    headers,
    body: request.body,
    timeoutMilliseconds: Math.min(context.limits.requestTimeoutSeconds * 1000, remaining),
    // A write is let finish: what it did would have to be looked for.
    signal: writesOf(call) ? undefined : context.signal,
  });
  if ("kind" in answer) return outcomeOf(answer);
  const failure = gateway.failureOf(answer);
  return failure === undefined ? answer : { kind: "failure", failure };
}

/** A page of a proxy, or a reply cut short: with a failing status a failure, else as good as lost. */
function outcomeOf({ kind, status = 0, detail, proxy }: NoAnswer): Exclude<Attempt, Answer> {
  if (kind !== "notJson") {
    return { kind, detail: [detail, proxy && `through ${proxy}`].filter(Boolean).join(", ") };
  }
  const words = `the answer is not JSON; ${proxy ?? "a proxy or gateway in between"} may have given it`;
  if (status < 300) return { kind: "lost", detail: words };
  return {
    kind: "failure",
    failure: {
      status,
      code: undefined,
      words,
      requestId: undefined,
      throttled: status === 429,
      permanent: false,
      tokenExpired: false,
      waitMilliseconds: undefined,
    },
  };
}

const noAnswerWords = {
  notSent: "no connection",
  untrusted: "the certificate is not trusted",
  proxyRefused: "no way through the proxy",
  tooLarge: "the answer is larger than 10 MB",
  lost: "the answer was lost",
};

const unknownIssuer = /SELF_SIGNED|UNABLE_TO/;
const privateIssuerAdvice =
  "If it was issued by a private certificate authority, set NODE_EXTRA_CA_CERTS to the file of its certificate (PEM) before Pulumi is started";

export function cloudError(
  gateway: Gateway,
  { method, path: requestPath }: CloudRequest,
  outcome: Exclude<Attempt, Answer>,
  uncertain: boolean,
  { mask }: CallContext,
): CloudError {
  const common = { method, path: requestPath, uncertain };
  if (outcome.kind !== "failure") {
    const { kind, detail = "" } = outcome;
    const words = `${noAnswerWords[kind]}${detail === "" ? "" : ` (${detail})`}`;
    const advice = kind === "untrusted" && unknownIssuer.test(detail) ? privateIssuerAdvice : undefined;
    return new CloudError({ ...common, words: mask(words), advice });
  }
  const { status, code, words, requestId, waitMilliseconds } = outcome.failure;
  const advice = gateway.adviceFor(outcome.failure);
  return new CloudError({ ...common, status, code, words: mask(words), requestId, advice, waitMilliseconds });
}
