// The user's own `pulumi`, in the user's own environment.
import { spawnSync } from "node:child_process";

/** Where a command of Pulumi's runs: `--cwd` and `--stack`, as Pulumi itself has them. */
export interface Target {
  readonly folder: string;
  readonly stack: string | undefined;
}

/** Answers what a command prints on standard output; fails with what it says on the other. */
export function pulumi({ folder, stack }: Target, parameters: readonly string[], input = ""): string {
  const named = stack === undefined ? [] : ["--stack", stack];
  const given = [...parameters, ...named, "--non-interactive", "--color", "never"];
  const { error, status, stdout, stderr } = spawnSync("pulumi", given, {
    cwd: folder,
    input,
    encoding: "utf8",
    // A state of many resources is large.
    maxBuffer: 1024 ** 3,
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT")
    throw new Error(`there is no pulumi on PATH, or no folder ${folder}`);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`pulumi ${parameters.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}
