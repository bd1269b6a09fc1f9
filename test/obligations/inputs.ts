// check and diff: no calls, no credentials, every failure at once, and what is not known yet passes.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResourceSpec } from "../contract.js";
import { startDynamicHost, type DynamicHost, type Properties } from "../dynamic-host.js";
import {
  cloudFor,
  destroy,
  failing,
  program,
  textOf,
  unknown,
  up,
  upAgain,
  type Stored,
} from "../resource-host.js";

/** Inputs that every resource has: changing them only changes what is stored. */
const everywhere = { ifFailed: "replace", timeoutSeconds: 60 };

export function comparesInputs(spec: ResourceSpec): void {
  const { kind, args } = spec;
  const [region, otherRegion] = spec.regions;
  const replaced: Properties = { ...spec.replaced, region: otherRegion };
  const onHuaweicloud = spec.cloudName === "huaweicloud";
  if (onHuaweicloud) replaced["projectId"] = "another-project";
  // An order exists before it is declared, always: there is nothing to adopt.
  const common: Properties = onHuaweicloud ? { ...everywhere, adopt: "never" } : everywhere;
  const onlyStored: Properties = { ...common, ...spec.stored };

  describe("inputs", () => {
    // Neither configuration nor credentials, and no cloud anywhere.
    let host: DynamicHost;
    let stored: Stored;

    beforeAll(async () => {
      host = await startDynamicHost();
      const { inputs } = await host.check({}, program(kind, { ...args, region }));
      stored = { id: "id", inputs, outputs: { ...inputs, projectId: "project-1" } };
    });

    afterAll(() => host.close());

    test.each(spec.bad)("$property is refused by name: $reason", async ({ with: bad, property, reason }) => {
      const { failures } = await host.check({}, program(kind, { ...args, ...bad }));
      expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
    });

    test("all failures are told at once", async () => {
      const together = Object.assign({}, ...spec.bad.map(({ with: bad }) => bad)) as Properties;
      const { failures } = await host.check(
        {},
        program(kind, { ...args, ...together, timeoutSeconds: -1, surprise: 1 }),
      );
      const properties = failures.map(({ property }) => property);
      expect(properties).toEqual(expect.arrayContaining(["timeoutSeconds", "surprise"]));
      const fields = new Set(
        spec.bad.filter(({ with: bad }) => isKept(bad, together)).map(({ property }) => property),
      );
      expect(properties).toEqual(expect.arrayContaining([...fields]));
      // Each with its rule, and what was seen in its place.
      for (const { reason } of failures) {
        expect(reason).toMatch(/^.+, found (an? |the |null)|must be given/);
      }
    });

    test.each([...Object.keys(args), ...Object.keys(common), "region"])(
      "%s may be unknown in a preview",
      async (key) => {
        const news = program(kind, { ...args, [key]: unknown });
        const { inputs, failures } = await host.check({}, news);
        expect(failures).toEqual([]);
        expect(inputs).toMatchObject({ [key]: unknown, rollout: unknown });
        const difference = await host.diff("id", stored.outputs, inputs);
        const replaces = key in replaced ? [key] : [];
        expect(difference).toEqual({ changes: "unknown", replaces, deleteBeforeReplace: true });
      },
    );

    test("a leaf, a list and everything at once may be unknown", async () => {
      const hidden = Object.fromEntries(Object.keys(args).map((key) => [key, unknown]));
      const all = await host.check({}, program(kind, hidden));
      expect(all.failures).toEqual([]);
      const { failures, inputs } = await host.check({}, program(kind, hideLeaves(args) as Properties));
      expect(failures).toEqual([]);
      expect(inputs["rollout"]).toBe(unknown);
    });

    test("unknown in one place hides no mistake in another", async () => {
      const [first] = Object.keys(args);
      const news = program(kind, { ...args, [first ?? ""]: unknown, timeoutSeconds: -1 });
      const { failures } = await host.check({}, news);
      expect(failures.map(({ property }) => property)).toEqual(["timeoutSeconds"]);
    });

    test("nothing but the provider's text – an import – passes", async () => {
      const bare = { __provider: textOf(kind) };
      expect(await host.check(bare, bare)).toEqual({ inputs: bare, failures: [] });
    });

    test("the preview's sentence is the same for the same inputs, and stored", async () => {
      const again = await host.check(stored.inputs, program(kind, args));
      expect(again.inputs).toEqual(stored.inputs);
      const clause = expect.stringMatching(/^[a-z].*[^.]$/) as string;
      expect(again.inputs["rollout"]).toEqual({ whileDeclared: clause, destroy: clause });
    });

    test.each(Object.keys(replaced))("another %s replaces, the old one is deleted first", async (key) => {
      const news = program(kind, { ...args, region, [key]: replaced[key] });
      const { inputs, failures } = await host.check(stored.inputs, news);
      expect(failures).toEqual([]);
      expect(await host.diff("id", stored.outputs, inputs)).toEqual({
        changes: "unknown",
        replaces: [key],
        deleteBeforeReplace: true,
      });
    });

    test.each(Object.entries({ ...spec.actedOn, ...onlyStored }))(
      "another %s replaces nothing",
      async (key, value) => {
        const news = program(kind, { ...args, [key]: value }, key);
        const { inputs, failures } = await host.check(stored.inputs, news);
        expect(failures).toEqual([]);
        expect(await host.diff("id", stored.outputs, inputs)).toMatchObject({
          changes: "unknown",
          replaces: [],
        });
      },
    );

    test("every input of the schema replaces, is acted upon or only stored", () => {
      const told = [...Object.keys(replaced), ...Object.keys(spec.actedOn), ...Object.keys(onlyStored)];
      expect(told.toSorted()).toEqual([...spec.inputNames].toSorted());
    });

    test("what makes the id cannot be secret", async () => {
      const id = Object.keys(spec.replaced).find((key) => key in args);
      const news = { ...program(kind, args), __secrets: [id] };
      const { failures } = await host.check({}, news);
      // The engine would print the value of a property that is named.
      const reason = expect.stringMatching(`^${id}: becomes part of .+ cannot be a secret$`) as string;
      expect(failures).toEqual([{ property: "", reason }]);
    });

    test("a secret is in no sentence and no failure", async () => {
      const { name, value } = spec.secret;
      const news = { ...program(kind, { ...args, ...spec.secret.args }), __secrets: [name] };
      const bad = await host.check({}, { ...news, onDelete: value, ifFailed: value });
      const good = await host.check({}, news);
      expect(bad.failures).toHaveLength(2);
      expect(good.failures).toEqual([]);
      expect(JSON.stringify([bad.failures, good.inputs["rollout"]])).not.toContain(value);
    });
  });

  test("what breaks a rule is refused before any call", async () => {
    const cloud = await cloudFor({ seed: spec.seed });
    for (const { with: bad, property } of spec.bad) {
      const failed = await failing(up(cloud, kind, { ...args, ...bad }));
      expect(failed.message).toContain(`"property":"${property}"`);
    }
    expect(cloud.requests).toEqual([]);
  });

  test("what only changes the state is stored without a call", async () => {
    const cloud = await cloudFor({ seed: spec.seed });
    const { stored } = await up(cloud, kind, args);
    const changed = { ...args, ...onlyStored };
    const update = await upAgain(cloud, kind, stored, changed);
    expect(update).toMatchObject({ operation: "update", calls: [], stored: { outputs: changed } });
    const state = without(stored.outputs, ...Object.keys(changed), "rollout");
    expect(update.stored.outputs).toMatchObject(state);
    const back = await upAgain(cloud, kind, update.stored, args);
    expect(back).toMatchObject({ operation: "update", calls: [] });
    expect(back.stored.outputs).toEqual(stored.outputs);
    // Whatever it was, it is retained if that is what was stored last.
    const retained = { ...update.stored, outputs: { ...update.stored.outputs, onDelete: "retain" } };
    expect(await destroy(cloud, retained)).toMatchObject({ calls: [], warnings: [] });
  });
}

function isKept(bad: Properties, together: Properties): boolean {
  return Object.entries(bad).every(([key, value]) => together[key] === value);
}

function without(properties: Properties, ...keys: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

function hideLeaves(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideLeaves);
  if (typeof value !== "object" || value === null) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideLeaves(inner)]));
}
