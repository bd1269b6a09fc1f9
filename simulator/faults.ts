import type { OperationName, Operation, ServiceName } from "./operation.js";

/** What goes wrong. */
export type FaultKind =
  /** Refused, not carried out. EDAS answers 400 with `x-acs-retry-after`, the others 429 with `Retry-After`. */
  | {
      kind: "tooManyRequests";
      retryAfter?: number | string;
      status?: number;
      code?: string;
      message?: string;
    }
  /** With `applied`, the request was carried out before it failed; with `html`, a proxy's page comes back. */
  | { kind: "serverError"; status: 500 | 502 | 503 | 504; html?: boolean; applied?: boolean }
  /** The connection is reset; nothing was done. */
  | { kind: "resetBefore" }
  /** The request is carried out, then the connection is reset. */
  | { kind: "lostReply" }
  /** No answer ever comes; with `applied`, the request was carried out. */
  | { kind: "hang"; applied?: boolean }
  /** Carried out, but the body is cut in half; with `dropped`, the connection is reset there, too. */
  | { kind: "cutReply"; dropped?: boolean }
  /** Carried out; the second half of the body comes late. */
  | { kind: "slowBody"; milliseconds: number }
  /** Answered; then, for so long, no connection is accepted. */
  | { kind: "unreachableAfter"; milliseconds: number }
  /** The next `reads` lists that would show something created after this fault was queued leave it out. */
  | { kind: "lateList"; reads: number }
  /** The token is expired (and stays so); a signed request is told the same of its keys. */
  | { kind: "expiredToken" }
  /** A read finds nothing, though the thing is there. */
  | { kind: "emptyRead" }
  /** EDAS answers HTTP 200 with this `Code`; nothing was done. */
  | { kind: "edasFailure"; code: number | string; message: string }
  /** The cloud's clock is 20 minutes ahead of the signature's date. */
  | { kind: "clockSkew" };

/** Which requests a fault is for; everything given must agree. */
export interface FaultMatch {
  service?: ServiceName;
  operation?: OperationName;
  method?: string;
  /** Part of the path as sent, with region and query. */
  pathIncludes?: string;
}

export interface Fault {
  match?: FaultMatch;
  /** How many matching requests it hits. @default 1 */
  times?: number;
  /** How many matching requests it lets pass first. @default 0 */
  skip?: number;
  fault: FaultKind;
}

interface Queued {
  match: FaultMatch;
  times: number;
  skip: number;
  fault: FaultKind;
  /** What was there when it was queued; anything else is new. */
  known: ReadonlySet<object>;
}

/** A request as far as faults look at it. */
export interface Subject {
  service: ServiceName;
  operation: OperationName;
  effect: Operation["effect"];
  method: string;
  path: string;
}

/** Faults in the order they were queued; a request meets the first one that is for it. */
export class FaultQueue {
  #queue: Queued[] = [];

  add(fault: Fault, known: ReadonlySet<object>): void {
    const { match = {}, skip = 0, fault: what } = fault;
    const times = what.kind === "lateList" ? what.reads : (fault.times ?? 1);
    this.#queue.push({ match, skip, times, fault: what, known });
  }

  clear(): void {
    this.#queue = [];
  }

  take(subject: Subject): FaultKind | undefined {
    const hit = this.#queue.find((queued) => isFor(queued, subject) && this.#isDue(queued));
    if (hit) this.#use(hit);
    return hit?.fault;
  }

  /** Leaves out of a list what a queued fault lets appear late. */
  withoutLate<T extends object>(subject: Subject, items: readonly T[]): T[] {
    const hides = (queued: Queued): boolean => items.some((item) => !queued.known.has(item));
    const hit = this.#queue.find(
      (queued) =>
        queued.fault.kind === "lateList" &&
        matches(queued.match, subject) &&
        hides(queued) &&
        this.#isDue(queued),
    );
    if (!hit) return [...items];
    this.#use(hit);
    return items.filter((item) => hit.known.has(item));
  }

  #isDue(queued: Queued): boolean {
    if (queued.skip === 0) return true;
    queued.skip -= 1;
    return false;
  }

  #use(queued: Queued): void {
    queued.times -= 1;
    if (queued.times <= 0) this.#queue = this.#queue.filter((one) => one !== queued);
  }
}

function isFor(queued: Queued, subject: Subject): boolean {
  if (queued.fault.kind === "lateList") return false;
  if (queued.fault.kind === "emptyRead" && subject.effect === "write") return false;
  if (queued.fault.kind === "expiredToken" && subject.operation === "createToken") return false;
  if (queued.fault.kind === "edasFailure" && subject.service !== "edas") return false;
  return matches(queued.match, subject);
}

function matches({ service, operation, method, pathIncludes }: FaultMatch, subject: Subject): boolean {
  return (
    (service === undefined || service === subject.service) &&
    (operation === undefined || operation === subject.operation) &&
    (method === undefined || method.toUpperCase() === subject.method) &&
    (pathIncludes === undefined || subject.path.includes(pathIncludes))
  );
}
