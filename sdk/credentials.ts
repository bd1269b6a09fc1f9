import * as pulumi from "@pulumi/pulumi";

/** Settings that hold a credential. */
export const credentialSettings: ReadonlySet<string> = new Set([
  "accessKey",
  "secretKey",
  "securityToken",
  "token",
  "password",
]);

const clouds = new Set(["huaweicloud", "alicloud"]);
const warned = new WeakSet<object>();

/** Says, once a run of a program, which credentials of the stack's configuration everybody can read. */
export function warnOfPlainCredentials(): void {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined || warned.has(run)) return;
  warned.add(run);
  const plain = plainCredentials();
  if (plain.length === 0) return;
  void pulumi.log.warn(
    `${plain.join(", ")} ${plain.length === 1 ? "is" : "are"} plain text in the stack configuration: set credentials with \`pulumi config set --secret\``,
  );
}

function plainCredentials(): string[] {
  // Pulumi's own Config asks this too; its published types leave it out.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (isConfigSecret === undefined) return [];
  return Object.keys(pulumi.runtime.allConfig()).filter((key) => {
    const [cloud = "", setting = ""] = key.split(":");
    // The id of an access key gives nothing away, and other providers' documents show it in plain.
    return (
      clouds.has(cloud) && credentialSettings.has(setting) && setting !== "accessKey" && !isConfigSecret(key)
    );
  });
}
