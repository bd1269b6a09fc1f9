import { describe, expect, test } from "vitest";
import {
  afterUncertainRollBack,
  endOf,
  nextMove,
  stageOf,
  statusWord,
  type Move,
  type Wanted,
} from "../../provider/alicloud/settle.js";

const wait: Move = { move: "wait" };
const abort: Move = { move: "abort" };
const rollBack: Move = { move: "rollBack" };
const done = (outcome: Extract<Move, { move: "done" }>["outcome"]): Move => ({ move: "done", outcome });
const fail = (why: string): Move => ({ move: "fail", why });

/** The columns of the design's table, by the numbers of EDAS; what no page explains counts as active. */
const columns = {
  active: [0, 1, 9, 4, 5, 11, 12, 99, -1],
  paused: [8],
  succeeded: [2],
  aborted: [6],
  failed: [3, 7, 10],
};
type Column = keyof typeof columns;

const rows: [string, Wanted, Record<Column, Move | string>][] = [
  [
    "completed",
    { desiredState: "completed" },
    {
      active: wait,
      paused: { move: "pause" },
      succeeded: done("completed"),
      aborted: 'it ended as aborted, and desiredState is "completed"',
      failed: 'it ended as STATUS, and desiredState is "completed"',
    },
  ],
  [
    "completed, batches confirmed",
    { desiredState: "completed", confirmBatches: true },
    {
      active: wait,
      paused: { move: "confirm" },
      succeeded: done("completed"),
      aborted: 'it ended as aborted, and desiredState is "completed"',
      failed: 'it ended as STATUS, and desiredState is "completed"',
    },
  ],
  [
    "completed, finished accepted: says nothing about failures",
    { desiredState: "completed", ifFinished: "accept" },
    {
      active: wait,
      paused: { move: "pause" },
      succeeded: done("completed"),
      aborted: 'it ended as aborted, and desiredState is "completed"',
      failed: 'it ended as STATUS, and desiredState is "completed"',
    },
  ],
  ...([undefined, "accept"] as const).map((ifFinished): (typeof rows)[number] => [
    `aborted, finished ${ifFinished ?? "by default accepted"}`,
    { desiredState: "aborted", ifFinished },
    {
      active: abort,
      paused: abort,
      succeeded: done("alreadyFinished"),
      aborted: done("alreadyAborted"),
      failed: done("failed"),
    },
  ]),
  [
    "aborted, finished is a failure",
    { desiredState: "aborted", ifFinished: "fail", confirmBatches: true },
    {
      active: abort,
      paused: abort,
      succeeded: 'it succeeded before it could be aborted, and ifFinished is "fail"',
      aborted: done("alreadyAborted"),
      failed: done("failed"),
    },
  ],
  ...([undefined, "fail"] as const).map((ifFinished): (typeof rows)[number] => [
    `rolled back, finished ${ifFinished ?? "by default a failure"}`,
    { desiredState: "rolledBack", ifFinished },
    {
      active: rollBack,
      paused: rollBack,
      succeeded:
        'it succeeded before it could be rolled back: roll the application back, or set ifFinished to "accept"',
      aborted:
        'it was aborted before it could be rolled back (or was rolled back by a run that was killed): roll the application back, or set ifFinished to "accept"',
      failed: rollBack,
    },
  ]),
  [
    "rolled back, finished accepted",
    { desiredState: "rolledBack", ifFinished: "accept" },
    {
      active: rollBack,
      paused: rollBack,
      succeeded: done("alreadyFinished"),
      aborted: done("alreadyAborted"),
      failed: rollBack,
    },
  ],
];

const cells = rows.flatMap(([name, wanted, moves]) =>
  (Object.keys(columns) as Column[]).flatMap((column) =>
    columns[column].map((status): [string, number, Wanted, Move] => {
      const move = moves[column];
      return [
        name,
        status,
        wanted,
        typeof move === "string" ? fail(move.replace("STATUS", statusWord(status))) : move,
      ];
    }),
  ),
);

describe("wanted and found", () => {
  test.each(cells)("%s, status %i", (_, status, wanted, move) => {
    expect(nextMove(status, wanted)).toEqual(move);
  });
});

describe("after we aborted", () => {
  test.each<[number, Move]>([
    [1, wait],
    [8, wait],
    [9, wait],
    [6, done("aborted")],
    [2, done("alreadyFinished")],
    [3, done("failed")],
  ])("status %i", (status, move) => {
    expect(nextMove(status, { desiredState: "aborted" }, "abort")).toEqual(move);
  });

  test("what succeeded nevertheless may be a failure", () => {
    expect(nextMove(2, { desiredState: "aborted", ifFinished: "fail" }, "abort").move).toBe("fail");
  });
});

