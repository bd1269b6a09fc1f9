import { join } from "node:path";
import { repositoryRoot } from "../tools/places.mjs";

/** Loaded first, it lets a process start without the modules that `lazy-modules.cjs` names. */
export const lazyModules: string = join(repositoryRoot, "test", "lazy-modules.cjs");

/** The environment in which every Node.js process starts so. */
export const quickStart: Record<string, string> = {
  NODE_OPTIONS: `--require ${JSON.stringify(lazyModules)}`,
};
