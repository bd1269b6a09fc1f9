import type { Journey, Pace } from "../progress.js";

export type BatchType = "Automatic" | "Manual";

/** EDAS' numbers for the state of an order and of its batches. */
export const orderStatus = {
  ready: 0,
  running: 1,
  succeeded: 2,
  failed: 3,
  aborted: 6,
  partlySucceeded: 7,
  waitingForConfirmation: 8,
  waitingForNextBatch: 9,
  systemFailure: 10,
} as const;

/** One batch of an order. */
export interface Pipeline {
  pipelineId: string;
  name: string;
  status: number;
  startTime: number;
  updateTime: number;
}

/** An EDAS change order. */
export interface ChangeOrder {
  region: string;
  account: string;
  changeOrderId: string;
  appId: string;
  clusterType: "ecs" | "kubernetes";
  batchType: BatchType;
  /** See `orderStatus`; tests may write any number here. */
  status: number;
  /** Its batches do not move on by themselves; abort and rollback still work. */
  held: boolean;
  coType: string;
  coTypeCode: string;
  createdAt: number;
  finishedAt?: number;
  supportRollback: boolean;
  pipelines: Pipeline[];
  /** Set once an abort was accepted: the next step leads to 6. */
  aborting?: boolean;
  /** The order that turns to 6 when this one, its rollback, succeeds. */
  rollbackOf?: string;
  /** The id that its rollback is to get, if not a new one. */
  rollbackOrderId?: string;
  /** Set while a rollback runs under another id. */
  rolledBackBy?: string;
  journey: Journey;
}

const { ready, running, succeeded, aborted, waitingForConfirmation, waitingForNextBatch } = orderStatus;
const active = new Set<number>([ready, running, waitingForConfirmation, waitingForNextBatch]);

export function isActive(order: ChangeOrder): boolean {
  return active.has(order.status);
}

/** The batches of an order that is already in `status`. */
export function newPipelines(
  changeOrderId: string,
  batches: number,
  status: number,
  now: number,
): Pipeline[] {
  const between = status === waitingForConfirmation || status === waitingForNextBatch;
  const current = between && batches > 1 ? 1 : 0;
  const everywhere = status === succeeded || status === ready || status === aborted;
  return Array.from({ length: batches }, (_, index) => ({
    pipelineId: `${changeOrderId}-batch-${index + 1}`,
    name: `Batch ${index + 1} Change`,
    status: everywhere || index === current ? status : index < current ? succeeded : ready,
    startTime: now,
    updateTime: now,
  }));
}

/** Lets an order, seen in a read, take the steps that are due. */
export function moveOnRead(order: ChangeOrder, orders: readonly ChangeOrder[], pace: Pace): void {
  const rollback = orders.find(
    (one) => one.changeOrderId === order.rolledBackBy && one.region === order.region,
  );
  const moving = rollback ?? order;
  move(moving, orders, pace, pace.stepsOnRead(moving.journey));
}

/** Lets an order, just changed by a request, take the steps that are due at once. */
export function moveAtOnce(order: ChangeOrder, orders: readonly ChangeOrder[], pace: Pace): void {
  order.journey = pace.start();
  move(order, orders, pace, pace.stepsAtOnce());
}

function move(order: ChangeOrder, orders: readonly ChangeOrder[], pace: Pace, steps: number): void {
  for (let taken = 0; taken < steps; taken += 1) {
    if (!step(order, pace.now())) break;
  }
  if (order.status !== succeeded || order.rollbackOf === undefined) return;
  const original = orders.find(
    (one) => one.changeOrderId === order.rollbackOf && one.region === order.region,
  );
  if (original && original.rolledBackBy === order.changeOrderId) {
    finish(original, aborted, pace.now());
    delete original.rolledBackBy;
  }
}

function step(order: ChangeOrder, now: number): boolean {
  if (order.aborting) {
    delete order.aborting;
    finish(order, aborted, now);
    return true;
  }
  if (order.held || order.rolledBackBy !== undefined) return false;
  if (order.status === ready || order.status === waitingForNextBatch) {
    startNextBatch(order, now);
    return true;
  }
  if (order.status !== running) return false;
  const current = order.pipelines.find((pipeline) => pipeline.status === running);
  if (current) set(current, succeeded, now);
  const next = order.pipelines.find((pipeline) => pipeline.status === ready);
  if (!next) {
    finish(order, succeeded, now);
    return true;
  }
  order.status = order.batchType === "Manual" ? waitingForConfirmation : waitingForNextBatch;
  set(next, order.status, now);
  return true;
}

/** Starts the batch that waits, or the first one. */
export function startNextBatch(order: ChangeOrder, now: number): void {
  const next =
    order.pipelines.find(
      (one) => one.status === waitingForConfirmation || one.status === waitingForNextBatch,
    ) ?? order.pipelines.find((one) => one.status === ready);
  if (next) set(next, running, now);
  order.status = running;
}

function finish(order: ChangeOrder, status: number, now: number): void {
  order.status = status;
  order.finishedAt = now;
  for (const pipeline of order.pipelines) if (pipeline.status !== succeeded) set(pipeline, status, now);
}

function set(pipeline: Pipeline, status: number, now: number): void {
  if (status === running) pipeline.startTime = now;
  pipeline.status = status;
  pipeline.updateTime = now;
}