describe("after we rolled back", () => {
  test.each<[number, Move]>([
    [0, wait],
    [1, wait],
    [8, wait],
    [9, wait],
    [4, wait],
    [2, done("rolledBack")],
    [6, fail("its roll back ended as aborted")],
    [3, fail("its roll back ended as failed")],
    [7, fail("its roll back ended as partlySucceeded")],
    [10, fail("its roll back ended as systemFailure")],
  ])("as another order with status %i, whatever is wanted", (status, move) => {
    for (const desiredState of ["completed", "aborted", "rolledBack"] as const) {
      expect(nextMove(status, { desiredState, ifFinished: "fail" }, "rollBack")).toEqual(move);
    }
  });

  // A failure that the order showed before may be seen for a while.
  test.each<[number, Move]>([
    [1, wait],
    [8, wait],
    [2, done("rolledBack")],
    [6, done("rolledBack")],
    [3, wait],
    [7, wait],
    [10, wait],
  ])("in place with status %i, whatever is wanted", (status, move) => {
    for (const desiredState of ["completed", "aborted", "rolledBack"] as const) {
      expect(nextMove(status, { desiredState, ifFinished: "fail" }, "rollBackInPlace")).toEqual(move);
    }
  });
});

describe("after a roll back whose answer was lost", () => {
  const rolledBack: Wanted = { desiredState: "rolledBack" };
  const accept: Wanted = { ...rolledBack, ifFinished: "accept" };
  const traces = ["nothing", "unclear", "unlisted"] as const;

  test.each<[number, Wanted, Record<(typeof traces)[number], string>]>([
    [1, rolledBack, { nothing: "rollBack", unclear: "unknown", unlisted: "unknown" }],
    [8, rolledBack, { nothing: "rollBack", unclear: "unknown", unlisted: "unknown" }],
    [3, rolledBack, { nothing: "rollBack", unclear: "unknown", unlisted: "unknown" }],
    [6, rolledBack, { nothing: "unknown", unclear: "unknown", unlisted: "unknown" }],
    [6, accept, { nothing: "done", unclear: "done", unlisted: "done" }],
    [2, rolledBack, { nothing: "fail", unclear: "fail", unlisted: "fail" }],
    [2, accept, { nothing: "done", unclear: "done", unlisted: "done" }],
    [1, { desiredState: "aborted" }, { nothing: "abort", unclear: "unknown", unlisted: "unknown" }],
    [6, { desiredState: "aborted" }, { nothing: "done", unclear: "done", unlisted: "done" }],
    [6, { desiredState: "completed" }, { nothing: "fail", unclear: "fail", unlisted: "fail" }],
  ])("status %i, %j: %j, and never rolled back", (status, wanted, moves) => {
    for (const trace of traces) {
      const move = afterUncertainRollBack(status, wanted, trace, 5);
      expect({ [trace]: move.move }).toEqual({ [trace]: moves[trace] });
      expect(move).not.toHaveProperty("outcome", "rolledBack");
    }
  });

  test("is believed to be none, or looked for in vain, only after five looks", () => {
    for (const looks of [1, 4]) {
      for (const status of [1, 8, 3, 6, 2])
        expect(afterUncertainRollBack(status, accept, "nothing", looks)).toEqual(wait);
      for (const status of [1, 8, 3])
        expect(afterUncertainRollBack(status, accept, "unlisted", looks)).toEqual(wait);
    }
  });
});

test("what stood still when its roll back was asked for and moves now is awaited, and that is said", () => {
  const wanted: Wanted = { desiredState: "rolledBack" };
  for (const asked of [8, 3, 7, 10]) {
    for (const trace of ["nothing", "unlisted"] as const)
      expect(afterUncertainRollBack(1, wanted, trace, 9, asked)).toEqual({
        move: "wait",
        why: expect.stringContaining("it is not asked for again while it moves") as string,
      });
    expect(afterUncertainRollBack(1, wanted, "unclear", 9, asked).move).toBe("unknown");
    expect(afterUncertainRollBack(8, wanted, "nothing", 9, asked).move).toBe("rollBack");
  }
  for (const asked of [0, 1, 9]) {
    expect(afterUncertainRollBack(1, wanted, "nothing", 9, asked).move).toBe("rollBack");
  }
});

test("how an order has ended is told without what was wanted of it", () => {
  const ends = {
    active: undefined,
    paused: undefined,
    succeeded: "completed",
    aborted: "aborted",
    failed: "failed",
  };
  for (const [stage, numbers] of Object.entries(columns)) {
    for (const status of numbers) expect(endOf(status), `${status}`).toBe(ends[stage as Column]);
  }
});

test("every number has a stage", () => {
  for (const [stage, numbers] of Object.entries(columns)) {
    for (const status of numbers) expect(stageOf(status), `${status}`).toBe(stage);
  }
});

test.each([
  [0, "ready"],
  [1, "running"],
  [2, "succeeded"],
  [3, "failed"],
  [6, "aborted"],
  [7, "partlySucceeded"],
  [8, "waitingForConfirmation"],
  [9, "waitingForNextBatch"],
  [10, "systemFailure"],
  [4, "status4"],
  [11, "status11"],
])("status %i is told as %s", (status, word) => {
  expect(statusWord(status)).toBe(word);
});
