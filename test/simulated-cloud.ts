// A simulated cloud, and the configuration with which a program or a host finds it.
import {
  simulatorCredentials,
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "pulumi-grayscale/simulator";

export { simulatorCredentials };

export const region = "cn-north-4";
export const changeOrderRegion = "cn-hangzhou";

type Secret = { value: string; secret: true };

export interface SimulatedCloud extends Simulator {
  /** As `pulumi config set` has it: secrets marked. */
  readonly config: Record<string, string | Secret>;
  /** As a dynamic host receives it. */
  readonly hostConfig: Record<string, string>;
  /** Requests so far, as `METHOD path status`, without the prefix of the region. */
  calls(): string[];
}

export async function startCloud(options?: SimulatorOptions): Promise<SimulatedCloud> {
  const simulator = await startSimulator(options);
  const { huaweicloud, alicloud } = simulatorCredentials;
  const endpoint = `${simulator.url}/{region}`;
  const config: SimulatedCloud["config"] = {
    "huaweicloud:accessKey": { value: huaweicloud.accessKey, secret: true },
    "huaweicloud:secretKey": { value: huaweicloud.secretKey, secret: true },
    "huaweicloud:region": region,
    "huaweicloud:endpoints": JSON.stringify({ asm: endpoint, roma: endpoint, swr: endpoint, iam: endpoint }),
    "alicloud:accessKey": { value: alicloud.accessKey, secret: true },
    "alicloud:secretKey": { value: alicloud.secretKey, secret: true },
    "alicloud:region": changeOrderRegion,
    "alicloud:endpoints": JSON.stringify({ edas: endpoint }),
    "grayscale:pollSeconds": "0.2",
  };
  const plain = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : value.value,
  ]);
  return Object.assign(simulator, {
    config,
    hostConfig: Object.fromEntries(plain) as Record<string, string>,
    calls: () =>
      simulator.requests.map(
        ({ method, path, status }) => `${method} ${path.replace(/^\/[a-z]+-[a-z]+(-\d+)?\//, "/")} ${status}`,
      ),
  });
}
