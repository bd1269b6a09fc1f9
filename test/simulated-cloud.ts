// A simulated cloud, and the configuration with which a program or a host finds it.
import {
  simulatorCredentials,
  startSimulator,
  type PulumiConfig,
  type Simulator,
  type SimulatorOptions,
} from "pulumi-grayscale/simulator";

export { simulatorCredentials };

export const region = "cn-north-4";
export const changeOrderRegion = "cn-hangzhou";

export interface SimulatedCloud extends Simulator {
  /** As `pulumi config set` has it: secrets marked. */
  readonly config: PulumiConfig;
  /** As a dynamic host receives it. */
  readonly hostConfig: Record<string, string>;
  /** Requests so far, as `METHOD path status`, without the prefix of the region. */
  calls(): string[];
}

export async function startCloud(options?: SimulatorOptions): Promise<SimulatedCloud> {
  const simulator = await startSimulator(options);
  const config: PulumiConfig = { ...simulator.config, "grayscale:pollSeconds": { value: "0.2" } };
  const plain = Object.entries(config).map(([key, { value }]) => [key, value]);
  return Object.assign(simulator, {
    config,
    hostConfig: Object.fromEntries(plain) as Record<string, string>,
    calls: () =>
      simulator.requests.map(
        ({ method, path, status }) => `${method} ${path.replace(/^\/[a-z]+-[a-z]+(-\d+)?\//, "/")} ${status}`,
      ),
  });
}
