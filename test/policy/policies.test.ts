import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policies } from "../../policy/policies.js";
import { typeToken, type KindName } from "../../sdk/dynamic.js";
import { repositoryRoot } from "../../tools/places.mjs";
import { judge, urnOf, type Case } from "./judge.js";

const kinds: KindName[] = [
  "huaweicloud:GrayscaleRelease",
  "huaweicloud:LivedataDeployment",
  "huaweicloud:ImageSyncTask",
  "alicloud:ChangeOrder",
];
const release = { kind: "huaweicloud:GrayscaleRelease" } as const;
const sync = { kind: "huaweicloud:ImageSyncTask" } as const;

test("their names are those of the configuration, and stay", () => {
  expect(policies().map(({ name }) => name)).toEqual([
    "production-declares-on-delete",
    "end-needs-approval",
    "sync-regions",
    "override-needs-reason",
    "freeze-windows",
  ]);
});

describe("the README of the pack", () => {
  const readme = readFileSync(join(repositoryRoot, "policy", "README.md"), "utf8");
  const properties = new Map(
    policies().map(({ name, configSchema }) => [name, configSchema?.properties ?? {}]),
  );

  test("tells each policy and all that it is configured with", () => {
    const rows = [...readme.matchAll(/^\| `([\w-]+)` \|.*\| (.*) \|$/gm)];
    const told = rows.map(([, name = "", settings = ""]) => [
      name,
      settings.split(", ").map((setting) => /^`(\w+)`/.exec(setting)?.[1]),
    ]);
    expect(new Map(told as [string, string[]][])).toEqual(
      new Map([...properties].map(([name, known]) => [name, Object.keys(known)])),
    );
  });

  test("shows a configuration that is right", async () => {
    const [, text = ""] = /```json\n([^]*?)```/.exec(readme) ?? [];
    const config = JSON.parse(text) as Record<string, Record<string, unknown>>;
    expect(Object.keys(config)).toEqual([...properties.keys()]);
    for (const [name, { enforcementLevel: _level, ...given }] of Object.entries(config)) {
      const [kind] = name === "end-needs-approval" ? [release.kind] : [sync.kind];
      await expect(judge(name, { kind, props: { onDelete: "end" }, config: given })).resolves.toBeDefined();
    }
  });
});

describe("production-declares-on-delete", () => {
  const judged = (given: Case) => judge("production-declares-on-delete", given);

  test.each([
    ["huaweicloud:GrayscaleRelease", `"cancel"`, `"cancel" or "end" or "retain"`],
    ["huaweicloud:LivedataDeployment", `"undeploy"`, `"undeploy" or "retain"`],
    ["huaweicloud:ImageSyncTask", `"delete"`, `"delete" or "retain"`],
    ["alicloud:ChangeOrder", `"retain"`, `"retain" or "abort"`],
  ] as const)("%s", async (kind, byDefault, written) => {
    expect(await judged({ kind })).toEqual([
      `"thing" has no onDelete, so a destroy would do the default, ${byDefault}. ` +
        `Write onDelete: ${written} in its arguments.`,
    ]);
    expect(await judged({ kind, props: { onDelete: "retain" } })).toEqual([]);
  });

  test.each([
    ["prod", true],
    ["production", true],
    ["prod-eu", true],
    ["shop-production", true],
    ["staging", false],
    ["product", false],
    ["PROD", false],
  ])("by default, production is told by the stack's name: %s", async (stack, isProduction) => {
    expect(await judged({ ...release, stack })).toHaveLength(isProduction ? 1 : 0);
  });

  test.each([
    ["live", ["live"], true],
    ["live", ["shop/live"], true],
    ["live", ["*/live"], true],
    ["live", ["other/live"], false],
    ["live", ["l.ve"], false],
    ["prod", ["live"], false],
    ["prod", [], false],
  ])("the stack %s is one of %j: %s", async (stack, stacks, isProduction) => {
    expect(await judged({ ...release, stack, config: { stacks } })).toHaveLength(isProduction ? 1 : 0);
  });

  test("only the configured kinds", async () => {
    const config = { kinds: ["huaweicloud:GrayscaleRelease"] };
    expect(await judged({ ...release, config })).toHaveLength(1);
    expect(await judged({ ...sync, config })).toEqual([]);
  });
});

describe("end-needs-approval", () => {
  const judged = (given: Omit<Case, "kind">) =>
    judge("end-needs-approval", { ...release, props: { onDelete: "end" }, ...given });

  test("without", async () => {
    expect(await judged({ stack: "any" })).toEqual([
      `"thing" has onDelete "end". Write "cancel" or "retain", or put an approval that matches /\\S/ under ` +
        `"approvals" in this policy's configuration, by the resource's name.`,
    ]);
  });

  test("another ending needs none", async () => {
    for (const onDelete of ["cancel", "retain", undefined])
      expect(await judged({ props: { onDelete } })).toEqual([]);
  });

  const urn = urnOf({ stack: "prod", type: typeToken(release.kind), name: "thing" });

  test.each([
    [{ thing: "CHG-1" }, true],
    [{ [urn]: "CHG-1" }, true],
    // The URN is the more exact one.
    [{ [urn]: "CHG-1", thing: "no" }, true],
    [{ [urn]: "no", thing: "CHG-1" }, false],
    [{ other: "CHG-1" }, false],
    [{ thing: "later" }, false],
  ])("%j", async (approvals, approved) => {
    const config = { approvals, approvalPattern: "^CHG-\\d+$" };
    expect(await judged({ config })).toHaveLength(approved ? 0 : 1);
  });

  test("from a variable of the run", async () => {
    const config = { approvalVariable: "CHANGE", approvalPattern: "^CHG-" };
    expect(await judged({ config, environment: { CHANGE: "CHG-1" } })).toEqual([]);
    for (const environment of [{}, { CHANGE: "" }, { OTHER: "CHG-1" }])
      expect(await judged({ config, environment })).toEqual([
        expect.stringContaining("by the resource's name, or in the variable CHANGE."),
      ]);
  });

  test("no name is approved by what every object has", async () => {
    for (const name of ["constructor", "toString", "__proto__"])
      expect(await judged({ name })).toHaveLength(1);
  });
});

