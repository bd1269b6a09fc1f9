import {
  orderStatus,
  type ChangeOrder,
  type ChangeOrderSeed,
  type SimulatorOptions,
} from "pulumi-grayscale/simulator";
import { describe, expect, test } from "vitest";
import { describeResource } from "../contract.js";
import type { Properties } from "../dynamic-host.js";
import { cloudFor, destroy, failing, refresh, textOf, up, upAgain } from "../resource-host.js";
import { createsIn } from "../session.js";
import type { SimulatedCloud } from "../simulated-cloud.js";
import { alicloudRequest, sent } from "../wire.js";
import {
  abort,
  abortAndRollBack,
  args,
  changeOrderSpec,
  info,
  kind,
  ofRollback,
  order,
  orders,
  rollBack,
  running,
  seed,
} from "./change-order.js";

describeResource(changeOrderSpec);

test("every request is as documented: all in the query, nothing in a body, no content type", async () => {
  const manual = { ...running, batchType: "Manual", status: 8, held: false } as const;
  const cloud = await cloudFor({ seed: { changeOrders: [manual] } });
  await up(cloud, kind, { appId: "app-1", desiredState: "completed", confirmBatches: true });
  for (const clusterType of ["ecs", "kubernetes"] as const) {
    cloud.cloud.changeOrders = [];
    cloud.cloud.addChangeOrder({ ...running, clusterType });
    await up(cloud, kind, { ...args, desiredState: "rolledBack", clusterType });
  }
  cloud.cloud.changeOrders = [];
  cloud.cloud.addChangeOrder(running);
  await up(cloud, kind, args);
  const byOrder = "?ChangeOrderId=order-1";
  const expected = [
    ["POST", `${orders}/change_order_list?AppId=app-1`, "ListRecentChangeOrder"],
    ["POST", `${orders}/change_order_info${byOrder}`, "GetChangeOrderInfo"],
    ["GET", `${orders}/pipeline_batch_confirm?Confirm=true&PipelineId=order-1-batch-2`, "ContinuePipeline"],
    ["PUT", `/pop/v5/oam/changeorder/rollback${byOrder}`, "RollbackChangeOrder"],
    ["PUT", `${orders}/change_order_abort_and_rollback${byOrder}`, "AbortAndRollbackChangeOrder"],
    ["PUT", `${orders}/change_order_abort${byOrder}`, "AbortChangeOrder"],
  ] as const;
  for (const [method, path, action] of expected) {
    const request = cloud.requests.find(({ headers }) => headers["x-acs-action"] === action);
    expect(sent(request)).toEqual(alicloudRequest({ method, path, action }));
  }
  const nonces = cloud.requests.map(({ headers }) => headers["x-acs-signature-nonce"]);
  expect(new Set(nonces).size).toBe(nonces.length);
});

