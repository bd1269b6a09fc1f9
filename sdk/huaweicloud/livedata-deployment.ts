import type * as pulumi from "@pulumi/pulumi";
import { ReleaseResource, type HuaweicloudArgs } from "../dynamic.js";

/** The front API through which a deployed backend is called. */
export interface FrontApiArgs {
  /** How callers sign in. `AUTHORIZER` needs `authorizerId`. */
  authType: pulumi.Input<"NONE" | "APP" | "IAM" | "AUTHORIZER">;
  /** API group of the front API. */
  groupId: pulumi.Input<string>;
  /** Environment in which the front API is published. */
  envId: pulumi.Input<string>;
  /** Protocol of the front API, passed on as it is: the API's pages disagree about the words. */
  protocol: pulumi.Input<string>;
  /** Custom authorizer, for `authType` `AUTHORIZER`. */
  authorizerId?: pulumi.Input<string | undefined>;
  /** Path of the front API. @default the backend's */
  path?: pulumi.Input<string | undefined>;
  /** Method of the front API. @default the backend's */
  method?: pulumi.Input<string | undefined>;
  /** Whether browsers of other origins may call it. @default the cloud's (false) */
  cors?: pulumi.Input<boolean | undefined>;
  /** How long the backend may take, in milliseconds. @default the cloud's */
  backendTimeoutMs?: pulumi.Input<number | undefined>;
  /** How often a call to the backend is repeated: -1 to 10. @default the cloud's (-1) */
  retryCount?: pulumi.Input<number | undefined>;
}

/** What a {@link LivedataDeployment} is declared with. An operation may take 300 seconds by default. */
export interface LivedataDeploymentArgs extends HuaweicloudArgs {
  /** Instance of ROMA Connect. Changing it replaces the deployment. */
  instanceId: pulumi.Input<string>;
  /** Backend API (`ld_api_id`) to deploy; it has to exist. Changing it replaces the deployment. */
  apiId: pulumi.Input<string>;
  /**
   * Front API that is published with the backend, and deleted when it is undeployed. Changing it replaces the
   * deployment.
   * @default none: the backend alone is deployed
   */
  frontApi?: pulumi.Input<FrontApiArgs | undefined>;
  /** Integration application; has to be the backend's own. Changing it replaces the deployment. */
  romaAppId?: pulumi.Input<string | undefined>;
  /** Any values, such as the hash of a script: when one changes, the API is undeployed and deployed again. */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
  /**
   * What a destroy does: `undeploy` takes the backend offline and deletes its front API, `retain` leaves both.
   * An adopted deployment is undeployed only if this is written. Changing it makes no call.
   * @default "undeploy"
   */
  onDelete?: pulumi.Input<"undeploy" | "retain" | undefined>;
}

/**
 * A deployed backend API of Huawei Cloud ROMA Connect. API: "Deploying a Backend API" and "Canceling Deployment
 * of a Backend API", `POST /v2/{project_id}/apic/instances/{instance_id}/livedata-apis/{ld_api_id}/deploy` and
 * `…/undeploy`.
 *
 * Its id is `region/instanceId/apiId`. Every change undeploys the API and deploys it again.
 */
export class LivedataDeployment extends ReleaseResource {
  declare readonly instanceId: pulumi.Output<string>;
  declare readonly apiId: pulumi.Output<string>;
  declare readonly frontApi: pulumi.Output<pulumi.Unwrap<FrontApiArgs> | undefined>;
  declare readonly romaAppId: pulumi.Output<string | undefined>;
  declare readonly triggers: pulumi.Output<Record<string, string> | undefined>;
  declare readonly onDelete: pulumi.Output<string | undefined>;
  declare readonly projectId: pulumi.Output<string>;
  /** ROMA's status of the backend: 1 to be developed, 3 developing, 4 deployed. */
  declare readonly status: pulumi.Output<number>;
  /** Id of the deployment in the API's history. */
  declare readonly deploymentId: pulumi.Output<string | undefined>;
  /** Id of the front API that was published. */
  declare readonly frontApiId: pulumi.Output<string | undefined>;
  /** When it was deployed, in ROMA's words. */
  declare readonly deployTime: pulumi.Output<string | undefined>;

  /** Every argument that breaks a rule is named at once, in the preview already. */
  constructor(name: string, args: LivedataDeploymentArgs, options?: pulumi.CustomResourceOptions) {
    super("huaweicloud:LivedataDeployment", name, args, members, options);
  }

  /** Reads a deployment that exists, by its id, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): LivedataDeployment {
    return new LivedataDeployment(name, undefined as unknown as LivedataDeploymentArgs, { ...options, id });
  }
}

const members = [
  "instanceId",
  "apiId",
  "frontApi",
  "romaAppId",
  "triggers",
  "onDelete",
  "projectId",
  "status",
  "deploymentId",
  "frontApiId",
  "deployTime",
];
