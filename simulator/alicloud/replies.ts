import { Refused, type Call, type Reply } from "../operation.js";
import type { ChangeOrder, Pipeline } from "./change-order.js";

export function envelope(call: Call, fields: Record<string, unknown>): Reply {
  return { status: 200, body: { Code: 200, Message: "success", RequestId: call.requestId, ...fields } };
}

/** What EDAS itself refuses comes back as HTTP 200; the server adds the request id. */
export function failure(message: string): Refused {
  return new Refused({ status: 200, body: { Code: 601, Message: message } });
}

export function toInfo(order: ChangeOrder): Record<string, unknown> {
  return {
    ChangeOrderId: order.changeOrderId,
    Status: order.status,
    BatchType: order.batchType,
    BatchCount: order.pipelines.length,
    CoType: order.coType,
    CreateTime: localTime(order.createdAt),
    CreateUserId: order.account,
    ChangeOrderDescription: "",
    Desc: "",
    SupportRollback: order.supportRollback,
    Targets: { Items: [] },
    TrafficControl: {},
    PipelineInfoList: { PipelineInfo: order.pipelines.map(toPipelineInfo) },
  };
}

function toPipelineInfo(pipeline: Pipeline): Record<string, unknown> {
  return {
    PipelineId: pipeline.pipelineId,
    PipelineName: pipeline.name,
    PipelineStatus: pipeline.status,
    StartTime: String(pipeline.startTime),
    UpdateTime: String(pipeline.updateTime),
    StageDetailList: { StageDetailDTO: [] },
    StageList: { StageInfoDTO: [] },
  };
}

export function toListItem(order: ChangeOrder): Record<string, unknown> {
  return {
    ChangeOrderId: order.changeOrderId,
    AppId: order.appId,
    GroupId: "all",
    Status: order.status,
    CoType: order.coType,
    CoTypeCode: order.coTypeCode,
    BatchType: order.batchType,
    BatchCount: order.pipelines.length,
    CreateTime: localTime(order.createdAt),
    FinishTime: order.finishedAt === undefined ? "" : localTime(order.finishedAt),
    CreateUserId: order.account,
    UserId: order.account,
    ChangeOrderDescription: "",
    Source: "pop",
  };
}

function localTime(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}
