import { simulatorCredentials } from "./accounts.js";
import { defaultRegions } from "./regions.js";

/** As `stack.setAllConfig` of Pulumi's Automation API takes it. */
export type PulumiConfig = Record<string, { value: string; secret?: boolean }>;

/** With which a Pulumi program finds the simulated cloud at `url`, and is let in. */
export function pulumiConfig(url: string): PulumiConfig {
  const { huaweicloud, alicloud } = simulatorCredentials;
  const endpoint = `${url}/{region}`;
  return {
    "huaweicloud:accessKey": { value: huaweicloud.accessKey, secret: true },
    "huaweicloud:secretKey": { value: huaweicloud.secretKey, secret: true },
    "huaweicloud:region": { value: defaultRegions.huaweicloud },
    "huaweicloud:endpoints": {
      value: JSON.stringify({ asm: endpoint, roma: endpoint, swr: endpoint, iam: endpoint }),
    },
    "alicloud:accessKey": { value: alicloud.accessKey, secret: true },
    "alicloud:secretKey": { value: alicloud.secretKey, secret: true },
    "alicloud:region": { value: defaultRegions.alicloud },
    "alicloud:endpoints": { value: JSON.stringify({ edas: endpoint }) },
  };
}
