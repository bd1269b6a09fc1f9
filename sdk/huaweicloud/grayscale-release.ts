import type * as pulumi from "@pulumi/pulumi";
import { ReleaseResource, type HuaweicloudArgs } from "../dynamic.js";

/** A gray workload: where it runs, and what runs. */
export interface GrayDeploymentArgs {
  /** Cluster of the gray workload. */
  clusterId: pulumi.Input<string>;
  /** The gray workload: a whole Kubernetes Deployment (`apps/v1`). */
  template: pulumi.Input<object>;
}

/** What a {@link GrayscaleRelease} is declared with. An operation may take 600 seconds by default. */
export interface GrayscaleReleaseArgs extends HuaweicloudArgs {
  /** Mesh in which the release happens. Changing it replaces the release. */
  meshId: pulumi.Input<string>;
  /** Kubernetes namespace of the service. Changing it replaces the release. */
  namespace: pulumi.Input<string>;
  /** Service whose traffic is divided; it can have one release at a time. Changing it replaces the release. */
  serviceName: pulumi.Input<string>;
  /** Cluster of the release. Changing it replaces the release. */
  clusterId: pulumi.Input<string>;
  /** Original workload, beside which the gray one runs. Changing it replaces the release. */
  deploymentName: pulumi.Input<string>;
  /** Version of the gray workload, passed on as it is. Changing it replaces the release. */
  version: pulumi.Input<string>;
  /** Type of the release, passed on as it is: the API publishes no list. Changing it replaces the release. */
  type: pulumi.Input<string>;
  /** Gray workloads, one for each cluster; at least one. Changing them replaces the release. */
  grayDeployments: pulumi.Input<pulumi.Input<GrayDeploymentArgs>[]>;
  /**
   * Name of the release: 4 to 64 lower-case letters, digits and hyphens, beginning with a letter and not ending
   * with a hyphen. Changing it replaces the release.
   * @default the name of the resource in the program, when it is created
   */
  name?: pulumi.Input<string | undefined>;
  /** Phases, in ASM's words, for one of which a create waits. Changing them makes no call. @default none: it does not wait */
  readyPhases?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Phases, in ASM's words, that mean that the release failed. Changing them makes no call. @default none */
  failedPhases?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Phases, in ASM's words, that mean that the release was ended. Changing them makes no call. @default none: it is gone then */
  endedPhases?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /**
   * What becomes of a release that somebody ended outside of Pulumi: `keep` leaves it in the state with the
   * outcome `endedElsewhere`, where it is left alone as long as no refresh sees it run; `recreate` starts it again.
   * @default "keep"
   */
  ifEndedElsewhere?: pulumi.Input<"keep" | "recreate" | undefined>;
  /**
   * What a destroy does: `cancel` gives up the gray version (ASM refuses it while gray traffic flows), `end` gives
   * up the original version (ASM wants all traffic on the gray one), `retain` leaves the task running.
   * An adopted release is ended only if this is written. Changing it makes no call.
   * @default "cancel"
   */
  onDelete?: pulumi.Input<"cancel" | "end" | "retain" | undefined>;
}

/**
 * A grayscale release task of Huawei Cloud ASM: a gray version of a service runs beside the original one. API:
 * "Creating a Grayscale Release Task" and "Deleting a Grayscale Release Task", `POST` and `DELETE
 * /v2/meshes/{mesh_id}/namespaces/{namespace}/releases`.
 *
 * Its id is `region/meshId/namespace/uid`. Every change of what is released ends it and starts another.
 */
export class GrayscaleRelease extends ReleaseResource {
  declare readonly meshId: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly serviceName: pulumi.Output<string>;
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly deploymentName: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;
  declare readonly type: pulumi.Output<string>;
  declare readonly grayDeployments: pulumi.Output<{ clusterId: string; template: object }[]>;
  declare readonly name: pulumi.Output<string>;
  declare readonly onDelete: pulumi.Output<string | undefined>;
  declare readonly projectId: pulumi.Output<string>;
  /** ASM's own id of the task. */
  declare readonly uid: pulumi.Output<string>;
  /** Phase in ASM's words, as it was seen last. */
  declare readonly phase: pulumi.Output<string | undefined>;
  /** When the task started, in ASM's words. */
  declare readonly startTime: pulumi.Output<string | undefined>;
  /** When the task changed last, in ASM's words. */
  declare readonly updateTime: pulumi.Output<string | undefined>;
  /** `running`, or `endedElsewhere` once somebody ended it outside of Pulumi. */
  declare readonly outcome: pulumi.Output<"running" | "endedElsewhere">;

  /** Every argument that breaks a rule is named at once, in the preview already. */
  constructor(name: string, args: GrayscaleReleaseArgs, options?: pulumi.CustomResourceOptions) {
    super("huaweicloud:GrayscaleRelease", name, args, members, options);
  }

  /** Reads a release that exists, by its id, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): GrayscaleRelease {
    return new GrayscaleRelease(name, undefined as unknown as GrayscaleReleaseArgs, { ...options, id });
  }
}

const members = [
  "meshId",
  "namespace",
  "serviceName",
  "clusterId",
  "deploymentName",
  "version",
  "type",
  "grayDeployments",
  "name",
  "onDelete",
  "projectId",
  "uid",
  "phase",
  "startTime",
  "updateTime",
  "outcome",
];
