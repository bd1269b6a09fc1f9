import { createRequire } from "node:module";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { repositoryRoot } from "./places.mjs";

/** An example, as the build compiled it, run afresh each time it is called: a program is its module's body. */
export function exampleProgram(name: string): PulumiFn {
  const compiled = createRequire(join(repositoryRoot, ".build/examples", name, "index.js"));
  return async () => {
    const file = compiled.resolve("./index.js");
    delete compiled.cache[file];
    return { ...(compiled(file) as Record<string, unknown>) };
  };
}
