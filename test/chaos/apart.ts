// Each point in a process of its own: what a killed run leaves in Pulumi's SDK would otherwise fail whatever runs beside it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/places.mjs";
import { lazyModules } from "../quick-start.js";
import type { Point } from "./points.js";
import type { Result } from "./run.js";

export async function runApart(point: Point): Promise<Result> {
  const child = fork(join(repositoryRoot, ".build", "test", "chaos", "one.js"), {
    execArgv: ["--require", lazyModules],
  });
  let result: Result | undefined;
  child.once("message", (message) => (result = message as Result));
  child.send(point);
  await once(child, "exit");
  return result ?? { point, landed: "?", left: "?", problems: [`the run ended with ${child.exitCode}`] };
}

/** Most of a run is waiting for processes to start. */
export const atOnce = 3;

/** Runs points, some at a time, in their order. */
export function runEachApart(points: readonly Point[]): Promise<Result>[] {
  const results: Promise<Result>[] = [];
  for (const [index, point] of points.entries()) {
    const before: Promise<unknown> = results[index - atOnce] ?? Promise.resolve();
    results.push(before.then(() => runApart(point)));
  }
  return results;
}
