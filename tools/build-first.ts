import { ensureBuilt } from "./build.mjs";

/** The dynamic host loads the built package: tests cover what is published, and never yesterday's. */
export async function setup(): Promise<void> {
  await ensureBuilt();
}
