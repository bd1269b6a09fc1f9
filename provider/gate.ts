import { Pace } from "./pace.js";
import { backoff } from "./retry.js";

/** What a request tells of its host: whether it bears more, and if it does not, what it said of itself. */
export type Verdict =
  | "served"
  | "failed"
  | { readonly waitMilliseconds: number | undefined; readonly rate: number | undefined };

/**
 * When a host may be sent to. After a refusal nobody is sent for a while, then one request goes ahead; only when the host
 * has served it do the others follow, at the pace that was learned. Time is always given, in milliseconds.
 */
export class Gate {
  private readonly pace = new Pace();
  /** In a row; the refusals of one moment are one. */
  private refusals = 0;
  /** Requests of before the last refusal know nothing of what the host bears now. */
  private epoch = 0;
  private pausedUntil = 0;
  private probe: "none" | "due" | "underWay" = "none";

  /** When a request may start; infinite until the one that went ahead has ended. */
  due(now: number): number {
    if (this.probe === "underWay") return Number.POSITIVE_INFINITY;
    return Math.max(this.pausedUntil, this.probe === "due" ? now : this.pace.due(now));
  }

  /** Whether nobody waits because of the host. */
  isOpen(now: number): boolean {
    return this.probe === "none" && this.pace.rate(now) === Number.POSITIVE_INFINITY;
  }

  /** For how long nobody is sent, in milliseconds. */
  pauseMilliseconds(now: number): number {
    return Math.max(0, this.pausedUntil - now);
  }

  /** The epoch in which a request starts. */
  started(now: number): number {
    if (this.probe === "due") this.probe = "underWay";
    this.pace.started(now);
    return this.epoch;
  }

  /** How a request of an epoch has ended. `random` is a number in [0, 1). */
  ended(verdict: Verdict, epoch: number, now: number, random: number): void {
    if (typeof verdict === "object") {
      const isNew = epoch === this.epoch;
      if (isNew) this.close(now);
      if (verdict.rate !== undefined) this.pace.learn(verdict.rate);
      const wait = verdict.waitMilliseconds ?? (isNew ? backoff(this.refusals - 1, random) : 0);
      this.pausedUntil = Math.max(this.pausedUntil, now + wait);
    } else if (epoch === this.epoch && this.probe === "underWay") {
      this.probe = verdict === "served" ? "none" : "due";
      if (verdict !== "served") return;
      this.refusals = 0;
      this.pace.resumed(now);
    }
  }

  private close(now: number): void {
    // One that went ahead and is refused tells that the host is still closed, and nothing of its pace.
    if (this.probe === "none") this.pace.refused(now);
    this.refusals += 1;
    this.epoch += 1;
    this.probe = "due";
  }
}
