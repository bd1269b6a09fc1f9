import { describe, expect, test } from "vitest";
import { exampleSeed, orderStatus, type ChangeOrderSeed } from "../../../simulator/index.js";
import type { EdasClient } from "./client.js";
import { start } from "./start.js";

const automatic = "47e2b863-adc8-4a0e-ac23-8361b95a0001";
const manual = "47e2b863-adc8-4a0e-ac23-8361b95a0002";
const finished = "47e2b863-adc8-4a0e-ac23-8361b95a0003";
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

function withOrder(order: Partial<ChangeOrderSeed>): { changeOrders: ChangeOrderSeed[] } {
  return { changeOrders: [{ changeOrderId: "order", appId: "app", clusterType: "ecs", ...order }] };
}

describe("an automatic order", () => {
  test("goes from batch to batch", async () => {
    const { edas } = await start({ seed: withOrder({ batches: 2, status: 0 }), progress: everyRead });
    expect(await info(edas, "order")).toEqual({ status: 1, batches: [1, 0] });
    expect(await info(edas, "order")).toEqual({ status: 9, batches: [2, 9] });
    expect(await info(edas, "order")).toEqual({ status: 1, batches: [2, 1] });
    expect(await info(edas, "order")).toEqual({ status: 2, batches: [2, 2] });
    expect(await info(edas, "order")).toEqual({ status: 2, batches: [2, 2] });
  });

  test("stays where it is while held, and can be aborted", async () => {
    const { edas } = await start();
    expect(await info(edas, automatic)).toEqual({ status: 1, batches: [1, 0] });
    expect(await code(edas, "abort", automatic)).toBe(200);
    expect(await info(edas, automatic)).toEqual({ status: 6, batches: [6, 6] });
  });
});

describe("a manual order", () => {
  const confirm = (edas: EdasClient, batch: number, Confirm: string): ReturnType<EdasClient> =>
    edas("confirm", { PipelineId: `${manual}-batch-${batch}`, Confirm });

  test("waits for each confirmation", async () => {
    const { edas } = await start({ seed: exampleSeed, progress: everyRead });
    expect(await info(edas, manual)).toEqual({ status: 8, batches: [2, 8, 0, 0] });
    expect((await confirm(edas, 2, "True")).json).toMatchObject({ Code: 200, Message: "success" });
    expect(await info(edas, manual)).toEqual({ status: 8, batches: [2, 2, 8, 0] });
    await confirm(edas, 3, "true");
    expect(await info(edas, manual)).toEqual({ status: 8, batches: [2, 2, 2, 8] });
    await confirm(edas, 4, "true");
    expect(await info(edas, manual)).toEqual({ status: 2, batches: [2, 2, 2, 2] });
  });

  test("stays where it is without a yes", async () => {
    const { edas } = await start();
    expect((await confirm(edas, 2, "false")).json.Code).toBe(200);
    expect(await info(edas, manual)).toEqual({ status: 8, batches: [2, 8, 0, 0] });
    expect((await confirm(edas, 1, "true")).json.Code).toBe(601);
    expect((await confirm(edas, 9, "true")).json.Code).toBe(601);
    expect((await confirm(edas, 2, "yes")).json.Code).toBe(601);
  });

  test("can be aborted", async () => {
    const { edas } = await start();
    expect(await code(edas, "abort", manual)).toBe(200);
    expect(await info(edas, manual)).toEqual({ status: 6, batches: [2, 6, 6, 6] });
  });
});

describe("an abort", () => {
  test.each([2, 3, 6, 7, 10])("is refused in status %i", async (status) => {
    const { edas } = await start({ seed: withOrder({ status }) });
    const answer = await edas("abort", { ChangeOrderId: "order" });
    expect(answer).toMatchObject({ status: 200, json: { Code: 601, RequestId: expect.any(String) } });
    expect((await info(edas, "order")).status).toBe(status);
  });

  test.each([0, 1, 8, 9])("is accepted in status %i, names the order and takes its time", async (status) => {
    const { edas } = await start({
      seed: withOrder({ status, held: true }),
      progress: { advance: "afterReads", reads: 2 },
    });
    const answer = await edas("abort", { ChangeOrderId: "order" });
    expect(answer.json).toMatchObject({ Code: 200, ErrorCode: "success", Data: { ChangeOrderId: "order" } });
    expect((await info(edas, "order")).status).toBe(status);
    expect(await code(edas, "abort", "order")).toBe(200);
    expect((await info(edas, "order")).status).toBe(status);
    expect((await info(edas, "order")).status).toBe(orderStatus.aborted);
  });
});

describe("a rollback", () => {
  test("runs as an order of its own, at whose end the first one is aborted", async () => {
    const { edas } = await start({ progress: { advance: "afterReads", reads: 2 } });
    const answer = await edas("rollback", { ChangeOrderId: automatic });
    const rollback = answer.json.Data.ChangeOrderId;
    expect(rollback).not.toBe(automatic);
    expect((await info(edas, rollback)).status).toBe(1);
    expect((await info(edas, automatic)).status).toBe(6);
    expect((await info(edas, rollback)).status).toBe(2);
    expect((await edas("list", { AppId: "app-1" })).json.ChangeOrderList.ChangeOrder).toMatchObject([
      { ChangeOrderId: rollback, CoTypeCode: "CoRollback" },
      { ChangeOrderId: automatic },
    ]);
  });

  test("can go on under the same id", async () => {
    const { edas } = await start({
      seed: { ...withOrder({ clusterType: "kubernetes" }), rollbackKeepsOrderId: true },
    });
    const answer = await edas("abortAndRollback", { ChangeOrderId: "order" });
    expect(answer.json.Data.ChangeOrderId).toBe("order");
    expect((await info(edas, "order")).status).toBe(6);
  });

  test("asked for twice is two rollbacks: nothing says that EDAS tells them apart", async () => {
    const { edas } = await start({ progress: { advance: "never" } });
    const [first, second] = [
      await edas("rollback", { ChangeOrderId: automatic }),
      await edas("rollback", { ChangeOrderId: automatic }),
    ];
    expect(second.json.Data).not.toEqual(first.json.Data);
  });

  test.each([3, 7, 10])("is possible after a failure, status %i", async (status) => {
    const { edas } = await start({ seed: withOrder({ status }) });
    expect(await code(edas, "rollback", "order")).toBe(200);
    expect((await info(edas, "order")).status).toBe(6);
  });

  test("is refused for what has ended well, was aborted, or runs in the other kind of cluster", async () => {
    const { edas } = await start();
    expect(await code(edas, "rollback", finished)).toBe(601);
    expect(await code(edas, "rollback", manual)).toBe(601);
    expect(await code(edas, "abortAndRollback", automatic)).toBe(601);
    await edas("abort", { ChangeOrderId: automatic });
    expect(await code(edas, "rollback", automatic)).toBe(601);
  });
});
