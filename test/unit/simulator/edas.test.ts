import { describe, expect, test } from "vitest";
import type { EdasClient } from "./client.js";
import { start } from "./start.js";

const manual = "47e2b863-adc8-4a0e-ac23-8361b95a0002";
const everyRead = { advance: "afterReads", reads: 1 } as const;

async function info(edas: EdasClient, id: string): Promise<{ status: number; batches: number[] }> {
  const { changeOrderInfo } = (await edas("info", { ChangeOrderId: id })).json;
  const pipelines: { PipelineStatus: number }[] = changeOrderInfo.PipelineInfoList.PipelineInfo;
  return { status: changeOrderInfo.Status, batches: pipelines.map((one) => one.PipelineStatus) };
}

async function code(edas: EdasClient, name: Parameters<EdasClient>[0], id: string): Promise<unknown> {
  const answer = await edas(name, { ChangeOrderId: id });
  expect(answer.status).toBe(200);
  return answer.json.Code;
}

test("an order shows itself as documented", async () => {
  const { edas } = await start();
  const answer = await edas("info", { ChangeOrderId: manual });
  expect(answer.json).toMatchObject({
    Code: 200,
    Message: "success",
    RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    changeOrderInfo: {
      ChangeOrderId: manual,
      Status: 8,
      BatchType: "Manual",
      BatchCount: 4,
      SupportRollback: true,
      CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    },
  });
  expect(answer.json.changeOrderInfo).not.toHaveProperty("AppId");
  expect(answer.json.changeOrderInfo.PipelineInfoList.PipelineInfo[1]).toMatchObject({
    PipelineStatus: 8,
    StartTime: expect.stringMatching(/^\d{13}$/),
  });
});

test("recent orders of an application are listed", async () => {
  const { edas } = await start();
  const answer = await edas("list", { AppId: "app-2" });
  expect(answer.json.ChangeOrderList.ChangeOrder).toMatchObject([
    { ChangeOrderId: manual, AppId: "app-2", Status: 8, BatchType: "Manual", BatchCount: 4, Source: "pop" },
  ]);
  expect((await edas("list", { AppId: "nothing" })).json.Code).toBe(601);
});

describe("a deployment", () => {
  const deployment = {
    AppId: "app-3",
    GroupId: "all",
    DeployType: "url",
    PackageVersion: "2026-01-02",
    WarUrl: "https://example.com/app.war",
  };

  test("makes an order", async () => {
    const { edas } = await start({ progress: everyRead });
    const answer = await edas("deploy", { ...deployment, Batch: "2", ReleaseType: "1", Gray: "false" });
    expect(answer.json.Code).toBe(200);
    expect(await info(edas, answer.json.ChangeOrderId)).toEqual({ status: 8, batches: [2, 8] });
    expect((await edas("deploy", deployment)).json).toMatchObject({ Code: 601 });
  });

  test.each([
    ["no package", { WarUrl: "" }],
    ["no group", { GroupId: "" }],
    ["six batches", { Batch: "6" }],
    ["a wait of ten minutes", { BatchWaitTime: "10" }],
    ["an unknown release type", { ReleaseType: "2" }],
    ["an unknown application", { AppId: "nothing" }],
    ["an unknown parameter", { Force: "true" }],
  ])("is refused with %s", async (_name, change) => {
    const { edas, simulator } = await start();
    expect((await edas("deploy", { ...deployment, ...change })).json.Code).toBe(601);
    expect(simulator.cloud.changeOrders).toHaveLength(3);
  });
});

describe("refuses", () => {
  test("what it does not know, as HTTP 200", async () => {
    const { edas } = await start();
    expect(await code(edas, "info", "nothing")).toBe(601);
    expect(await code(edas, "abort", "nothing")).toBe(601);
    expect((await edas("info", { ChangeOrderId: manual, Verbose: "true" })).json.Code).toBe(601);
  });

  test("a missing parameter, at the gateway", async () => {
    const { edas } = await start();
    const answer = await edas("abort");
    expect([answer.status, answer.json.Code]).toEqual([400, "MissingChangeOrderId"]);
  });

  test("an order of another region", async () => {
    const { edas } = await start();
    expect((await edas("info", { ChangeOrderId: manual }, "cn-hangzhou")).json.Code).toBe(200);
    expect((await edas("info", { ChangeOrderId: manual }, "cn-beijing")).json.Code).toBe(601);
  });
});
