import { setTimeout as sleep } from "node:timers/promises";
import type * as z from "./zod.js";
import { attemptOnce, cloudError, traceOf, writesOf, type Attempt } from "./attempt.js";
import { encode, type SignableRequest } from "./canonical.js";
import { CloudError } from "./errors.js";
import type { Verdict } from "./gate.js";
import type { Limits } from "./limits.js";
import { learnedRate, nextStep, type Failure } from "./retry.js";
import { Throttle } from "./throttle.js";
import { writeTrace } from "./trace.js";
import type { Answer } from "./transport.js";

/** One call to a cloud, as a resource makes it. */
export interface CloudRequest {
  /** The service it goes to; the cloud knows the host. */
  readonly service: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Made with the `path` tag. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether carrying it out twice could matter; by default every method but GET does. */
  readonly writes?: boolean;
  /** The operation's name, where the signature holds it. */
  readonly action?: string;
}

export type { Answer };

/** A reply that is no failure. */
export interface Reply extends Answer {
  readonly requestId: string | undefined;
  readonly call: CloudRequest;
}

/** The body as the schema has it. Fields beside it are ignored; a body without it is no answer at all. */
export function understood<T>(schema: z.ZodType<T>, { call, body, status, requestId }: Reply): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path: field }) => field.join(".") || "the body").join(", ");
  const words = `the answer does not have the documented form (${fields})`;
  throw new CloudError({
    method: call.method,
    path: call.path,
    status,
    requestId,
    words,
    uncertain: writesOf(call),
  });
}

/** What a cloud contributes to a call: its hosts, its signature, and how its errors read. */
export interface Gateway {
  baseUrl(service: string): string;
  /** Fetches what signing needs, before the request takes a place: the fetch may go to the same host. */
  prepare(): Promise<void>;
  /** Every header of one attempt, the signature among them. */
  headersFor(request: SignableRequest, call: CloudRequest): Promise<Record<string, string | false>>;
  failureOf(answer: Answer): Failure | undefined;
  requestId(answer: Answer): string | undefined;
  /** Fetches a new token, where it was one that we fetched. */
  renewToken(): Promise<void>;
  adviceFor(failure: Failure): string | undefined;
}

export interface CallContext {
  readonly limits: Limits;
  /** Ends waits between attempts; a request that is under way is let finish. */
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly log: { info(text: string): void; warning(text: string): void };
  /** Hides the values of secret inputs. */
  readonly mask: (text: string) => string;
}

const toldWaitMilliseconds = 5000;

/** A path whose values are encoded; one that would climb (`.` or `..`) or is empty is refused. */
export function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(
    { raw: texts },
    ...values.map((value) => {
      if (value === "" || value === "." || value === "..")
        throw new Error(`"${value}" cannot be part of a path`);
      return encode(value);
    }),
  );
}

/** Sends a request until it is answered, as the retry policy has it; throws a CloudError for any failure. */
export async function send(gateway: Gateway, call: CloudRequest, context: CallContext): Promise<Reply> {
  const writes = writesOf(call);
  const base = new URL(gateway.baseUrl(call.service));
  const throttle = throttleOf(base.host, context.limits);
  const progress = { writes, failures: 0, refusals: 0, renewed: false };
  const tellWait = (milliseconds: number): void => {
    if (milliseconds < toldWaitMilliseconds) return;
    context.log.info(`${base.host} asks for patience: waiting ${Math.round(milliseconds / 1000)} s`);
  };
  const patience = { signal: context.signal, deadline: context.deadline, onWait: tellWait };
  for (;;) {
    await gateway.prepare();
    const attempt = await throttle.run(() => attemptOnce(gateway, call, base, context), verdictOf, patience);
    const { trace } = context.limits;
    if (trace !== undefined) writeTrace(trace, traceOf(call, base.host, attempt, progress, gateway, context));
    if (!("kind" in attempt)) return { ...attempt, requestId: gateway.requestId(attempt), call };
    const remainingMilliseconds = context.deadline - Date.now();
    const step = nextStep(attempt, progress, {
      maxAttempts: context.limits.maxAttempts,
      remainingMilliseconds,
      pauseMilliseconds: throttle.pauseMilliseconds(),
      random: Math.random(),
    });
    if (step.step === "answer" || step.step === "look") {
      throw cloudError(gateway, call, attempt, step.step === "look", context);
    }
    if (step.step === "renewToken") {
      progress.renewed = true;
      await gateway.renewToken();
      continue;
    }
    if (attempt.kind === "failure" && attempt.failure.throttled) {
      // The throttle does the waiting, for this request and all others.
      progress.refusals += 1;
    } else {
      progress.failures += 1;
      tellWait(step.afterMilliseconds);
      await sleep(step.afterMilliseconds, undefined, { signal: context.signal });
    }
  }
}

/** Any answer of the host shows that it bears more, unless it is a refusal or a failure of its own. */
function verdictOf(attempt: Attempt): Verdict {
  if (!("kind" in attempt)) return "served";
  if (attempt.kind !== "failure") return "failed";
  const { throttled, status, words, waitMilliseconds } = attempt.failure;
  if (throttled) return { waitMilliseconds, rate: learnedRate(words) };
  return status < 500 ? "served" : "failed";
}

const throttles = new Map<string, Throttle>();

function throttleOf(host: string, { maxConcurrentRequests }: Limits): Throttle {
  let throttle = throttles.get(host);
  if (throttle === undefined) {
    throttle = new Throttle(maxConcurrentRequests);
    throttles.set(host, throttle);
  }
  return throttle;
}
