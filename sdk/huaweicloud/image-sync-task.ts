import type * as pulumi from "@pulumi/pulumi";
import { ReleaseResource, type HuaweicloudArgs } from "../dynamic.js";

/** What an {@link ImageSyncTask} is declared with. An operation may take 120 seconds by default. */
export interface ImageSyncTaskArgs extends HuaweicloudArgs {
  /**
   * Organization of the image repository: 1 to 64 lower-case letters, digits, and `.`, `_`, `-` between them.
   * Changing it replaces the task.
   */
  namespace: pulumi.Input<string>;
  /**
   * Image repository, such as `web` or `team/web`: 1 to 128 lower-case letters, digits, and `.`, `/`, `_`, `-`
   * between them. Changing it replaces the task.
   */
  repository: pulumi.Input<string>;
  /** Region to which images are copied, such as `cn-east-3`: another one than the repository's. Changing it replaces the task. */
  targetRegion: pulumi.Input<string>;
  /**
   * Organization to which images are copied, with the rules of `namespace`. It has to exist in the target
   * region: SWR does not check that, and copies nothing if it does not. Changing it replaces the task.
   */
  targetNamespace: pulumi.Input<string>;
  /**
   * Whether an image with the same name and tag in the target is overwritten. Changing it replaces the task.
   * @default false
   */
  override?: pulumi.Input<boolean | undefined>;
  /**
   * What a destroy does: `delete` stops the copying (copied images stay), `retain` leaves the task as it is.
   * An adopted task is deleted only if this is written. Changing it makes no call.
   * @default "delete"
   */
  onDelete?: pulumi.Input<"delete" | "retain" | undefined>;
}

/**
 * An automatic synchronization of an image repository of Huawei Cloud SWR: every image pushed to it is copied to
 * another region. API: "Creating", "Querying" and "Deleting an Automatic Image Synchronization Task", `POST`,
 * `GET` and `DELETE /v2/manage/namespaces/{namespace}/repos/{repository}/sync_repo`.
 *
 * Its id is `region/namespace/repository/targetRegion/targetNamespace`.
 */
export class ImageSyncTask extends ReleaseResource {
  declare readonly namespace: pulumi.Output<string>;
  declare readonly repository: pulumi.Output<string>;
  declare readonly targetRegion: pulumi.Output<string>;
  declare readonly targetNamespace: pulumi.Output<string>;
  declare readonly override: pulumi.Output<boolean | undefined>;
  declare readonly onDelete: pulumi.Output<string | undefined>;
  declare readonly projectId: pulumi.Output<string>;
  /** SWR's own number of the task. */
  declare readonly taskId: pulumi.Output<number | undefined>;
  /** When the task was created, in SWR's words (UTC). */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When the task was changed last, in SWR's words (UTC). */
  declare readonly updatedAt: pulumi.Output<string | undefined>;

  /** Every argument that breaks a rule is named at once, in the preview already. */
  constructor(name: string, args: ImageSyncTaskArgs, options?: pulumi.CustomResourceOptions) {
    super("huaweicloud:ImageSyncTask", name, args, members, options);
  }

  /** Reads a task that exists, by its id, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): ImageSyncTask {
    return new ImageSyncTask(name, undefined as unknown as ImageSyncTaskArgs, { ...options, id });
  }
}

const members = [
  "namespace",
  "repository",
  "targetRegion",
  "targetNamespace",
  "override",
  "onDelete",
  "projectId",
  "taskId",
  "createdAt",
  "updatedAt",
];