describe("what an order is, what is wanted, what is done", () => {
  const session = createsIn(kind, seed);
  const start = (planted: Partial<ChangeOrderSeed>): void => {
    session.cloud().cloud.changeOrders = [];
    session.cloud().cloud.addChangeOrder({ ...running, ...planted });
  };
  const { failed, partlySucceeded, systemFailure, succeeded, aborted, ready } = orderStatus;
  const ecs = { desiredState: "rolledBack", clusterType: "ecs" };
  const accept = { ...ecs, ifFinished: "accept" };

  test.each([
    [ready, { desiredState: "completed" }, "completed", [info]],
    [1, { desiredState: "completed" }, "completed", [info]],
    [9, { desiredState: "completed" }, "completed", [info]],
    [succeeded, { desiredState: "completed" }, "completed", [info]],
    [ready, args, "aborted", [info, abort, info]],
    [8, args, "aborted", [info, abort, info]],
    [9, args, "aborted", [info, abort, info]],
    [succeeded, args, "alreadyFinished", [info]],
    [aborted, args, "alreadyAborted", [info]],
    [failed, args, "failed", [info]],
    [partlySucceeded, args, "failed", [info]],
    [systemFailure, args, "failed", [info]],
    [1, ecs, "rolledBack", [info, rollBack, ofRollback]],
    [8, ecs, "rolledBack", [info, rollBack, ofRollback]],
    [failed, ecs, "rolledBack", [info, rollBack, ofRollback]],
    [1, { ...ecs, clusterType: "kubernetes" }, "rolledBack", [info, abortAndRollBack, ofRollback]],
    [succeeded, accept, "alreadyFinished", [info]],
    [aborted, accept, "alreadyAborted", [info]],
  ] as [number, Properties, string, string[]][])("%i, %j: %s", async (status, wanted, outcome, calls) => {
    const clusterType = wanted["clusterType"] === "kubernetes" ? "kubernetes" : "ecs";
    start({ status, clusterType, held: wanted["desiredState"] !== "completed" });
    const made = await session.up({ ...args, ...wanted });
    expect(made.stored.outputs["outcome"]).toBe(outcome);
    expect(made.calls).toEqual(calls);
  });

  test.each([
    [aborted, { desiredState: "completed" }, "it ended as aborted, and desiredState is"],
    [partlySucceeded, { desiredState: "completed" }, "it ended as partlySucceeded"],
    [systemFailure, { desiredState: "completed" }, "it ended as systemFailure"],
    [succeeded, { ifFinished: "fail" }, 'it succeeded before it could be aborted, and ifFinished is "fail"'],
    [
      succeeded,
      ecs,
      "it succeeded before it could be rolled back: roll the application back, or set ifFinished",
    ],
    [aborted, ecs, "it was aborted before it could be rolled back"],
  ] as [number, Properties, string][])("%i, %j: %s", async (status, wanted, words) => {
    start({ status });
    const made = await failing(session.up({ ...args, ...wanted }));
    expect(made.calls).toEqual([info]);
    expect(made.message).toContain(`change order order-1: ${words}`);
    expect(made.stored?.outputs["unfinished"]).toMatchObject({ kind: "failed" });
  });

  test.each([601, "601"])("Code %j in an answer of 200 is a failure", async (code) => {
    start({});
    const fault = { kind: "edasFailure", code, message: "words of EDAS" } as const;
    session.cloud().queueFault({ times: 9, fault });
    const refused = await failing(session.up(args));
    expect(refused.message).toMatch(
      /^POST \S+ answered 200 601: words of EDAS \(request id [0-9A-F-]{36}\)$/,
    );
    expect(refused.calls).toEqual([info]);
  });

  test.each([500, "503"])("Code %j in an answer of 200 counts as that status", async (code) => {
    start({});
    session.cloud().queueFault({ fault: { kind: "edasFailure", code, message: "busy" } });
    expect((await session.up(args)).calls).toEqual([info, info, abort, info]);
  });

  test("the application's one active order is taken; none or several are told", async () => {
    const byApp = { appId: "app-1", desiredState: "aborted" };
    const list = `POST ${orders}/change_order_list?AppId=app-1 200`;
    start({});
    session.cloud().cloud.addChangeOrder({ ...running, changeOrderId: "order-0", status: succeeded });
    const one = await session.up(byApp);
    expect(one.stored).toMatchObject({ id: "cn-hangzhou/order-1", outputs: { changeOrderId: "order-1" } });
    expect(one.calls).toEqual([list, info, abort, info]);
    const none = await failing(session.up(byApp));
    expect(none.message).toBe(
      "application app-1 has 0 active change orders: set changeOrderId to the one that is meant",
    );
    start({});
    session.cloud().cloud.addChangeOrder({ ...running, changeOrderId: "order-2", status: 8 });
    expect((await failing(session.up(byApp))).message).toMatch(
      /has 2 active change orders \(order-2, order-1\)/,
    );
  });
});

test("a roll back that a killed run began is not rolled back, where the order is found by its application", async () => {
  const cloud = await cloudFor({ seed });
  const byApp = { appId: "app-1", desiredState: "rolledBack", clusterType: "ecs" };
  cloud.setProgress({ advance: "never" });
  await failing(up(cloud, kind, { ...byApp, timeoutSeconds: 1 }));
  const [original, begun] = cloud.cloud.changeOrders;
  if (original === undefined || begun === undefined)
    throw new Error("the order should be rolled back by another");
  original.status = orderStatus.aborted;
  const again = await failing(up(cloud, kind, byApp));
  expect(again.message).toBe(
    `the active change order ${begun.changeOrderId} of application app-1 is a roll back itself, which is not rolled back: set changeOrderId, too, to the order that it rolls back`,
  );
  expect(again.stored).toBeUndefined();
  expect(cloud.cloud.changeOrders).toHaveLength(2);
});

describe("a roll back that a killed run began", () => {
  const byApp = { appId: "app-1", desiredState: "rolledBack", clusterType: "ecs" };
  const both = { ...byApp, changeOrderId: "order-1" };
  const list = `POST ${orders}/change_order_list?AppId=app-1 200`;
  const { succeeded, aborted, failed } = orderStatus;
  const begun = async (): Promise<{
    cloud: SimulatedCloud;
    original: ChangeOrder;
    rollback: ChangeOrder;
    looked: { at: () => void };
  }> => {
    const looked = { at: (): void => undefined };
    const cloud = await cloudFor({
      seed,
      progress: { advance: "never" },
      onRequest: ({ operation }) => operation === "getChangeOrderInfo" && looked.at(),
    });
    await failing(up(cloud, kind, { ...byApp, timeoutSeconds: 1 }));
    const [original, rollback] = cloud.cloud.changeOrders;
    if (original === undefined || rollback === undefined)
      throw new Error("it should be rolled back by another");
    original.createdAt -= 600_000;
    return { cloud, original, rollback, looked };
  };

  test.each([
    ["its application", byApp],
    ["both ids", both],
  ])("is awaited, where it still goes on and the order is named by %s", async (_, declared) => {
    const { cloud, rollback, looked } = await begun();
    looked.at = () => (rollback.status = succeeded);
    const next = await up(cloud, kind, declared);
    expect(next.calls.filter((call) => call.startsWith("PUT"))).toEqual([]);
    expect(next.stored).toMatchObject({
      id: "cn-hangzhou/order-1",
      outputs: { outcome: "rolledBack", rollbackOrderId: rollback.changeOrderId, statusCode: succeeded },
    });
  });

  test("is recognised when it has ended, where both ids are told", async () => {
    const { cloud, original, rollback } = await begun();
    [original.status, rollback.status] = [aborted, succeeded];
    const next = await up(cloud, kind, both);
    expect(next.calls).toEqual([list, ofRollback]);
    expect(next.stored.outputs).toMatchObject({
      outcome: "rolledBack",
      rollbackOrderId: rollback.changeOrderId,
    });
    expect(next.logged.map(({ message }) => message)).toContain(
      `change order ${rollback.changeOrderId} rolls order-1 back: it was begun before`,
    );
  });

  test("is begun again when it has failed", async () => {
    const { cloud, original, rollback } = await begun();
    [original.status, rollback.status] = [failed, failed];
    rollback.createdAt -= 300_000;
    cloud.setProgress({ advance: "immediately" });
    const next = await up(cloud, kind, both);
    expect(next.calls).toEqual([list, list, info, rollBack, ofRollback]);
    expect(next.stored.outputs).toMatchObject({ outcome: "rolledBack" });
    expect(next.stored.outputs["rollbackOrderId"]).not.toBe(rollback.changeOrderId);
  });

  test("is found although the list is late, and not begun again", async () => {
    const { cloud, rollback, looked } = await begun();
    looked.at = () => (rollback.status = succeeded);
    cloud.queueFault({ match: { operation: "listRecentChangeOrder" }, fault: { kind: "emptyRead" } });
    const next = await up(cloud, kind, both);
    expect(next.calls.slice(0, 3)).toEqual([list, list, ofRollback]);
    expect(next.calls.filter((call) => call.startsWith("PUT"))).toEqual([]);
    expect(next.stored.outputs).toMatchObject({ outcome: "rolledBack" });
  });

  test("is not begun again while something goes on that does not say what it is", async () => {
    const { cloud, rollback } = await begun();
    Object.assign(rollback, { coType: "Other", coTypeCode: "CoOther" });
    const refused = await failing(up(cloud, kind, both));
    expect(refused.calls).toEqual([list, list]);
    expect(refused.message).toBe(
      "application app-1 has another change order under way that may be the roll back of order-1 or not: look at it in EDAS, and run this again when it has ended",
    );
    expect(refused.stored).toBeUndefined();
  });

  test("is not looked for in vain in the list of another application without saying so", async () => {
    const { cloud } = await begun();
    const other = cloud.cloud.addChangeOrder({ ...running, changeOrderId: "order-7", appId: "app-7" });
    other.coTypeCode = "CoRollback";
    const left = await failing(up(cloud, kind, { ...both, appId: "app-7", timeoutSeconds: 1 }));
    expect(left.warnings).toEqual([
      "change order order-1 is not among the recent orders of application app-7: whether it is being rolled back cannot be seen there",
    ]);
    expect(left.stored?.outputs["rollbackOrderId"]).not.toBe("order-7");
  });

  test("is not mistaken for that of a later order", async () => {
    const { cloud, original, rollback } = await begun();
    [original.status, rollback.status] = [aborted, succeeded];
    const between = cloud.cloud.addChangeOrder({ ...running, changeOrderId: "order-2", status: aborted });
    between.createdAt = original.createdAt + 300_000;
    const left = await failing(up(cloud, kind, both));
    expect(left.message).toContain("it was aborted before it could be rolled back");
  });
});

test("an order found by its application stays the same, also after a refresh", async () => {
  const cloud = await cloudFor({ seed });
  const byApp = { appId: "app-1", desiredState: "aborted" };
  const { stored } = await up(cloud, kind, byApp);
  expect(await upAgain(cloud, kind, stored, byApp)).toMatchObject({ operation: "same", calls: [] });
  const read = await refresh(cloud, stored);
  const again = await upAgain(cloud, kind, read.stored ?? stored, byApp);
  expect(again).toMatchObject({ calls: [], difference: { changes: "none" } });
});

test("a pause is told as one, and batch after batch is released where that is wanted", async () => {
  const manual = { ...running, batches: 4, batchType: "Manual", status: 8, held: false } as const;
  const cloud = await cloudFor({ seed: { changeOrders: [manual] } });
  const completed = { ...args, desiredState: "completed" };
  const paused = await failing(up(cloud, kind, completed));
  expect(paused.calls).toEqual([info]);
  expect(paused.stored?.outputs).toMatchObject({ status: "waitingForConfirmation", statusCode: 8 });
  expect(paused.partial?.reasons).toEqual([
    "change order order-1 is waiting for confirmation of batch 2 of 4: release it in EDAS, or set confirmBatches. It is kept in the state as unfinished: the next `pulumi up` takes it up again.",
  ]);
  if (paused.stored === undefined) throw new Error("it should be kept");
  const done = await upAgain(cloud, kind, paused.stored, { ...completed, confirmBatches: true });
  const confirm = (batch: number): string =>
    `GET ${orders}/pipeline_batch_confirm?Confirm=true&PipelineId=order-1-batch-${batch} 200`;
  expect(done.calls).toEqual([info, confirm(2), info, confirm(3), info, confirm(4), info]);
  expect(done.stored.outputs).toMatchObject({ outcome: "completed", status: "succeeded", statusCode: 2 });
  expect(done.logged.filter(({ ephemeral }) => !ephemeral).map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^Not done yet: .* set confirmBatches\. Taken up again: .* its batches are released without anybody being asked\.$/,
    ),
    "batch 2 of 4 released",
    "batch 3 of 4 released",
    "batch 4 of 4 released",
  ]);
});

test("a confirmation whose reply is lost is not sent again", async () => {
  const manual = { ...running, batchType: "Manual", status: 8, held: false } as const;
  const cloud = await cloudFor({ seed: { changeOrders: [manual] } });
  cloud.queueFault({ match: { operation: "continuePipeline" }, fault: { kind: "lostReply" } });
  const done = await up(cloud, kind, { ...args, desiredState: "completed", confirmBatches: true });
  const confirm = `GET ${orders}/pipeline_batch_confirm?Confirm=true&PipelineId=order-1-batch-2 reset`;
  expect(done.calls).toEqual([info, confirm, info]);
});

test("the order that rolls back is stored before it is waited for, and not asked for twice", async () => {
  const cloud = await cloudFor({ seed, progress: { advance: "never" } });
  const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs", timeoutSeconds: 1 };
  const left = await failing(up(cloud, kind, declared));
  const rollbackOrderId = cloud.cloud.changeOrders[1]?.changeOrderId;
  expect(left.stored?.outputs).toMatchObject({ rollbackOrderId, unfinished: { kind: "waiting" } });
  if (left.stored === undefined) throw new Error("it should be kept");
  cloud.setProgress({ advance: "immediately" });
  const done = await upAgain(cloud, kind, left.stored, declared);
  expect(done.calls).toEqual([ofRollback]);
  expect(done.stored.outputs).toMatchObject({
    outcome: "rolledBack",
    rollbackOrderId,
    changeOrderId: "order-1",
  });
  expect(cloud.cloud.changeOrders).toHaveLength(2);
});

test("a roll back may go on under the order's own id", async () => {
  const cloud = await cloudFor({ seed: { ...seed, rollbackKeepsOrderId: true } });
  const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs" };
  const { calls, stored } = await up(cloud, kind, declared);
  expect(calls).toEqual([info, rollBack, info]);
  expect(stored.outputs).toMatchObject({ outcome: "rolledBack", status: "aborted" });
});

describe("a roll back whose answer was lost", () => {
  const byApp = { appId: "app-1", desiredState: "rolledBack" };
  const list = `POST ${orders}/change_order_list?AppId=app-1 200`;
  const { aborted, failed } = orderStatus;
  const ways = [
    { clusterType: "ecs", operation: "rollbackChangeOrder", asked: rollBack },
    { clusterType: "kubernetes", operation: "abortAndRollbackChangeOrder", asked: abortAndRollBack },
  ] as const;
  const puts = (calls: readonly string[]): string[] => calls.filter((call) => call.startsWith("PUT"));
  const cloudWith = async (
    clusterType: "ecs" | "kubernetes",
    { operation }: Pick<(typeof ways)[number], "operation">,
    options: Omit<SimulatorOptions, "seed"> & { rollbackKeepsOrderId?: boolean } = {},
  ): Promise<SimulatedCloud> => {
    const { rollbackKeepsOrderId = false, ...rest } = options;
    const changeOrders = [{ ...running, clusterType }];
    const cloud = await cloudFor({ ...rest, seed: { changeOrders, rollbackKeepsOrderId } });
    cloud.queueFault({ match: { operation }, fault: { kind: "lostReply" } });
    return cloud;
  };

  test.each(ways)(
    "is found in the list of the application, and its order awaited: $clusterType",
    async (way) => {
      const { clusterType, asked } = way;
      const cloud = await cloudWith(clusterType, way, { progress: { advance: "afterReads", reads: 3 } });
      // One that was there before is not ours.
      const earlier = cloud.cloud.addChangeOrder({
        ...running,
        changeOrderId: "order-0",
        clusterType,
        status: 2,
      });
      earlier.createdAt -= 600_000;
      earlier.coTypeCode = "CoRollback";
      const { calls, stored } = await up(cloud, kind, { ...byApp, clusterType });
      expect(puts(calls)).toEqual([asked.replace("200", "reset")]);
      expect(calls.slice(0, 6)).toEqual([list, list, list, info, asked.replace("200", "reset"), list]);
      const rollbackOrderId = cloud.cloud.changeOrders[2]?.changeOrderId;
      expect(stored.outputs).toMatchObject({ outcome: "rolledBack", rollbackOrderId, status: "succeeded" });
      expect(stored.outputs).not.toHaveProperty("uncertainRollback");
      expect(cloud.cloud.changeOrders).toHaveLength(3);
    },
  );

  test.each(ways)(
    "is found although the list is late, and not asked for twice: $clusterType",
    async (way) => {
      const cloud = await cloudWith(way.clusterType, way, { progress: { advance: "afterReads", reads: 9 } });
      cloud.queueFault({ fault: { kind: "lateList", reads: 3 } });
      const { calls, stored } = await up(cloud, kind, { ...byApp, clusterType: way.clusterType });
      expect(puts(calls)).toHaveLength(1);
      expect(stored.outputs).toMatchObject({ outcome: "rolledBack" });
    },
  );

  test.each(ways)("is asked for again once the list keeps showing none: $clusterType", async (way) => {
    const cloud = await cloudWith(way.clusterType, way);
    cloud.clearFaults();
    cloud.queueFault({ match: { operation: way.operation }, fault: { kind: "resetBefore" } });
    const { calls, stored } = await up(cloud, kind, { ...byApp, clusterType: way.clusterType });
    const again = Array.from({ length: 5 }, () => [list, info]).flat();
    const reset = way.asked.replace("200", "reset");
    expect(calls).toEqual([list, list, list, info, reset, ...again, way.asked, ofRollback]);
    expect(stored.outputs).toMatchObject({ outcome: "rolledBack" });
  });

  test.each(ways)("whose order fails is not called done: $clusterType", async (way) => {
    const cloud = await cloudWith(way.clusterType, way, { progress: { advance: "never" } });
    const left = await failing(
      up(cloud, kind, { ...byApp, clusterType: way.clusterType, timeoutSeconds: 3 }),
    );
    const [original, ours] = cloud.cloud.changeOrders;
    if (left.stored === undefined || original === undefined || ours === undefined)
      throw new Error("it should be kept, and rolled back by another");
    expect(puts(left.calls)).toHaveLength(1);
    expect(left.stored.outputs).toMatchObject({ rollbackOrderId: ours.changeOrderId });
    [original.status, ours.status] = [aborted, failed];
    const next = await failing(upAgain(cloud, kind, left.stored, { ...byApp, clusterType: way.clusterType }));
    expect(next.message).toBe("change order order-1: its roll back ended as failed");
  });

  test.each([
    { what: "in place", aborts: false, rollbackKeepsOrderId: true },
    { what: "never, and somebody aborts it", aborts: true, rollbackKeepsOrderId: false },
  ])("that was carried out $what is not called done, for an abort does not tell", async (way) => {
    const { operation } = ways[0];
    const cloud = await cloudWith(
      "ecs",
      { operation },
      {
        rollbackKeepsOrderId: way.rollbackKeepsOrderId,
        onRequest: (request) => {
          if (way.aborts && request.operation === operation) order(cloud).status = aborted;
        },
      },
    );
    if (way.aborts) {
      cloud.clearFaults();
      cloud.queueFault({ match: { operation }, fault: { kind: "resetBefore" } });
    }
    const declared = { ...byApp, clusterType: "ecs" };
    const left = await failing(up(cloud, kind, declared));
    expect(puts(left.calls)).toHaveLength(1);
    expect(left.message).toMatch(
      /^change order order-1: the answer to its roll back was lost, and it is aborted now, which EDAS shows of/,
    );
    expect(left.stored?.outputs).toMatchObject({ status: "aborted", unfinished: { kind: "waiting" } });
    expect(left.stored?.outputs).not.toHaveProperty("outcome");
    if (left.stored === undefined) throw new Error("it should be kept");
    const read = await refresh(cloud, left.stored);
    expect(read.stored?.outputs).not.toHaveProperty("outcome");
    const accepted = await upAgain(cloud, kind, read.stored ?? left.stored, {
      ...declared,
      ifFinished: "accept",
    });
    expect(accepted.stored.outputs).toMatchObject({ outcome: "alreadyAborted" });
    expect(accepted.stored.outputs).not.toHaveProperty("uncertainRollback");
  });

  test.each(ways)(
    "is never asked for again where the application is not known: $clusterType",
    async (way) => {
      const { clusterType } = way;
      const cloud = await cloudWith(clusterType, way, { progress: { advance: "never" } });
      const declared = { ...args, desiredState: "rolledBack", clusterType };
      const left = await failing(up(cloud, kind, declared));
      expect(left.calls).toEqual([info, way.asked.replace("200", "reset"), info, info, info, info, info]);
      expect(left.message).toMatch(
        /it is running\. Whether it is being rolled back is not known, for no list of an application shows it/,
      );
      if (left.stored === undefined) throw new Error("it should be kept");
      expect(left.stored.outputs).toMatchObject({ uncertainRollback: {}, unfinished: { kind: "waiting" } });
      const still = await failing(
        upAgain(cloud, kind, left.stored, { ...declared, desiredState: "aborted" }),
      );
      expect(puts(still.calls)).toEqual([]);
      const abortingDestroy = { ...left.stored, outputs: { ...left.stored.outputs, onDelete: "abort" } };
      expect(await destroy(cloud, abortingDestroy)).toMatchObject({
        calls: [],
        warnings: ["change order order-1 may be being rolled back: that is left to end"],
      });
      // The roll back ends: that alone does not show.
      cloud.setProgress({ advance: "immediately" });
      const ended = await failing(upAgain(cloud, kind, still.stored ?? left.stored, declared));
      expect(ended.calls).toEqual([info]);
      expect(ended.message).toContain("it is aborted now, which EDAS shows of");
      expect(cloud.cloud.changeOrders).toHaveLength(2);
    },
  );

  test("is found by an application that is told later, without replacing anything", async () => {
    const { operation } = ways[0];
    const cloud = await cloudWith("ecs", { operation }, { progress: { advance: "never" } });
    const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs" };
    const left = await failing(up(cloud, kind, declared));
    if (left.stored === undefined) throw new Error("it should be kept");
    order(cloud).createdAt -= 600_000;
    cloud.setProgress({ advance: "immediately" });
    const done = await upAgain(cloud, kind, left.stored, { ...declared, appId: "app-1" });
    expect(done).toMatchObject({ operation: "update", calls: [list, ofRollback] });
    expect(done.stored.outputs).toMatchObject({ outcome: "rolledBack", appId: "app-1" });
    const untold = await upAgain(cloud, kind, done.stored, declared);
    expect(untold).toMatchObject({ operation: "update", calls: [] });
    expect(untold.stored.outputs).not.toHaveProperty("appId");
  });

  test("is awaited, not asked for again, where an order that stood still has begun to move", async () => {
    const changeOrders = [{ ...running, status: orderStatus.waitingForConfirmation }];
    const { operation } = ways[0];
    const cloud = await cloudFor({
      seed: { changeOrders },
      progress: { advance: "never" },
      onRequest: (request) => {
        if (request.operation === operation) order(cloud).status = orderStatus.running;
      },
    });
    cloud.queueFault({ match: { operation }, fault: { kind: "resetBefore" } });
    const left = await failing(up(cloud, kind, { ...byApp, clusterType: "ecs", timeoutSeconds: 3 }));
    expect(puts(left.calls)).toHaveLength(1);
    expect(left.message).toMatch(/gave up waiting for change order order-1 to be rolledBack/);
  });

  test("is not guessed from an order that does not say that it rolls back", async () => {
    const cloud = await cloudWith("ecs", ways[0], {
      progress: { advance: "never" },
      onRequest: () => {
        const [, ours] = cloud.cloud.changeOrders;
        if (ours !== undefined) Object.assign(ours, { coType: "Other", coTypeCode: "CoOther" });
      },
    });
    const left = await failing(up(cloud, kind, { ...byApp, clusterType: "ecs" }));
    expect(puts(left.calls)).toHaveLength(1);
    expect(left.message).toContain("its application has new orders that may be that roll back or not");
  });
});

test("an abort that is refused because the order has just finished is no error", async () => {
  const finish = (cloud: SimulatedCloud): void => {
    order(cloud).status = orderStatus.succeeded;
  };
  const cloud = await cloudFor({
    seed,
    onRequest: ({ operation }) => operation === "getChangeOrderInfo" && finish(cloud),
  });
  const { calls, stored } = await up(cloud, kind, args);
  expect(calls).toEqual([info, abort, info, info]);
  expect(stored.outputs).toMatchObject({ outcome: "alreadyFinished", status: "succeeded" });
});

test("another wish while it still runs is acted upon in place", async () => {
  const cloud = await cloudFor({ seed });
  const impatient = { ...args, desiredState: "completed", timeoutSeconds: 1 };
  const left = await failing(up(cloud, kind, impatient));
  if (left.stored === undefined) throw new Error("it should be kept");
  const done = await upAgain(cloud, kind, left.stored, args);
  expect(done).toMatchObject({ operation: "update", calls: [info, abort, info] });
  expect(done.stored.outputs).toMatchObject({ outcome: "aborted", desiredState: "aborted" });
  expect(done.stored.outputs).not.toHaveProperty("unfinished");
});

test("a destroy aborts what still runs only where that is written", async () => {
  const cloud = await cloudFor({ seed });
  const impatient = { ...args, desiredState: "completed", timeoutSeconds: 1 };
  const left = await failing(up(cloud, kind, impatient));
  if (left.stored === undefined) throw new Error("it should be kept");
  expect(await destroy(cloud, left.stored)).toMatchObject({ calls: [] });
  const stored = {
    ...left.stored,
    outputs: { ...left.stored.outputs, onDelete: "abort", timeoutSeconds: 60 },
  };
  expect((await destroy(cloud, stored)).calls).toEqual([info, abort, info]);
  expect((await destroy(cloud, stored)).calls).toEqual([info]);
});

describe("an order that is found ended", () => {
  const { succeeded, failed, aborted, partlySucceeded, systemFailure } = orderStatus;

  const bare = { id: "cn-hangzhou/order-1", inputs: {}, outputs: { __provider: textOf(kind) } };

  test.each([
    [succeeded, "completed"],
    [aborted, "aborted"],
    [failed, "failed"],
    [partlySucceeded, "failed"],
    [systemFailure, "failed"],
  ])("as %i when it is imported: %s", async (status, outcome) => {
    const cloud = await cloudFor({ seed: { changeOrders: [{ ...running, status }] } });
    const read = await refresh(cloud, bare);
    expect(read.calls).toEqual([info]);
    expect(read.stored?.outputs).toMatchObject({ outcome, statusCode: status });
  });

  test("is never asked for again, not even where its outcome was not stored", async () => {
    const cloud = await cloudFor({ seed: { changeOrders: [{ ...running, status: aborted }] } });
    const read = (await refresh(cloud, bare)).stored;
    if (read === undefined) throw new Error("it should be there");
    // EDAS forgets orders.
    cloud.cloud.changeOrders = [];
    const { outcome, ...before } = read.outputs;
    const again = await refresh(cloud, { ...read, outputs: before });
    expect(again).toMatchObject({ calls: [], stored: { outputs: { outcome } } });
    const declared = { ...args, onDelete: "abort" };
    const taken = await upAgain(cloud, kind, read, declared);
    expect(taken).toMatchObject({ operation: "update", calls: [], stored: { outputs: { outcome } } });
    expect(await upAgain(cloud, kind, taken.stored, declared)).toMatchObject({
      operation: "same",
      calls: [],
    });
    expect((await destroy(cloud, taken.stored)).calls).toEqual([]);
  });

  test("while it runs it has no outcome, and is asked for", async () => {
    const cloud = await cloudFor({ seed });
    const read = await refresh(cloud, bare);
    expect(read.stored?.outputs).toMatchObject({ status: "running" });
    expect(read.stored?.outputs).not.toHaveProperty("outcome");
    order(cloud).status = succeeded;
    const later = await refresh(cloud, read.stored ?? bare);
    expect(later).toMatchObject({ calls: [info], stored: { outputs: { outcome: "completed" } } });
    expect(later.logged.map(({ message }) => message)).toEqual([
      "change order order-1 has ended since: it is succeeded",
    ]);
  });

  test("what was wished and ended badly is not asked for again, and destroyed without a call", async () => {
    const cloud = await cloudFor({ seed: { changeOrders: [{ ...running, status: failed }] } });
    const declared = { ...args, desiredState: "completed", onDelete: "abort" };
    const left = await failing(up(cloud, kind, declared));
    if (left.stored === undefined) throw new Error("it should be kept");
    cloud.cloud.changeOrders = [];
    const read = await refresh(cloud, left.stored);
    expect(read.calls).toEqual([]);
    expect(read.stored?.outputs).toEqual(left.stored.outputs);
    expect((await destroy(cloud, left.stored)).calls).toEqual([]);
  });

  test("a roll back that goes on in the order itself is not cut short by the failure that it still shows", async () => {
    const cloud = await cloudFor({
      seed: { ...seed, rollbackKeepsOrderId: true },
      progress: { advance: "never" },
    });
    order(cloud).status = failed;
    const declared = { ...args, desiredState: "rolledBack", clusterType: "ecs", timeoutSeconds: 1 };
    const left = await failing(up(cloud, kind, declared));
    if (left.stored === undefined) throw new Error("it should be kept");
    const { rollbackOrderId } = left.stored.outputs;
    expect(rollbackOrderId).toBe("order-1");
    const outputs = { ...left.stored.outputs, status: "failed", statusCode: failed };
    const read = await refresh(cloud, { ...left.stored, outputs });
    expect(read.calls).toEqual([info]);
    expect(read.stored?.outputs).not.toHaveProperty("outcome");
    cloud.setProgress({ advance: "immediately" });
    const done = await upAgain(cloud, kind, read.stored ?? left.stored, declared);
    expect(done.stored.outputs).toMatchObject({ outcome: "rolledBack" });
  });
});

test("an abort of our own that was interrupted is taken up as our own, and not asked for twice", async () => {
  const cloud = await cloudFor({ seed, progress: { advance: "never" } });
  const declared = { ...args, timeoutSeconds: 1, onDelete: "abort" };
  const left = await failing(up(cloud, kind, declared));
  if (left.stored === undefined) throw new Error("it should be kept");
  expect(left.calls.filter((call) => call === abort)).toHaveLength(1);
  const still = await failing(upAgain(cloud, kind, left.stored, declared));
  expect(still.calls).not.toContain(abort);
  expect((await failing(destroy(cloud, left.stored))).calls).not.toContain(abort);
  cloud.setProgress({ advance: "immediately" });
  const done = await upAgain(cloud, kind, still.stored ?? left.stored, declared);
  expect(done.calls).toEqual([info]);
  expect(done.stored.outputs).toMatchObject({ outcome: "aborted", status: "aborted" });
});
