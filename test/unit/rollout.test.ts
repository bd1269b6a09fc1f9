// The words for reviewers, word for word: they are stored, and all that a reviewer of a planned deletion gets to see.
// `rollout.golden.md` holds them as a page; `npx vitest run --project unit -u` writes it anew, to be read before it is kept.
import { describe, expect, test } from "vitest";
import { hasUnknown, unknownValue } from "../../provider/compare.js";
import { diff } from "../../provider/diff.js";
import type { Inputs } from "../../provider/inputs.js";
import {
  lineOfChange,
  lineOfCreate,
  lineOfRecreation,
  lineOfReplacement,
  rolloutOf,
} from "../../provider/rollout.js";
import { asSuccessor, type Successor } from "../../provider/run.js";
import { kindOf, release } from "./declared.js";

const [gray] = release.grayDeployments;
const frontApi = { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" };

/** What is declared beside the usual, which may be nothing. */
const declarations: [name: string, more: Inputs][] = [
  ["GrayscaleRelease", {}],
  ["GrayscaleRelease", { onDelete: "end", grayDeployments: [gray, { ...gray, clusterId: "cluster-2" }] }],
  ["GrayscaleRelease", { onDelete: "retain", grayDeployments: [gray, gray] }],
  ["GrayscaleRelease", { version: "v2-hunter2", __secrets: ["version"] }],
  ["GrayscaleRelease", { version: "v".repeat(300) }],
  ["LivedataDeployment", {}],
  ["LivedataDeployment", { frontApi: undefined }],
  ["LivedataDeployment", { onDelete: "retain", __secrets: ["frontApi"] }],
  ["ImageSyncTask", {}],
  ["ImageSyncTask", { region: "cn-north-4", override: true, onDelete: "retain" }],
  ["ChangeOrder", { changeOrderId: "order-1" }],
  ["ChangeOrder", { changeOrderId: "order-1", confirmBatches: true, onDelete: "abort" }],
  ["ChangeOrder", { changeOrderId: undefined, appId: "app-1", desiredState: "aborted" }],
  [
    "ChangeOrder",
    {
      changeOrderId: undefined,
      appId: "app-1",
      desiredState: "rolledBack",
      clusterType: "ecs",
      __secrets: ["appId"],
    },
  ],
];

const declared = (name: string, more: Inputs): Inputs => ({
  ...kindOf(name).args,
  ...more,
  __urn: "urn",
  __provider: "text",
});

/** As the run remembers it. */
function declaredBy(name: string, news: Inputs): Successor {
  const { onDelete, region } = news as { onDelete?: string; region?: string };
  const naturalKey = hasUnknown(news) ? undefined : kindOf(name).kind.naturalKey(news);
  return asSuccessor({ region, projectId: undefined, name: undefined, onDelete, naturalKey, secrets: [] });
}

const order1 = { changeOrderId: "order-1" };
const paused = {
  kind: "waiting",
  reason:
    "change order order-1 is waiting for confirmation of batch 2 of 4: release it in EDAS, or set confirmBatches",
};

/** A change of what was declared, and what was left undone before. */
const changes: [name: string, before: Inputs, now: Inputs][] = [
  ["GrayscaleRelease", {}, { version: "v3", grayDeployments: [{ ...gray, clusterId: "cluster-2" }] }],
  ["GrayscaleRelease", { onDelete: "retain" }, { version: "v3", onDelete: "end" }],
  ["GrayscaleRelease", {}, { version: unknownValue }],
  ["GrayscaleRelease", {}, { version: unknownValue, serviceName: "ratings" }],
  ["GrayscaleRelease", {}, { onDelete: "end" }],
  ["GrayscaleRelease", {}, { timeoutSeconds: 60, ifFailed: "replace" }],
  ["GrayscaleRelease", {}, { timeoutSeconds: unknownValue }],
  ["GrayscaleRelease", {}, { onDelete: unknownValue }],
  ["GrayscaleRelease", {}, { serviceName: "ratings", onDelete: unknownValue }],
  ["GrayscaleRelease", {}, { timeoutSeconds: 60 }],
  [
    "GrayscaleRelease",
    {
      unfinished: { kind: "waiting", reason: "gave up waiting after 600 s; the phase seen last is Starting" },
    },
    {},
  ],
  [
    "GrayscaleRelease",
    { unfinished: { kind: "failed", reason: "the release reviews-v2 is in phase Failed" } },
    { ifFailed: "replace" },
  ],
  [
    "GrayscaleRelease",
    { unfinished: { kind: "failed", reason: "the release reviews-v2 is in phase Failed" } },
    { onDelete: "end" },
  ],
  ["LivedataDeployment", {}, { triggers: { image: "sha256:2" } }],
  ["LivedataDeployment", {}, { frontApi: { ...frontApi, envId: "env-2" }, onDelete: "retain" }],
  ["ImageSyncTask", {}, { override: true }],
  ["ImageSyncTask", {}, { onDelete: "retain" }],
  ["ImageSyncTask", {}, { targetNamespace: "other" }],
  ["ImageSyncTask", {}, { targetNamespace: "other", onDelete: "retain" }],
  ["ImageSyncTask", { adopted: true }, { targetNamespace: "other" }],
  ["GrayscaleRelease", { outcome: "endedElsewhere" }, { ifEndedElsewhere: "recreate" }],
  ["GrayscaleRelease", { grayDeployments: undefined }, { version: "v3" }],
  ["ChangeOrder", { desiredState: undefined }, { desiredState: "aborted" }],
  ["ChangeOrder", { changeOrderId: "order-1" }, { changeOrderId: "order-1", desiredState: "aborted" }],
  [
    "ChangeOrder",
    { changeOrderId: "order-1" },
    { changeOrderId: "order-1", desiredState: "rolledBack", clusterType: "kubernetes" },
  ],
  ["ChangeOrder", { changeOrderId: "order-1" }, { changeOrderId: "order-2" }],
  ["ChangeOrder", { unfinished: paused, ...order1 }, { ...order1, confirmBatches: true }],
  [
    "ChangeOrder",
    { unfinished: paused, ...order1 },
    { ...order1, desiredState: "aborted", onDelete: "abort" },
  ],
  ["ChangeOrder", order1, { ...order1, desiredState: "aborted", timeoutSeconds: unknownValue }],
  ["ChangeOrder", order1, { ...order1, desiredState: unknownValue, __secrets: ["appId"], appId: undefined }],
];

const shown = (inputs: Inputs): string =>
  JSON.stringify(inputs, (key, value: unknown) => (key === "template" ? "…" : value))
    .replaceAll(`"${unknownValue}"`, "not known yet")
    .replaceAll(/v{300}/g, "v… (300 characters)");

function section(title: string, lines: readonly string[]): string {
  return [`## ${title}`, ...lines.map((line) => `- ${line}`)].join("\n");
}

test("each line is the one on the page", async () => {
  const stored = declarations.map(([name, more]) => {
    const { whileDeclared, destroy } = rolloutOf(kindOf(name).kind, declared(name, more));
    return `${name} ${shown(more)}\n  - while declared: ${whileDeclared}\n  - destroy: ${destroy}`;
  });
  const creates = ["GrayscaleRelease", "LivedataDeployment", "ImageSyncTask", "ChangeOrder"].map((name) =>
    lineOfCreate(kindOf(name).kind, declared(name, {})),
  );
  const unknown = { version: unknownValue, grayDeployments: [unknownValue], timeoutSeconds: unknownValue };
  for (const more of [unknown, { onDelete: unknownValue }])
    creates.push(lineOfCreate(kindOf("GrayscaleRelease").kind, declared("GrayscaleRelease", more)));
  const told = changes.map(([name, before, now]) => {
    const { kind } = kindOf(name);
    const [olds, news] = [declared(name, before), declared(name, now)];
    const line = lineOfChange(kind, olds, news, diff(kind, olds, news), declaredBy(name, news));
    return `${name} ${shown(before)} → ${shown(now)}\n  - ${line ?? "(nothing)"}`;
  });
  const page = [
    "# What a reviewer reads",
    section("Stored with the resource", stored),
    section("Before a create", creates),
    section("Before a change", told),
  ].join("\n\n");
  await expect(`${page}\n`).toMatchFileSnapshot("rollout.golden.md");
});

describe("secret values", () => {
  test("are in no line", () => {
    const { kind } = kindOf("GrayscaleRelease");
    const olds = declared("GrayscaleRelease", { version: "hunter2", __secrets: ["version"] });
    const news = declared("GrayscaleRelease", { version: "hunter3", __secrets: ["version"] });
    const long = declared("GrayscaleRelease", { version: "hunter4".repeat(50), __secrets: ["version"] });
    const lines = [
      lineOfCreate(kind, news),
      lineOfChange(kind, olds, news, diff(kind, olds, news), declaredBy("GrayscaleRelease", news)),
      lineOfReplacement(kind, olds, long, declaredBy("GrayscaleRelease", long)),
    ];
    for (const line of lines) {
      expect(line).not.toContain("hunter");
      expect(line).toContain("[secret]");
    }
  });

  test("of what is left undone neither", () => {
    const { kind } = kindOf("GrayscaleRelease");
    const unfinished = { kind: "waiting", reason: "waiting for hunter2" };
    const olds = declared("GrayscaleRelease", { version: "hunter2", __secrets: ["version"], unfinished });
    const news = declared("GrayscaleRelease", { version: "hunter2", __secrets: ["version"] });
    expect(lineOfChange(kind, olds, news, { changes: true }, undefined)).toEqual(
      expect.stringMatching(/^Not done yet: waiting for \[secret\]\. Taken up again: /),
    );
  });
});

test("a secret is hidden however short it is, and a choice that is one still leads to words", () => {
  const { kind } = kindOf("GrayscaleRelease");
  const given = { version: "v2", onDelete: "end", __secrets: ["version", "onDelete"] };
  expect(rolloutOf(kind, declared("GrayscaleRelease", given)).destroy).toContain(
    " the task; version [secret] stays and reviews-v1 is removed",
  );
  const front = { frontApi: { ...frontApi, groupId: "g" }, __secrets: ["frontApi"] };
  expect(
    rolloutOf(kindOf("LivedataDeployment").kind, declared("LivedataDeployment", front)).whileDeclared,
  ).toBe(
    "backend API api-1 of instance instance-1 is online, reached through a front API in group [secret], environment [secret]",
  );
});

test("a long value is not cut in the middle of a character", () => {
  const { kind } = kindOf("GrayscaleRelease");
  const version = `${"v".repeat(198)}🚀🚀`;
  const { whileDeclared } = rolloutOf(kind, declared("GrayscaleRelease", { version }));
  expect(() => encodeURIComponent(whileDeclared)).not.toThrow();
  expect(whileDeclared).toContain(`${"v".repeat(198)}… of`);
});

describe("what goes before the program has declared it again", () => {
  const { kind } = kindOf("LivedataDeployment");
  const news = declared("LivedataDeployment", { frontApi: undefined, onDelete: "retain" });
  const lineOf = (before: Inputs): string =>
    lineOfRecreation(kind, declared("LivedataDeployment", { frontApi: undefined, ...before }), news);

  test("goes as the last update stored it", () => {
    expect(lineOf({})).toBe(
      "Replaced with what it depends on. First this takes it offline. Then: backend API api-1 of instance instance-1 is online.",
    );
    for (const before of [{ onDelete: "retain" }, { adopted: true }])
      expect(lineOf(before)).toContain("What is there stays as it is.");
  });
});
