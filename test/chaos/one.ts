// The process that `runApart` starts: it takes a point, runs it, and answers what came of it.
import type { Point } from "./points.js";
import { runPoint } from "./run.js";

process.once("message", (point: Point) => {
  const failed = (error: unknown) => ({
    point,
    landed: "?",
    left: "?",
    problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  });
  void runPoint(point)
    .catch(failed)
    .then((result) => process.send?.(result, () => process.exit()));
});
// Nobody is left to be told.
process.once("disconnect", () => process.exit(1));
