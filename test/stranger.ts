// Credentials of another account.
import { simulatorProjectId, type Seed } from "pulumi-grayscale/simulator";
import { cloudFor } from "./resource-host.js";
import { simulatorCredentials } from "./simulated-cloud.js";

const keys = [{ accessKey: "strange-accessKey", secretKey: "strange-secretKey" }];
export const stranger = { name: "another-account", huaweicloud: { keys }, alicloud: { keys } };
export const strangersProject = simulatorProjectId("cn-north-4", stranger.name);
const { projectId } = simulatorCredentials.huaweicloud;

/** The configuration of a stranger whom the services let into our project, to see nothing: IAM knows whose it is. */
export async function strangerLetIn(seed?: Seed): Promise<Record<string, string>> {
  const projects = [{ id: projectId, name: "cn-north-4_ours" }];
  const services = await cloudFor({
    seed,
    accounts: [{ name: stranger.name, huaweicloud: { keys, projects } }],
  });
  services.cloud.livedataApis = [];
  const iam = await cloudFor({ accounts: [stranger] });
  const endpoint = `${services.url}/{region}`;
  return {
    "huaweicloud:accessKey": "strange-accessKey",
    "huaweicloud:secretKey": "strange-secretKey",
    "huaweicloud:endpoints": JSON.stringify({
      asm: endpoint,
      roma: endpoint,
      swr: endpoint,
      iam: `${iam.url}/{region}`,
    }),
  };
}
