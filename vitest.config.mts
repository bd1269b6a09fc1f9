import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** One project a folder below test/, so that `npx vitest run --project unit` does the quick ones alone. */
function project(name: string, test: { testTimeout: number; runsEngine?: boolean }) {
  const { runsEngine = false, ...rest } = test;
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      hookTimeout: 60_000,
      sequence: { groupOrder: runsEngine ? 1 : 0 },
      // Tests wait for other processes, and for the waits that they are about: more of them than cores, and fewer of those
      // that start the engine, which keeps a core busy.
      maxWorkers: Math.ceil(availableParallelism() * (runsEngine ? 1.5 : 2)),
      ...rest,
    },
  };
}

export default defineConfig({
  test: {
    globalSetup: "tools/build-first.ts",
    maxConcurrency: 3,
    reporters: process.env["CI"] ? ["default", "json"] : ["default"],
    outputFile: { json: ".vitest-report.json" },
    projects: [
      project("unit", { testTimeout: 20_000 }),
      project("house", { testTimeout: 60_000 }),
      project("states", { testTimeout: 60_000 }),
      project("contract", { testTimeout: 30_000 }),
      project("witness", { testTimeout: 30_000 }),
      project("host", { testTimeout: 60_000 }),
      project("faults", { testTimeout: 240_000 }),
      project("resources", { testTimeout: 60_000 }),
      project("policy", { testTimeout: 120_000, runsEngine: true }),
      project("ci-examples", { testTimeout: 180_000, runsEngine: true }),
      project("program", { testTimeout: 180_000, runsEngine: true }),
      project("review", { testTimeout: 180_000, runsEngine: true }),
    ],
  },
});
