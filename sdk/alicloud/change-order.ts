import type * as pulumi from "@pulumi/pulumi";
import { ReleaseResource, type ReleaseArgs } from "../dynamic.js";

/**
 * What a {@link ChangeOrder} is declared with. An operation may take 3,600 seconds by default. With `ifFailed`
 * `replace` an order that is named by `appId` alone is given up for the one that is active then.
 */
export interface ChangeOrderArgs extends ReleaseArgs {
  /** The change order. This or `appId` is needed. Changing it replaces the resource, not the order. */
  changeOrderId?: pulumi.Input<string | undefined>;
  /**
   * Application of the change order. Without `changeOrderId` its one active order is taken when the resource is created;
   * none or several are an error. Beside `changeOrderId` it says where to look for a roll back whose answer was lost, for
   * EDAS does not tell the application of an order: give it for `rolledBack`. Changing it from one application to
   * another replaces the resource, not the order.
   */
  appId?: pulumi.Input<string | undefined>;
  /**
   * How the order shall end: `completed` waits for it (and releases its batches, see `confirmBatches`), `aborted`
   * stops it (instances that were updated stay so), `rolledBack` stops it and takes its changes back. May be
   * changed while the order runs.
   */
  desiredState: pulumi.Input<"completed" | "aborted" | "rolledBack">;
  /** Kind of cluster of the application, which decides how a roll back is called: needed for `rolledBack`. */
  clusterType?: pulumi.Input<"ecs" | "kubernetes" | undefined>;
  /**
   * Whether a batch that waits for a person is released. Otherwise the order is kept as unfinished there, and an
   * update after somebody released it goes on.
   * @default false
   */
  confirmBatches?: pulumi.Input<boolean | undefined>;
  /**
   * Whether an order that succeeded before it could be aborted or rolled back counts: `accept` or `fail`.
   * Changing it makes no call.
   * @default "accept" for `aborted`, "fail" for `rolledBack`
   */
  ifFinished?: pulumi.Input<"accept" | "fail" | undefined>;
  /**
   * What a destroy does: `retain` leaves the order as it is, `abort` stops it if it is still active.
   * Changing it makes no call.
   * @default "retain"
   */
  onDelete?: pulumi.Input<"retain" | "abort" | undefined>;
}

/** One batch of a change order. */
export interface Batch {
  pipelineId: string;
  name?: string;
  status: number;
}

/**
 * A change order of Alibaba Cloud EDAS, and how it shall end. API: "GetChangeOrderInfo", "ListRecentChangeOrder",
 * "AbortChangeOrder", "AbortAndRollbackChangeOrder", "RollbackChangeOrder" and "ContinuePipeline" of
 * version 2017-08-01.
 *
 * Its id is `region/changeOrderId`. An order that ended is not read again: EDAS forgets orders after about three
 * months.
 */
export class ChangeOrder extends ReleaseResource {
  declare readonly changeOrderId: pulumi.Output<string>;
  declare readonly appId: pulumi.Output<string | undefined>;
  declare readonly desiredState: pulumi.Output<string>;
  declare readonly clusterType: pulumi.Output<string | undefined>;
  declare readonly confirmBatches: pulumi.Output<boolean | undefined>;
  declare readonly onDelete: pulumi.Output<string | undefined>;
  /** Status in words: `ready`, `running`, `succeeded`, `failed`, `aborted`, `waitingForConfirmation`, … */
  declare readonly status: pulumi.Output<string>;
  /** Status as EDAS numbers it. */
  declare readonly statusCode: pulumi.Output<number>;
  /** How it ended: `completed`, `aborted`, `rolledBack`, `alreadyFinished`, `alreadyAborted` or `failed`. */
  declare readonly outcome: pulumi.Output<string | undefined>;
  /** `Automatic`, or `Manual` where a person releases each batch. */
  declare readonly batchType: pulumi.Output<string | undefined>;
  /** The batches, in their order. */
  declare readonly batches: pulumi.Output<Batch[] | undefined>;
  /** Whether EDAS can roll it back. */
  declare readonly supportRollback: pulumi.Output<boolean | undefined>;
  /** The order that takes the changes back, where EDAS made another one. */
  declare readonly rollbackOrderId: pulumi.Output<string | undefined>;

  /** Every argument that breaks a rule is named at once, in the preview already. */
  constructor(name: string, args: ChangeOrderArgs, options?: pulumi.CustomResourceOptions) {
    super("alicloud:ChangeOrder", name, args, members, options);
  }

  /** Reads an order that exists, by its id, without managing it. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): ChangeOrder {
    return new ChangeOrder(name, undefined as unknown as ChangeOrderArgs, { ...options, id });
  }
}

const members = [
  "changeOrderId",
  "appId",
  "desiredState",
  "clusterType",
  "confirmBatches",
  "onDelete",
  "status",
  "statusCode",
  "outcome",
  "batchType",
  "batches",
  "supportRollback",
  "rollbackOrderId",
];
