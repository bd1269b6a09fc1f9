/** What is known of a call that a cloud refused, or that never got an answer. */
export interface CloudErrorDetails {
  readonly method: string;
  readonly path: string;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly words: string;
  readonly requestId?: string | undefined;
  /** What the reader can do about it, when that is known. */
  readonly advice?: string | undefined;
  /** Whether the cloud may have carried out the request although no answer says so. */
  readonly uncertain?: boolean;
  /** How long the cloud asked to wait. */
  readonly waitMilliseconds?: number | undefined;
  readonly cause?: unknown;
}

/** A call to a cloud that did not succeed. Its message never holds headers, bodies or keys. */
export class CloudError extends Error {
  override readonly name = "CloudError";
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** The write may have been carried out: look before it is repeated. */
  readonly uncertain: boolean;
  readonly waitMilliseconds: number | undefined;

  constructor(details: CloudErrorDetails) {
    super(sentence(details), { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.uncertain = details.uncertain ?? false;
    this.waitMilliseconds = details.waitMilliseconds;
  }
}

function sentence(details: CloudErrorDetails): string {
  const answer = [details.status === undefined ? undefined : `${details.status}`, details.code]
    .filter((part) => part !== undefined)
    .join(" ");
  return [
    `${details.method} ${details.path}`,
    answer === "" ? ": " : ` answered ${answer}: `,
    details.words.trim(),
    details.requestId === undefined ? "" : ` (request id ${details.requestId})`,
    details.uncertain === true ? ". The request may have been carried out" : "",
    details.advice === undefined ? "" : `. ${details.advice}`,
  ].join("");
}

/**
 * Work that a cloud has accepted and that is not done: still going on when the time was up (`waiting`), or
 * ended badly (`failed`). The thing is kept in the state.
 */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  readonly kind: "waiting" | "failed";

  constructor(kind: "waiting" | "failed", reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.kind = kind;
  }
}

/** The words of anything that was thrown, with those of its causes. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return typeof thrown === "string" ? thrown : "an error without words was thrown";
  }
  const cause = thrown.cause instanceof Error ? wordsOf(thrown.cause) : "";
  return cause === "" || thrown.message.includes(cause) ? thrown.message : `${thrown.message}: ${cause}`;
}
