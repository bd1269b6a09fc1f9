// How a change order is brought to its end: what it is, what is wanted of it, what to do next.

export interface Wanted {
  readonly desiredState: "completed" | "aborted" | "rolledBack";
  readonly confirmBatches?: boolean | undefined;
  readonly ifFinished?: "accept" | "fail" | undefined;
}

export type Outcome =
  | "completed"
  | "aborted"
  | "rolledBack"
  | "alreadyFinished"
  | "alreadyAborted"
  | "failed";

export type Move =
  | { readonly move: "confirm" | "pause" | "abort" | "rollBack" }
  | { readonly move: "wait"; readonly why?: string }
  | { readonly move: "done"; readonly outcome: Outcome }
  | { readonly move: "fail" | "unknown"; readonly why: string };

const words: Readonly<Record<number, string>> = {
  0: "ready",
  1: "running",
  2: "succeeded",
  3: "failed",
  6: "aborted",
  7: "partlySucceeded",
  8: "waitingForConfirmation",
  9: "waitingForNextBatch",
  10: "systemFailure",
};

/** EDAS' number of a status, in words. */
export function statusWord(status: number): string {
  return words[status] ?? `status${status}`;
}

/** What this provider has asked of an order: to roll back as another order, or in place. */
export type Asked = "abort" | "rollBack" | "rollBackInPlace";

export type Stage = "active" | "paused" | "succeeded" | "aborted" | "failed";

/** Numbers that no page explains count as active: they are waited for, and named when the time is up. */
export function stageOf(status: number): Stage {
  if (status === 2) return "succeeded";
  if (status === 6) return "aborted";
  if (status === 8) return "paused";
  return status === 3 || status === 7 || status === 10 ? "failed" : "active";
}

export function isOpen(status: number): boolean {
  return ["active", "paused"].includes(stageOf(status));
}

/** How an order of this status has ended, whatever was wanted of it. */
export function endOf(status: number): Outcome | undefined {
  const stage = stageOf(status);
  if (stage === "succeeded") return "completed";
  return stage === "aborted" || stage === "failed" ? stage : undefined;
}

/** What to do with an order in this stage; `acted` is what this provider has asked of it before. */
export function nextMove(status: number, wanted: Wanted, acted?: Asked): Move {
  const stage = stageOf(status);
  if (acted === "rollBack" || acted === "rollBackInPlace") return afterRollBack(stage, status, acted);
  switch (wanted.desiredState) {
    case "completed":
      return towardsCompleted(stage, status, wanted);
    case "aborted":
      return towardsAborted(stage, wanted, acted);
    case "rolledBack":
      return towardsRolledBack(stage, wanted);
  }
}

function towardsCompleted(stage: Stage, status: number, { confirmBatches }: Wanted): Move {
  if (stage === "active") return { move: "wait" };
  if (stage === "paused") return { move: confirmBatches === true ? "confirm" : "pause" };
  if (stage === "succeeded") return { move: "done", outcome: "completed" };
  return { move: "fail", why: `it ended as ${statusWord(status)}, and desiredState is "completed"` };
}

function towardsAborted(stage: Stage, { ifFinished }: Wanted, acted: "abort" | undefined): Move {
  if (stage === "active" || stage === "paused") return { move: acted === "abort" ? "wait" : "abort" };
  if (stage === "aborted") return { move: "done", outcome: acted === "abort" ? "aborted" : "alreadyAborted" };
  if (stage === "failed") return { move: "done", outcome: "failed" };
  return ifFinished === "fail"
    ? { move: "fail", why: 'it succeeded before it could be aborted, and ifFinished is "fail"' }
    : { move: "done", outcome: "alreadyFinished" };
}

function towardsRolledBack(stage: Stage, { ifFinished }: Wanted): Move {
  if (stage !== "succeeded" && stage !== "aborted") return { move: "rollBack" };
  if (ifFinished === "accept") {
    return { move: "done", outcome: stage === "succeeded" ? "alreadyFinished" : "alreadyAborted" };
  }
  const how = stage === "succeeded" ? "succeeded" : "was aborted";
  // EDAS does not tell an order that was rolled back from one that was only aborted.
  const lost = stage === "aborted" ? " (or was rolled back by a run that was killed)" : "";
  return {
    move: "fail",
    why: `it ${how} before it could be rolled back${lost}: roll the application back, or set ifFinished to "accept"`,
  };
}

/**
 * After a roll back: the stage is that of the order that rolls back. Where that is the same order, being aborted
 * is its right end, and a failure that it showed before may still be seen for a while.
 */
function afterRollBack(stage: Stage, status: number, acted: "rollBack" | "rollBackInPlace"): Move {
  if (stage === "active" || stage === "paused") return { move: "wait" };
  if (stage === "succeeded") return { move: "done", outcome: "rolledBack" };
  if (acted === "rollBack") return { move: "fail", why: `its roll back ended as ${statusWord(status)}` };
  return stage === "aborted" ? { move: "done", outcome: "rolledBack" } : { move: "wait" };
}

/**
 * What the list of an application shows of a roll back whose answer was lost: its order, no new order, new ones that
 * may be it – or the list cannot be read, for the application is not known.
 */
export type Trace = { readonly orderId: string } | "nothing" | "unclear" | "unlisted";

/** A list may be late, and an order may take a while to show that it is stopped. */
const looksUntilBelieved = 5;

/**
 * While a roll back may or may not be under way: never asked for again before the list has shown often enough that
 * there is none, and never called done. An abort does not count as one: EDAS shows it of an order that was rolled
 * back in place and of one that somebody only aborted. What stood still when it was asked for and moves now may be
 * going back in place, and is awaited.
 */
export function afterUncertainRollBack(
  status: number,
  wanted: Wanted,
  trace: Exclude<Trace, object>,
  looks: number,
  statusWhenAsked?: number,
): Move {
  const stage = stageOf(status);
  if (trace !== "unclear" && stage === "active" && standsStill(statusWhenAsked)) {
    const why = `the answer to its roll back was lost, and it moves since, which may be that: it is not asked for again while it moves`;
    return { move: "wait", why };
  }
  const canWait =
    trace === "nothing" || (trace === "unlisted" && stage !== "succeeded" && stage !== "aborted");
  if (canWait && looks < looksUntilBelieved) return { move: "wait" };
  const isToldByOrder =
    stage === "succeeded" ||
    (stage === "aborted" && (wanted.desiredState !== "rolledBack" || wanted.ifFinished === "accept"));
  if (isToldByOrder || (stage !== "aborted" && trace === "nothing")) return nextMove(status, wanted);
  return {
    move: "unknown",
    why: `the answer to its roll back was lost, and ${unknown(stage, status, trace)}`,
  };
}

function standsStill(status: number | undefined): boolean {
  const stage = status === undefined ? undefined : stageOf(status);
  return stage === "paused" || stage === "failed";
}

function unknown(stage: Stage, status: number, trace: Exclude<Trace, object>): string {
  if (stage === "aborted") {
    return 'it is aborted now, which EDAS shows of an order that was rolled back and of one that was only aborted: look at the application in EDAS, roll it back there if it was not, and set ifFinished to "accept"';
  }
  const why =
    trace === "unlisted"
      ? "no list of an application shows it"
      : "its application has new orders that may be that roll back or not";
  return `it is ${statusWord(status)}. Whether it is being rolled back is not known, for ${why}, and it is not asked for a second time: give its appId, or look at the application in EDAS, wait if it is being rolled back, or replace this resource (pulumi up --replace) to ask again`;
}
