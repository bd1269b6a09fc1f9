import { huaweicloud } from "pulumi-grayscale";

const deployment = new huaweicloud.LivedataDeployment("orders", {
  instanceId: "instance-1",
  apiId: "api-1",
  frontApi: {
    authType: "APP",
    groupId: "group-1",
    envId: "DEFAULT_ENVIRONMENT_RELEASE_ID",
    protocol: "HTTPS",
  },
  romaAppId: "roma-app-1",
  // A new version of the script is deployed by undeploying and deploying again.
  triggers: { script: "2026-11-23" },
  onDelete: "undeploy",
});

/** Id of the front API through which callers reach the backend. */
export const { frontApiId } = deployment;
