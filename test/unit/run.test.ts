import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../provider/canonical.js";
import { Neighbours } from "../../provider/neighbours.js";
import {
  deletionOf,
  forgetRun,
  meetNeighbours,
  recallDeclared,
  rememberDeclared,
  rememberHeld,
  rememberKept,
  rememberPlace,
  type Declared,
  type Successor,
} from "../../provider/run.js";

const kind = "huaweicloud:ImageSyncTask";
const a = "urn:a";
const b = "urn:b";

afterEach(() => forgetRun());

function declared(more: Partial<Declared> = {}): Declared {
  return {
    region: "cn-north-4",
    projectId: "p1",
    name: undefined,
    onDelete: undefined,
    naturalKey: "key",
    secrets: [],
    ...more,
  };
}

function successor(more: Partial<Declared> = {}): Successor {
  const { region, projectId, onDelete, naturalKey } = declared(more);
  const hash = (value: string | undefined) => value && sha256(value);
  return { region: hash(region), projectId: hash(projectId), onDelete, naturalKey: hash(naturalKey) };
}

/** What the engine calls, in its words; each leaves its trace in the memory. */
const engine = {
  checkNew: (urn: string, more?: Partial<Declared>) => rememberDeclared(urn, declared(more), true),
  checkOld: (urn: string, more?: Partial<Declared>) => rememberDeclared(urn, declared(more), false),
  diff: (id: string, urn: string) => rememberKept(kind, id, urn),
  create: (id: string, urn: string) => rememberHeld(kind, id, urn),
  delete: (id: string, urn: string) => deletionOf(kind, id, urn),
};

describe("a thing that is still declared is kept", () => {
  test("rename without alias: the new name adopts it, then the old one is deleted", () => {
    engine.checkNew(b);
    engine.create("thing", b);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: b });
  });

  test("--target-replace: created, which finds it, then deleted; no diff", () => {
    engine.checkNew(a);
    engine.create("thing", a);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: a });
  });

  test("#initerror: created again, which finds it, then the partial one is deleted", () => {
    engine.checkOld(a);
    engine.diff("thing", a);
    engine.checkNew(a);
    engine.create("thing", a);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: a });
  });

  test("pending delete of an earlier run: the same thing is declared and unchanged", () => {
    engine.checkOld(a);
    engine.diff("thing", a);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: a });
  });

  test("one of two resources that mean the same thing goes, the other stays", () => {
    engine.checkOld(b);
    engine.diff("thing", b);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: b });
  });

  test("a diff after the create does not make it less ours", () => {
    engine.checkNew(a);
    engine.create("thing", a);
    engine.checkOld(b);
    engine.diff("thing", b);
    expect(engine.delete("thing", b)).toEqual({ step: "keep", urn: a });
  });

  test("and what was made after a delete is kept from a second one", () => {
    engine.checkOld(a);
    engine.diff("thing", a);
    engine.checkNew(a);
    expect(engine.delete("thing", a).step).toBe("replace");
    engine.create("thing", a);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: a });
  });
});

describe("a thing that is replaced gives way as is declared now", () => {
  test("delete before create: with the onDelete of the new declaration", () => {
    engine.checkOld(a, { onDelete: "retain" });
    engine.diff("thing", a);
    engine.checkNew(a, { onDelete: "delete", naturalKey: "new key" });
    expect(engine.delete("thing", a)).toEqual({
      step: "replace",
      successor: successor({ onDelete: "delete", naturalKey: "new key" }),
    });
  });

  test("create before delete: another thing was made meanwhile", () => {
    engine.checkOld(a);
    engine.diff("old", a);
    engine.checkNew(a, { onDelete: "delete" });
    engine.create("new", a);
    expect(engine.delete("old", a)).toEqual({
      step: "replace",
      successor: successor({ onDelete: "delete" }),
    });
    expect(engine.delete("new", a).step).toBe("keep");
  });

  test("a pending delete of another thing", () => {
    engine.checkOld(a, { onDelete: "delete" });
    engine.diff("new", a);
    expect(engine.delete("old", a)).toEqual({
      step: "replace",
      successor: successor({ onDelete: "delete" }),
    });
  });

  test("the replacement of one resource does not touch what another declares", () => {
    engine.checkOld(a);
    engine.diff("thing of a", a);
    engine.checkOld(b);
    engine.diff("thing of b", b);
    engine.checkNew(a);
    expect(engine.delete("thing of b", a)).toEqual({ step: "keep", urn: b });
  });
});

