// Change orders of EDAS (version 2017-08-01), as its API has them: every parameter in the query, no bodies, and a
// name for each operation, which is signed.
import * as z from "../zod.js";
import { CloudError } from "../errors.js";
import { understood } from "../http.js";
import { cloudId, type Context } from "../kind.js";

/** A batch. */
export interface Pipeline {
  readonly PipelineId: string;
  readonly PipelineName?: string | null | undefined;
  readonly PipelineStatus: number;
}

/** What is relied upon of a change order ("GetChangeOrderInfo"). */
export interface Order {
  readonly Status: number;
  readonly BatchType?: string | null | undefined;
  readonly SupportRollback?: boolean | null | undefined;
  readonly PipelineInfoList?: { PipelineInfo?: Pipeline[] | null | undefined } | null | undefined;
}

/** An order in a list ("ListRecentChangeOrder"). */
export interface ListedOrder {
  readonly ChangeOrderId: string;
  readonly Status: number;
  readonly CoType?: string | null | undefined;
  readonly CoTypeCode?: string | null | undefined;
  /** Of the instances that it changes. */
  readonly GroupId?: string | null | undefined;
  /** To the second, in a time zone that is not told. */
  readonly CreateTime?: string | null | undefined;
}

const pipeline = z.object({
  PipelineId: z.string(),
  PipelineName: z.string().nullish(),
  PipelineStatus: z.number(),
});

const orderInfo = z.object({
  changeOrderInfo: z.object({
    Status: z.number(),
    BatchType: z.string().nullish(),
    SupportRollback: z.boolean().nullish(),
    PipelineInfoList: z.object({ PipelineInfo: z.array(pipeline).nullish() }).nullish(),
  }),
});

const listedOrder = z.object({
  ChangeOrderId: cloudId,
  Status: z.number(),
  CoType: z.string().nullish(),
  CoTypeCode: z.string().nullish(),
  GroupId: z.string().nullish(),
  CreateTime: z.string().nullish(),
});

const orderList = z.object({
  ChangeOrderList: z.object({
    ChangeOrder: z.array(listedOrder).nullish(),
  }),
});

/** The order that an action answers may be another one than it was asked about. */
const actedUpon = z.object({ Data: z.object({ ChangeOrderId: z.string().optional() }).nullish() });

const orders = "/pop/v5/changeorder";

/** "GetChangeOrderInfo": a read, although it is a POST. */
export async function getOrder(ChangeOrderId: string, { call }: Context): Promise<Order> {
  const path = `${orders}/change_order_info`;
  const query = { ChangeOrderId };
  const reply = await call({ ...post, action: "GetChangeOrderInfo", path, query });
  return understood(orderInfo, reply).changeOrderInfo;
}

/** "ListRecentChangeOrder": a read, although it is a POST. */
export async function listOrders(AppId: string, { call }: Context): Promise<readonly ListedOrder[]> {
  const path = `${orders}/change_order_list`;
  const reply = await call({ ...post, action: "ListRecentChangeOrder", path, query: { AppId } });
  return understood(orderList, reply).ChangeOrderList.ChangeOrder ?? [];
}

/** Whether an order takes another one back. No page lists the types, so that not being recognised means nothing. */
export function rollsBack({ CoType, CoTypeCode }: ListedOrder): boolean {
  return /roll.?back|回滚/i.test(`${CoTypeCode ?? ""} ${CoType ?? ""}`);
}

const post = { service: "edas", method: "POST", writes: false } as const;

/** The ways to stop an order: leaving its changes, or taking them back on one or the other kind of cluster. */
export type Way = "abort" | "rollBackOnKubernetes" | "rollBackOnEcs";

const actions: Readonly<Record<Way, readonly [action: string, path: string]>> = {
  abort: ["AbortChangeOrder", `${orders}/change_order_abort`],
  rollBackOnKubernetes: ["AbortAndRollbackChangeOrder", `${orders}/change_order_abort_and_rollback`],
  rollBackOnEcs: ["RollbackChangeOrder", "/pop/v5/oam/changeorder/rollback"],
};

export interface Acted {
  readonly changeOrderId: string | undefined;
  readonly requestId: string | undefined;
}

export async function actOnOrder(ChangeOrderId: string, how: Way, { call }: Context): Promise<Acted> {
  const [action, path] = actions[how];
  const reply = await call({ service: "edas", action, method: "PUT", path, query: { ChangeOrderId } });
  return {
    changeOrderId: actedUpon.safeParse(reply.body).data?.Data?.ChangeOrderId,
    requestId: reply.requestId,
  };
}

/**
 * "ContinuePipeline": releases a batch – a write, although it is a GET. A lost reply is no matter: the next look
 * at the order shows what became of it.
 */
export async function continuePipeline(PipelineId: string, { call }: Context): Promise<void> {
  const path = `${orders}/pipeline_batch_confirm`;
  const query = { PipelineId, Confirm: "true" };
  try {
    await call({ service: "edas", action: "ContinuePipeline", method: "GET", path, query, writes: true });
  } catch (error) {
    if (!(error instanceof CloudError && error.uncertain)) throw error;
  }
}
