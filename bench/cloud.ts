import { fork } from "node:child_process";
import { join } from "node:path";
import type { PulumiConfig, RecordedRequest, Seed } from "pulumi-grayscale/simulator";
import type { Started } from "./cloud-process.js";
import { cpuSecondsOf } from "./processes.js";

/** A simulated cloud that runs beside what is measured. */
export interface Cloud {
  readonly config: PulumiConfig;
  /** Begins anew with what a seed says, and no request so far. */
  reset(seed?: Seed): Promise<void>;
  control(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  requests(): Promise<RecordedRequest[]>;
  syncTasks(): Promise<number>;
  cpuSeconds(): number;
  close(): Promise<void>;
}

/** Starts one whose every answer comes later by `latencyMilliseconds`. */
export async function startCloud(latencyMilliseconds = 0): Promise<Cloud> {
  const child = fork(join(__dirname, "cloud-process.js"), [String(latencyMilliseconds)]);
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { url, config } = await new Promise<Started>((resolve, reject) => {
    child.once("message", (message) => resolve(message as Started));
    child.once("error", reject);
    void exit.then(() => reject(new Error("the simulated cloud did not start")));
  });
  const control: Cloud["control"] = async (method, path, body) => {
    const reply = await fetch(`${url}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`the simulated cloud refused ${method} ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    config,
    control,
    reset: async (seed = {}) => {
      await control("PUT", "state", seed);
      await control("DELETE", "requests");
    },
    requests: async () => (await control("GET", "requests")) as RecordedRequest[],
    syncTasks: async () => ((await control("GET", "state")) as { syncTasks: unknown[] }).syncTasks.length,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    close: async () => {
      child.disconnect();
      await exit;
    },
  };
}
