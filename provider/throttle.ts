import { setTimeout as sleep } from "node:timers/promises";

export interface Patience {
  /** Ends the wait at once. */
  readonly signal: AbortSignal;
  /** No wait goes beyond it, in the terms of `Date.now()`. */
  readonly deadline: number;
  readonly onWait: (milliseconds: number) => void;
}

/** The last look of a wait falls on its deadline. */
const graceMilliseconds = 1000;
const lowestRate = 0.2;
const paceWindowMilliseconds = 10_000;

/** Everything that this process sends to one host passes here: it learns what the host bears. */
export class Throttle {
  private readonly maxConcurrent: number;
  private running = 0;
  private readonly queue: (() => void)[] = [];
  private pausedUntil = 0;
  /** Requests a second; none until the host has refused one. */
  private rate: number | undefined;
  private highestRate = Number.POSITIVE_INFINITY;
  private nextStart = 0;
  private readonly recentStarts: number[] = [];

  constructor(maxConcurrent: number) {
    this.maxConcurrent = maxConcurrent;
  }

  /** Runs `send` when the host can bear it. */
  async run<T>(send: () => Promise<T>, patience: Patience): Promise<T> {
    await this.free(patience.signal);
    try {
      await this.turn(patience);
      return await send();
    } finally {
      this.release();
    }
  }

  /** The host refused a request: everyone waits, and from then on requests start at half the pace. */
  refused(waitMilliseconds: number, toldRate: number | undefined): void {
    const now = Date.now();
    this.highestRate = toldRate ?? this.highestRate;
    // Several refusals of one moment are one: whoever was under way meanwhile halves nothing again.
    if (now >= this.pausedUntil) {
      const halved = Math.min(this.rate ?? Number.POSITIVE_INFINITY, this.recentPace(now)) / 2;
      this.rate = Math.min(this.highestRate, Math.max(lowestRate, halved));
    }
    this.pausedUntil = Math.max(this.pausedUntil, now + waitMilliseconds);
  }

  /** The host served a request: the pace grows a little, up to what the host has told of itself. */
  served(): void {
    if (this.rate === undefined) return;
    this.rate = Math.min(this.highestRate, this.rate + Math.max(0.1, this.rate * 0.05));
  }

  /** Requests a second over the last while; the refused one itself may have been long under way. */
  private recentPace(now: number): number {
    const starts = this.recentStarts.filter((start) => start > now - paceWindowMilliseconds);
    const since = Math.max(1000, now - (starts[0] ?? now));
    return Math.max(1, (starts.length * 1000) / since);
  }

  private async free(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.running < this.maxConcurrent) {
      this.running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.queue.push(enter);
    });
  }

  /** The place goes straight to the next in line, so that `running` never overshoots. */
  private release(): void {
    const next = this.queue.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }

  private async turn({ signal, deadline, onWait }: Patience): Promise<void> {
    for (;;) {
      const now = Date.now();
      if (now > deadline + graceMilliseconds) throw new Error("the time for this operation is up");
      const start = Math.max(now, this.pausedUntil, this.rate === undefined ? 0 : this.nextStart);
      if (start <= now) {
        if (this.rate !== undefined) this.nextStart = now + Math.ceil(1000 / this.rate);
        this.recentStarts.push(now);
        if (this.recentStarts.length > 256) this.recentStarts.shift();
        return;
      }
      const seconds = Math.round((start - now) / 1000);
      if (start > deadline)
        throw new Error(`the cloud asks to wait ${seconds} s, longer than the time that is left`);
      onWait(start - now);
      await sleep(start - now, undefined, { signal });
    }
  }
}