describe("sync-regions", () => {
  const judged = (targetRegion: string, config: Record<string, unknown>, stack = "any") =>
    judge("sync-regions", { ...sync, stack, props: { targetRegion }, config });

  test.each([
    ["ap-southeast-1", {}, true],
    ["cn-east-3", { allowed: ["cn-*"] }, true],
    ["ap-southeast-1", { allowed: ["cn-*"] }, false],
    ["cn-east-3", { forbidden: ["cn-east-3"] }, false],
    ["cn-east-30", { forbidden: ["cn-east-3"] }, true],
    ["cn-east-3", { allowed: ["cn-*"], forbidden: ["*-3"] }, false],
    ["cn-east-3", { allowed: [] }, false],
  ])("%s with %j: %s", async (region, config, allowed) => {
    expect(await judged(region, config)).toHaveLength(allowed ? 0 : 1);
  });

  test("says what is allowed, and not what is declared, for that may be secret", async () => {
    expect(await judged("ap-1", { allowed: ["cn-*", "eu-*"], forbidden: ["cn-east-3"] })).toEqual([
      `"thing" copies to a forbidden region. Change its targetRegion; allowed is cn-*, eu-* except cn-east-3.`,
    ]);
  });

  test("only in the configured stacks", async () => {
    expect(await judged("ap-1", { allowed: [], stacks: ["prod"] }, "test")).toEqual([]);
  });
});

describe("override-needs-reason", () => {
  const judged = (override: unknown, config: Record<string, unknown> = {}) =>
    judge("override-needs-reason", { ...sync, props: { override }, config });

  test("without", async () => {
    expect(await judged(true)).toEqual([
      `"thing" has override: true. Take it away, or put a reason that matches /\\S.{8,}\\S/ under "reasons" in ` +
        `this policy's configuration, by the resource's name.`,
    ]);
    for (const override of [false, undefined]) expect(await judged(override)).toEqual([]);
  });

  test.each([
    ["base images are rebuilt in place", true],
    ["because", false],
    ["            ", false],
  ])("%j", async (reason, enough) => {
    expect(await judged(true, { reasons: { thing: reason } })).toHaveLength(enough ? 0 : 1);
  });
});

describe("freeze-windows", () => {
  const windows = [{ from: "2026-12-24 18:00", to: "2027-01-04 06:00", reason: "the year's end" }];
  const now = new Date("2026-12-25T12:00Z");
  const judged = (given: Partial<Case> = {}, more: Record<string, unknown> = {}) =>
    judge("freeze-windows", { ...release, now, config: { windows, ...more }, ...given });

  test("while it is open", async () => {
    expect(await judged()).toEqual([
      `The stack "prod" is frozen until 2027-01-04 06:00, UTC (the year's end). Wait, or put a reason under ` +
        `"exceptions" in this policy's configuration, by the name of "thing".`,
    ]);
    expect(await judged({ now: new Date("2027-01-04T06:00Z") })).toEqual([]);
  });

  test("by the clocks of the time zone", async () => {
    const last = new Date("2027-01-04T05:30Z");
    expect(await judged({ now: last })).toHaveLength(1);
    expect(await judged({ now: last }, { timeZone: "Europe/Berlin" })).toEqual([]);
  });

  test("without windows, elsewhere than in production, and for what has a reason, nothing is frozen", async () => {
    expect(await judged({}, { windows: [] })).toEqual([]);
    expect(await judged({ stack: "test" })).toEqual([]);
    expect(await judged({}, { exceptions: { thing: "stops the outage" } })).toEqual([]);
    expect(await judged({}, { exceptions: { thing: " " } })).toHaveLength(1);
  });
});

test("a resource that is not ours is never looked at", async () => {
  const notOurs = { kind: "huaweicloud:Obs" as KindName, props: { onDelete: "end", override: true } };
  for (const { name } of policies()) expect(await judge(name, notOurs)).toEqual([]);
});

test("a key that no policy knows is an error, and says the known ones", async () => {
  await expect(judge("sync-regions", { ...sync, config: { forbiden: ["cn-*"] } })).rejects.toThrow(
    'Its configuration has "forbiden"; it may have enforcementLevel, stacks, allowed, forbidden.',
  );
  for (const { name } of policies())
    await expect(judge(name, { ...release, config: { a: 1 } })).rejects.toThrow('has "a"');
});

test("whatever is declared, a message says no value of it", async () => {
  const value = fc.stringMatching(/^[a-z]{12}-\d$/);
  const config = { allowed: [], windows: [{ from: "00:00", to: "23:59" }] };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kinds), value, async (kind, canary) => {
      const props = { targetRegion: canary, repository: canary, meshId: canary, override: true };
      for (const { name, configSchema } of policies()) {
        const known = Object.keys(configSchema?.properties ?? {});
        const fitting = Object.fromEntries(Object.entries(config).filter(([key]) => known.includes(key)));
        const said = await judge(name, { kind, props, config: fitting, now: new Date("2026-12-25T12:00Z") });
        expect(said.join("\n")).not.toContain(canary);
      }
    }),
  );
});
