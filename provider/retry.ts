/** How one attempt at a request ended. */
export type Outcome =
  /** No connection was made: the request cannot have arrived. */
  | { readonly kind: "notSent" }
  /** Reset, timed out or cut short after it may have arrived, or an answer that cannot be read. */
  | { readonly kind: "lost" }
  /** The server's certificate is not trusted: nothing was sent, and nothing will change that. */
  | { readonly kind: "untrusted" }
  /** A proxy does not let it through: nothing was sent, and nothing will change that. */
  | { readonly kind: "proxyRefused" }
  /** The answer was longer than we read. */
  | { readonly kind: "tooLarge" }
  | { readonly kind: "failure"; readonly failure: Failure };

/** A failing answer, as the cloud's own reader of error bodies understood it. */
export interface Failure {
  /** HTTP status, or the status that the body gives in its place. */
  readonly status: number;
  readonly code: string | undefined;
  readonly words: string;
  readonly requestId: string | undefined;
  /** Refused for now, and therefore not carried out. */
  readonly throttled: boolean;
  /** A 5xx that will never change. */
  readonly permanent: boolean;
  /** The fetched token is no longer good. */
  readonly tokenExpired: boolean;
  /** What the cloud said about when to come back, in milliseconds. */
  readonly waitMilliseconds: number | undefined;
}

/** What has happened to this request so far. */
export interface Progress {
  /** Whether carrying it out twice could matter. */
  readonly writes: boolean;
  readonly failures: number;
  readonly refusals: number;
  readonly renewed: boolean;
}

export interface Limits {
  readonly maxAttempts: number;
  readonly remainingMilliseconds: number;
  /** For how long nobody is sent to this host, because it has refused. */
  readonly pauseMilliseconds: number;
  /** A number in [0, 1). */
  readonly random: number;
}

export type Step =
  | { readonly step: "answer" }
  /** The write may have been carried out: its caller has to look before it is repeated. */
  | { readonly step: "look" }
  | { readonly step: "renewToken" }
  | { readonly step: "retry"; readonly afterMilliseconds: number };

const transientStatuses = new Set([500, 502, 503, 504]);

/** What to do after an attempt that did not succeed. Pure: the whole retry policy is this function. */
export function nextStep(outcome: Outcome, progress: Progress, limits: Limits): Step {
  switch (outcome.kind) {
    case "untrusted":
    case "proxyRefused":
      return { step: "answer" };
    case "tooLarge":
      return { step: progress.writes ? "look" : "answer" };
    case "notSent":
      return retry(progress.failures, undefined, limits);
    case "lost":
      return progress.writes ? { step: "look" } : retry(progress.failures, undefined, limits);
    case "failure":
      return afterFailure(outcome.failure, progress, limits);
  }
}

function afterFailure(failure: Failure, progress: Progress, limits: Limits): Step {
  // A refusal is bounded by the time that is left alone: real windows are long.
  if (failure.throttled) return within(limits.pauseMilliseconds, limits);
  if (failure.tokenExpired && !progress.renewed) return { step: "renewToken" };
  if (!transientStatuses.has(failure.status) || failure.permanent) return { step: "answer" };
  if (progress.writes) return { step: "look" };
  return retry(progress.failures, failure.waitMilliseconds, limits);
}

function retry(failures: number, told: number | undefined, limits: Limits): Step {
  if (failures + 1 >= limits.maxAttempts) return { step: "answer" };
  return within(told ?? backoff(failures, limits.random), limits);
}

function within(afterMilliseconds: number, limits: Limits): Step {
  return afterMilliseconds > limits.remainingMilliseconds
    ? { step: "answer" }
    : { step: "retry", afterMilliseconds };
}

/** Exponential from half a second to twenty, with full jitter. */
export function backoff(exponent: number, random: number): number {
  return Math.round(Math.min(20_000, 500 * 2 ** exponent) * random);
}

const unitSeconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** The window in a gateway's words such as `limit:200,time:5 minute`, as requests a second. */
export function learnedRate(words: string): number | undefined {
  const match = /limit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute|hour|day)/.exec(words);
  const seconds = Number(match?.[2]) * (unitSeconds[match?.[3] ?? ""] ?? Number.NaN);
  const rate = Number(match?.[1]) / seconds;
  return Number.isFinite(rate) && rate > 0 ? rate : undefined;
}

/** `Retry-After` (seconds or a date) or `x-acs-retry-after` (milliseconds), in milliseconds from now. */
export function toldToWait(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = Number(headers["x-acs-retry-after"]);
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds;
  const text = headers["retry-after"]?.trim();
  if (text === undefined || text === "") return undefined;
  const told = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(told) ? Math.max(0, told) : undefined;
}
