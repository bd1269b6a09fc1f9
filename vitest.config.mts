import { defineConfig } from "vitest/config";

/** One project a folder below test/, so that `npx vitest run --project unit` does the quick ones alone. */
function project(name: string, test: { testTimeout: number; groupOrder?: number }) {
  const { groupOrder = 0, ...rest } = test;
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      hookTimeout: 60_000,
      sequence: { groupOrder },
      ...rest,
    },
  };
}

export default defineConfig({
  test: {
    globalSetup: "tools/build-first.ts",
    // By default one core is left idle; most tests wait for another process.
    maxWorkers: 2,
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
      project("policy", { testTimeout: 120_000, groupOrder: 1 }),
      project("ci-examples", { testTimeout: 180_000, groupOrder: 1 }),
      // Each test starts the engine, which alone keeps a small machine's two cores busy.
      project("program", { testTimeout: 180_000, groupOrder: 1 }),
      project("review", { testTimeout: 180_000, groupOrder: 1 }),
    ],
  },
});
