/** The pace is the most that was sent in any one second of this long. */
const rememberedMilliseconds = 10_000;
const lowestRate = 0.2;
/** A refusal says little of a host that was sent much less than it was thought to bear. */
const lowestQuietRate = 2;
const doublingMilliseconds = 8000;
/** What has grown this much without a refusal is far above what was ever sent, and is no bound any more. */
const forgottenGrowth = 16;

/** What a host bears, in requests a second, as its refusals teach it. Time is always given, in milliseconds. */
export class Pace {
  private learned: { readonly rate: number; readonly since: number } | undefined;
  private told = Number.POSITIVE_INFINITY;
  private recent: number[] = [];
  /** The last request as it was due: who starts a little late does not slow down those behind. */
  private last = Number.NEGATIVE_INFINITY;

  /** Infinite where nothing is known. */
  rate(now: number): number {
    if (this.learned === undefined) return this.told;
    const growth = 2 ** ((now - this.learned.since) / doublingMilliseconds);
    return growth >= forgottenGrowth ? this.told : Math.min(this.told, this.learned.rate * growth);
  }

  /** When the next request may start. */
  due(now: number): number {
    return Math.max(now, this.last + 1000 / this.rate(now));
  }

  started(now: number): void {
    const interval = 1000 / this.rate(now);
    const due = this.last + interval;
    this.last = due <= now && now < due + interval ? due : now;
    this.recent = this.recent.filter((start) => start > now - rememberedMilliseconds);
    this.recent.push(now);
  }

  /** A refusal: half of what was sent. */
  refused(now: number): void {
    const rate = this.rate(now);
    const sent = this.busiestSecond(now);
    const lowest = sent < rate / 2 ? lowestQuietRate : lowestRate;
    this.learned = { rate: Math.max(lowest, Math.min(rate, sent) / 2), since: now };
  }

  /** A limit in the host's own words: never more than that. */
  learn(rate: number): void {
    this.told = rate;
  }

  /** The host serves again. The rate does not grow while nothing is sent. */
  resumed(now: number): void {
    if (this.learned !== undefined) this.learned = { ...this.learned, since: now };
  }

  private busiestSecond(now: number): number {
    const starts = this.recent.filter((start) => start > now - rememberedMilliseconds);
    let most = 0;
    let first = 0;
    for (const [index, start] of starts.entries()) {
      while ((starts[first] ?? start) <= start - 1000) first += 1;
      most = Math.max(most, index - first + 1);
    }
    return most;
  }
}
