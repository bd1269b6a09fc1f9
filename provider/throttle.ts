import { Gate, type Verdict } from "./gate.js";

export interface Patience {
  /** Ends the wait at once. */
  readonly signal: AbortSignal;
  /** No wait goes beyond it, in the terms of `Date.now()`. */
  readonly deadline: number;
  /** Told once, as soon as it is known that the host makes this one wait for long. */
  readonly onWait: (milliseconds: number) => void;
}

interface Waiter extends Patience {
  readonly since: number;
  isTold: boolean;
  readonly start: (epoch: number) => void;
  readonly fail: (error: Error) => void;
}

/** The last look of a wait falls on its deadline. */
const graceMilliseconds = 1000;
const longMilliseconds = 5000;
/** Timers take no number of milliseconds beyond 32 bits, and deadlines can be days away. */
const longestSleepMilliseconds = 60_000;

/** Everything that this process sends to one host passes here, first come, first served. */
export class Throttle {
  private readonly maxConcurrent: number;
  private readonly random: () => number;
  private readonly gate = new Gate();
  private readonly queue = new Set<Waiter>();
  private running = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(maxConcurrent: number, random: () => number = Math.random) {
    this.maxConcurrent = maxConcurrent;
    this.random = random;
  }

  /** Runs `send` when the host can bear it, and learns from how it ended. */
  async run<T>(send: () => Promise<T>, verdictOf: (result: T) => Verdict, patience: Patience): Promise<T> {
    const epoch = await this.turn(patience);
    let verdict: Verdict = "failed";
    try {
      const result = await send();
      verdict = verdictOf(result);
      return result;
    } finally {
      this.running -= 1;
      this.gate.ended(verdict, epoch, Date.now(), this.random());
      this.advance();
    }
  }

  /** For how long nobody is sent, in milliseconds. */
  pauseMilliseconds(): number {
    return this.gate.pauseMilliseconds(Date.now());
  }

  private turn(patience: Patience): Promise<number> {
    return new Promise((resolve, reject) => {
      patience.signal.throwIfAborted();
      const leave = (): void => {
        this.queue.delete(waiter);
        patience.signal.removeEventListener("abort", interrupt);
      };
      const interrupt = (): void => {
        waiter.fail(patience.signal.reason as Error);
        this.advance();
      };
      const waiter: Waiter = {
        ...patience,
        since: Date.now(),
        isTold: false,
        start: (epoch) => {
          leave();
          resolve(epoch);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      patience.signal.addEventListener("abort", interrupt, { once: true });
      this.queue.add(waiter);
      this.advance();
    });
  }

  /** Starts whoever may start, and comes back when the next one may. */
  private advance(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    let wake = now + longestSleepMilliseconds;
    for (const waiter of this.queue) {
      const start = this.running < this.maxConcurrent ? this.gate.due(now) : Number.POSITIVE_INFINITY;
      if (now > waiter.deadline + graceMilliseconds) {
        waiter.fail(new Error("the time for this operation is up"));
      } else if (start <= now) {
        this.running += 1;
        waiter.start(this.gate.started(now));
      } else if (start > waiter.deadline && start < Number.POSITIVE_INFINITY) {
        const seconds = Math.round((start - now) / 1000);
        waiter.fail(new Error(`the cloud asks to wait ${seconds} s, longer than the time that is left`));
      } else {
        wake = Math.min(wake, start, waiter.deadline + graceMilliseconds + 1, this.tell(waiter, now));
      }
    }
    if (this.queue.size > 0) this.timer = setTimeout(() => this.advance(), Math.ceil(wake - now));
  }

  /** Says that the host makes it wait, or when that has to be said. */
  private tell(waiter: Waiter, now: number): number {
    if (waiter.isTold || this.gate.isOpen(now)) return Number.POSITIVE_INFINITY;
    const wait = now + this.gate.pauseMilliseconds(now) - waiter.since;
    if (wait < longMilliseconds) return waiter.since + longMilliseconds;
    waiter.isTold = true;
    waiter.onWait(wait);
    return Number.POSITIVE_INFINITY;
  }
}
