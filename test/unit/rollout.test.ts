import { describe, expect, test } from "vitest";
import { rolloutOf, type Inputs } from "../../provider/check.js";
import { kindOf, release } from "./declared.js";

const gray = release.grayDeployments[0];

/** Word for word: it is stored, and is all that a reviewer of a planned delete gets to see. */
const sentences: [name: string, more: Inputs, sentence: string][] = [
  [
    "GrayscaleRelease",
    {},
    "While declared: grayscale version v2 of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 1 cluster. Destroy: cancels the task, reviews-v1 keeps all traffic.",
  ],
  [
    "GrayscaleRelease",
    { onDelete: "end", grayDeployments: [gray, { ...gray, clusterId: "cluster-2" }] },
    "While declared: grayscale version v2 of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 2 clusters. Destroy: ends the task, version v2 stays and reviews-v1 is removed.",
  ],
  [
    "GrayscaleRelease",
    { onDelete: "retain", grayDeployments: [gray, gray] },
    "While declared: grayscale version v2 of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 1 cluster. Destroy: leaves the task running.",
  ],
  [
    "GrayscaleRelease",
    { version: "v2-hunter2", serviceName: "reviews", __secrets: ["version"] },
    "While declared: grayscale version [secret] of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 1 cluster. Destroy: cancels the task, reviews-v1 keeps all traffic.",
  ],
  [
    "LivedataDeployment",
    {},
    "While declared: backend API api-1 of instance instance-1 is online, reached through a front API in group group-1, environment env-1. Destroy: it goes offline and its front API is deleted.",
  ],
  [
    "LivedataDeployment",
    { frontApi: undefined },
    "While declared: backend API api-1 of instance instance-1 is online. Destroy: it goes offline.",
  ],
  [
    "LivedataDeployment",
    { onDelete: "retain", __secrets: ["frontApi"] },
    "While declared: backend API api-1 of instance instance-1 is online, reached through a front API in group [secret], environment [secret]. Destroy: it stays online.",
  ],
  [
    "ImageSyncTask",
    {},
    "While declared: every image pushed to team/shop/web is copied to team-copy in cn-east-3. Destroy: the copying stops, copied images stay.",
  ],
  [
    "ImageSyncTask",
    { region: "cn-north-4", override: true, onDelete: "retain" },
    "While declared: every image pushed to team/shop/web in cn-north-4 is copied to team-copy in cn-east-3, overwriting images there. Destroy: the copying goes on.",
  ],
  [
    "ChangeOrder",
    { changeOrderId: "order-1" },
    "While declared: change order order-1 runs to its end. Destroy: leaves the order as it is.",
  ],
  [
    "ChangeOrder",
    { changeOrderId: "order-1", confirmBatches: true, onDelete: "abort" },
    "While declared: change order order-1 runs to its end, its batches are released without a person. Destroy: aborts the order if it still runs.",
  ],
  [
    "ChangeOrder",
    { changeOrderId: undefined, appId: "app-1", desiredState: "aborted" },
    "While declared: the active change order of application app-1 is aborted, updated instances stay updated. Destroy: leaves the order as it is.",
  ],
  [
    "ChangeOrder",
    {
      changeOrderId: undefined,
      appId: "app-1",
      desiredState: "rolledBack",
      clusterType: "ecs",
      __secrets: ["appId"],
    },
    "While declared: the active change order of application [secret] is stopped and rolled back. Destroy: leaves the order as it is.",
  ],
];

describe("the sentence for reviewers", () => {
  test.each(sentences)("%s %j", (name, more, sentence) => {
    const { kind, args } = kindOf(name);
    expect(rolloutOf(kind, { ...args, ...more, __urn: "urn", __provider: "text" })).toBe(sentence);
  });
});