describe("a thing that nobody declares is deleted", () => {
  test("in a destroy, where nothing is known", () => {
    expect(engine.delete("thing", a)).toEqual({ step: "delete" });
  });

  test("removed from the program, beside others that stay", () => {
    engine.checkOld(b);
    engine.diff("thing of b", b);
    expect(engine.delete("thing of a", a)).toEqual({ step: "delete" });
  });

  test("a diff in a refresh protects nothing, for nobody declared it", () => {
    engine.diff("thing", a);
    engine.checkOld(b);
    engine.diff("thing of b", b);
    expect(engine.delete("thing", a)).toEqual({ step: "delete" });
  });

  test("the same id of another kind is another thing", () => {
    engine.checkNew(b);
    rememberHeld("huaweicloud:LivedataDeployment", "thing", b);
    expect(engine.delete("thing", a)).toEqual({ step: "delete" });
  });
});

test("what was declared last is recalled, by URN", () => {
  engine.checkOld(a, { region: "cn-north-4" });
  engine.checkNew(a, { region: "cn-east-3" });
  expect(recallDeclared(a)).toEqual(declared({ region: "cn-east-3" }));
  expect(recallDeclared(b)).toBeUndefined();
});

test("another run remembers nothing", () => {
  engine.checkNew(a);
  engine.create("thing", a);
  forgetRun();
  expect(recallDeclared(a)).toBeUndefined();
  expect(engine.delete("thing", b)).toEqual({ step: "delete" });
});

describe("in the processes of two providers", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "run-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** From here on the engine speaks to another of its processes; both live as long as this test. */
  const switchTo = (pid: number): void => {
    forgetRun();
    meetNeighbours(new Neighbours("127.0.0.1:1", folder, pid));
  };
  const first = process.pid;
  const second = process.ppid;

  test("what one has adopted the other keeps", () => {
    switchTo(second);
    engine.checkNew(b);
    engine.create("thing", b);
    switchTo(first);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: b });
  });

  test("what one compares the other keeps, also against a replacement of its own", () => {
    switchTo(second);
    engine.checkOld(b);
    engine.diff("thing", b);
    switchTo(first);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: b });
    engine.checkOld(a);
    engine.diff("thing", a);
    engine.checkNew(a);
    expect(engine.delete("thing", a)).toEqual({ step: "keep", urn: b });
  });

  test("what one replaces the other deletes, with the onDelete of the new declaration", () => {
    switchTo(second);
    engine.checkOld(a, { onDelete: "retain" });
    engine.diff("thing", a);
    engine.checkNew(a, { onDelete: "delete", naturalKey: "new key" });
    switchTo(first);
    expect(engine.delete("thing", a)).toEqual({
      step: "replace",
      successor: successor({ onDelete: "delete", naturalKey: "new key" }),
    });
  });

  test("where one has made another thing, the other deletes the old one as is declared now", () => {
    switchTo(second);
    engine.checkNew(a, { onDelete: "delete" });
    engine.create("new", a);
    switchTo(first);
    expect(engine.delete("old", a)).toEqual({
      step: "replace",
      successor: successor({ onDelete: "delete" }),
    });
  });

  test("the project in which one looked is known to the other", () => {
    switchTo(second);
    engine.checkOld(a, { projectId: undefined });
    engine.diff("thing", a);
    rememberPlace(a, "cn-north-4", "p1");
    switchTo(first);
    expect(engine.delete("old", a)).toEqual({ step: "replace", successor: successor() });
  });

  test("what nobody declares is deleted", () => {
    switchTo(second);
    engine.checkOld(b);
    engine.diff("thing of b", b);
    switchTo(first);
    expect(engine.delete("thing of a", a)).toEqual({ step: "delete" });
  });
});
