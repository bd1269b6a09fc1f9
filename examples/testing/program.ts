import { huaweicloud } from "pulumi-grayscale";

/** The program, as a function: a test runs it as often as it needs to. */
export async function program(): Promise<Record<string, unknown>> {
  const images = new huaweicloud.ImageSyncTask("shop-to-shanghai", {
    namespace: "team",
    repository: "shop",
    targetRegion: "cn-east-3",
    targetNamespace: "team",
    onDelete: "delete",
  });
  return { since: images.createdAt };
}
