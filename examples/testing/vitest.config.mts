import { defineConfig } from "vitest/config";

// Every test starts Pulumi's engine a few times.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } });
