// What was measured of others, elsewhere, at the same work.
import type { Fault } from "pulumi-grayscale/simulator";

/** By the Terraform provider for Huawei Cloud 1.97.1, one task. */
export const faults: readonly { readonly name: string; readonly fault?: Fault; readonly theirs: string }[] = [
  { name: "none", theirs: "1.6 s" },
  {
    name: "one 429 with `Retry-After: 1`",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "tooManyRequests", retryAfter: 1 } },
    theirs: "60.0 s, then created",
  },
  {
    name: "503 on the write",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "serverError", status: 503 } },
    theirs: "fails at once",
  },
  {
    name: "connection reset before the write arrives",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "resetBefore" } },
    theirs: "63 s, then fails",
  },
  {
    name: "the write is carried out, its reply is lost",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } },
    theirs: "63 s, then fails; the task is in the cloud and not in the state",
  },
  {
    name: "no reply at all",
    fault: { match: { operation: "createSyncTask" }, fault: { kind: "hang" } },
    theirs: "still hanging after 10.5 min",
  },
  {
    name: "the list shows it late",
    fault: { match: { operation: "listSyncTasks" }, fault: { kind: "lateList", reads: 2 } },
    theirs: "fails; the task is in the cloud and not in the state",
  },
  {
    name: "500 on the read after the write",
    fault: { match: { operation: "listSyncTasks" }, skip: 1, fault: { kind: "serverError", status: 500 } },
    theirs: "created, and removed and created again by the next run",
  },
];

/** The same: create, plan without a change, and destroy, with the calls of each, without latency. */
export const theirRows = [
  ["theirs, measured elsewhere: 1", "1.6 s", "6", "1.05 – 1.3 s", "3", "1.45 s", "8"],
  ["theirs, measured elsewhere: 100", "2.3 s", "204", "1.7 s", "102", "2.7 s", "206"],
];

/** What Pulumi's performance tests allow. */
export const theirUpdates = [
  "2,000 dynamic resources in TypeScript on Pulumi Cloud: what Pulumi's own tests allow elsewhere",
  "200 s: 100 ms a resource",
  "100 s: 50 ms a resource",
];
