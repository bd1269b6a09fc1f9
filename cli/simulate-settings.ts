import { simulatorCredentials, type Simulator } from "../simulator/index.js";

/** What to type to use a simulated cloud, and what there is in it. */
export function settingsFor({ url, cloud }: Pick<Simulator, "url" | "cloud">): string {
  const lines = [
    `Simulated cloud at ${url} (Ctrl-C ends it)`,
    "",
    "To use it, in the folder of a Pulumi project:",
    ...configLines(url).map((line) => `  pulumi config set ${line}`),
    "",
    "In it:",
    ...contents(cloud).map((line) => `  ${line}`),
    "",
    "Requests:",
  ];
  return `${lines.join("\n")}\n`;
}

function configLines(url: string): string[] {
  const { huaweicloud, alicloud } = simulatorCredentials;
  return [
    `huaweicloud:accessKey ${huaweicloud.accessKey}`,
    `--secret huaweicloud:secretKey ${huaweicloud.secretKey}`,
    "huaweicloud:region cn-north-4",
    ...["asm", "roma", "swr", "iam"].map((key) => `--path 'huaweicloud:endpoints.${key}' '${url}/{region}'`),
    `alicloud:accessKey ${alicloud.accessKey}`,
    `--secret alicloud:secretKey ${alicloud.secretKey}`,
    "alicloud:region cn-hangzhou",
    `--path 'alicloud:endpoints.edas' '${url}/{region}'`,
  ];
}

function contents({ meshes, repositories, livedataApis, changeOrders }: Simulator["cloud"]): string[] {
  return [
    meshes ? `ASM meshes: ${meshes.join(", ")}` : "ASM meshes: any, such as mesh-1",
    repositories ? `SWR repositories: ${repositories.join(", ")}` : "SWR repositories: any, such as team/web",
    ...livedataApis.map(
      ({ region, instanceId, id, romaAppId }) =>
        `ROMA instance ${instanceId} in ${region}: backend API ${id} of application ${romaAppId}`,
    ),
    ...changeOrders.map(
      ({ region, changeOrderId, appId, clusterType, batchType, status }) =>
        `EDAS change order ${changeOrderId} in ${region}: ${appId}, ${clusterType}, ${batchType}, status ${status}`,
    ),
  ];
}
