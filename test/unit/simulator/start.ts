import { onTestFinished } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator/index.js";
import { edasClient, huaweiClient, type EdasClient, type HuaweiClient } from "./client.js";

export interface Started {
  simulator: Simulator;
  huawei: HuaweiClient;
  edas: EdasClient;
}

/** A simulator for one test, with clients that sign for the default account. */
export async function start(options: SimulatorOptions = {}): Promise<Started> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  const now = options.clock;
  const clientOptions = now ? { now } : {};
  return {
    simulator,
    huawei: huaweiClient(simulator, clientOptions),
    edas: edasClient(simulator, clientOptions),
  };
}
