// `pulumi-grayscale recover` as a user runs it: with their own `pulumi` on PATH, in their own environment.
import { delimiter, join } from "node:path";
import { run } from "../tools/command.mjs";
import { readyEngine } from "../tools/engine.mjs";
import { isolatedEnvironment } from "../tools/isolation.js";
import { repositoryRoot } from "../tools/places.mjs";

/** Runs it on a stack, or on the one that is selected, whose home, backend and project are in `place`; a stand-in for `pulumi` may be in its `bin`. */
export function recover(
  place: string,
  stackName: string | undefined,
  ...options: string[]
): Promise<{ code: number; output: string }> {
  const environment = isolatedEnvironment(place);
  const PATH = [join(place, "bin"), readyEngine()?.bin, environment["PATH"]].join(delimiter);
  const command = join(repositoryRoot, "lib", "cli", "main.js");
  const named = stackName === undefined ? [] : ["--stack", stackName];
  const parameters = [command, "recover", "--cwd", join(place, "project"), ...named, ...options];
  return run(process.execPath, parameters, { environment: { ...environment, PATH } });
}
