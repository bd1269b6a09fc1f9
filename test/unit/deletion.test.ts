import { beforeEach, describe, expect, test } from "vitest";
import { decideDeletion, type Decision } from "../../provider/deletion.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import {
  forgetRun,
  rememberDeclared,
  rememberHeld,
  rememberKept,
  type Declared,
} from "../../provider/run.js";

const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask::web";
const id = "cn-north-4/team/web/cn-east-3/copy";
const stored = {
  namespace: "team",
  repository: "web",
  targetRegion: "cn-east-3",
  targetNamespace: "copy",
  region: "cn-north-4",
  projectId: "project-1",
};
const declared: Declared = {
  region: "cn-north-4",
  projectId: "project-1",
  name: undefined,
  onDelete: undefined,
  naturalKey: imageSyncTask.naturalKey(stored),
  secrets: [],
};

function decide(props: Record<string, unknown> = {}): Decision {
  return decideDeletion(imageSyncTask, id, urn, { ...stored, ...props });
}

/** As the engine calls it for a replacement: check, diff, and check once more without olds. */
function replacing(change: Partial<Declared> = {}): void {
  rememberDeclared(urn, { ...declared, ...change }, false);
  rememberKept(imageSyncTask.name, id, urn);
  rememberDeclared(urn, { ...declared, ...change }, true);
}

beforeEach(forgetRun);

describe("a thing that nothing declares any more", () => {
  test.each<[Record<string, unknown>, Decision]>([
    [{}, { step: "delete", way: "delete" }],
    [{ onDelete: "delete" }, { step: "delete", way: "delete" }],
    [{ onDelete: "retain" }, { step: "leave" }],
    [
      { adopted: true, onDelete: "delete" },
      { step: "delete", way: "delete" },
    ],
    [{ adopted: true, onDelete: "retain" }, { step: "leave" }],
  ])("stored with %j", (props, decision) => {
    expect(decide(props)).toEqual(decision);
  });

  test("adopted, and no way is written: it stays, with a warning", () => {
    expect(decide({ adopted: true })).toMatchObject({ step: "leave", warning: expect.stringContaining(id) });
  });
});

describe("a thing that makes room for its successor", () => {
  test("goes even where a destroy would leave it, in the way that is declared now", () => {
    replacing({ onDelete: "retain" });
    expect(decide({ onDelete: "delete", adopted: true })).toEqual({ step: "delete", way: "delete" });
  });

  test.each<[string, Partial<Declared>]>([
    ["region", { region: "ap-southeast-1" }],
    ["project", { projectId: "project-2" }],
    ["key", { naturalKey: "another" }],
  ])("does not when the successor has another %s", (_, change) => {
    replacing({ ...change, onDelete: "retain" });
    expect(decide()).toEqual({ step: "leave" });
    forgetRun();
    replacing(change);
    expect(decide({ adopted: true })).toMatchObject({ step: "leave" });
    expect(decide()).toEqual({ step: "delete", way: "delete" });
  });
});

describe("a thing that is still declared stays, with a warning that names who declares it", () => {
  const kept = { step: "leave", warning: expect.stringContaining(urn) };

  test("by another entry of the state", () => {
    rememberDeclared(urn, declared, false);
    rememberKept(imageSyncTask.name, id, urn);
    expect(decide()).toEqual(kept);
  });

  test("because this run made or adopted it", () => {
    replacing();
    rememberHeld(imageSyncTask.name, id, urn);
    expect(decide()).toEqual(kept);
  });
});
