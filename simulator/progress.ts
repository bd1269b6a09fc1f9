/** What makes time pass in the simulated cloud. */
export type Progress =
  /** Whatever a request sets off is done when its reply is sent. */
  | { advance: "immediately" }
  /** A thing takes one step at every `reads`-th time it is read. */
  | { advance: "afterReads"; reads: number }
  /** A thing takes one step every `seconds` of the simulator's clock. */
  | { advance: "byClock"; seconds: number }
  /** Nothing moves. */
  | { advance: "never" };

/** How far a thing is on its way to its next state. */
export interface Journey {
  reads: number;
  since: number;
}

/** Tells how many steps a thing takes now. */
export class Pace {
  progress: Progress;
  readonly now: () => number;

  constructor(progress: Progress, now: () => number) {
    this.progress = progress;
    this.now = now;
  }

  start(): Journey {
    return { reads: 0, since: this.now() };
  }

  stepsAtOnce(): number {
    return this.progress.advance === "immediately" ? Infinity : 0;
  }

  stepsOnRead(journey: Journey): number {
    journey.reads += 1;
    switch (this.progress.advance) {
      case "immediately":
        return Infinity;
      case "never":
        return 0;
      case "afterReads":
        return this.#byReads(journey, this.progress.reads);
      case "byClock":
        return this.#byClock(journey, this.progress.seconds * 1000);
    }
  }

  #byReads(journey: Journey, reads: number): number {
    if (journey.reads < reads) return 0;
    journey.reads = 0;
    return 1;
  }

  #byClock(journey: Journey, milliseconds: number): number {
    if (milliseconds <= 0) return Infinity;
    const steps = Math.floor((this.now() - journey.since) / milliseconds);
    journey.since += steps * milliseconds;
    return steps;
  }
}
