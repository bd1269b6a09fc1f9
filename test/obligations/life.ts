// Create, nothing changed, read, delete: each in a process of its own, with every call it makes.
import { describe, expect, test } from "vitest";
import { idOf, type ResourceSpec } from "../contract.js";
import {
  cloudFor,
  destroy,
  failing,
  operate,
  program,
  refresh,
  textOf,
  up,
  upAgain,
  urnOf,
} from "../resource-host.js";

export function livesItsLife(spec: ResourceSpec): void {
  const { kind, args, calls } = spec;
  const [region, otherRegion] = spec.regions;
  const place = spec.cloudName === "huaweicloud" ? "projectId region" : "region";

  describe("life", () => {
    test("is created, found unchanged, read as it was, and deleted", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const created = await up(cloud, kind, args);
      const { stored } = created;
      expect(created.calls).toEqual(calls.create);
      expect(stored.id).toBe(idOf(spec, cloud));
      expect(spec.count(cloud)).toBe(1);
      expect(stored.outputs).toMatchObject({ ...args, region, adopted: false, __provider: textOf(kind) });
      expect(namesOf(stored.outputs)).toEqual(namesOf(args, place, spec.outputs, "adopted __provider __urn"));
      expect(namesOf(stored.inputs)).toEqual(namesOf(args, "region rollout __provider __urn"));
      expect(JSON.stringify(stored.outputs)).not.toContain("null");

      const unchanged = await upAgain(cloud, kind, stored, args);
      expect(unchanged).toMatchObject({ operation: "same", calls: [] });
      expect(unchanged.difference).toMatchObject({ changes: "none", replaces: [] });
      expect(unchanged.stored).toEqual(stored);

      const read = await refresh(cloud, stored);
      expect(read.calls).toEqual(calls.refresh);
      expect(read.stored?.outputs).toEqual(stored.outputs);
      // The project that was looked up is an input from then on: no diff, for it is what the outputs have.
      const { projectId } = stored.outputs;
      expect(read.stored?.inputs).toEqual({ ...stored.inputs, ...(read.calls.length > 0 && { projectId }) });
      if (read.stored === undefined) throw new Error("it should be there");
      expect(await upAgain(cloud, kind, read.stored, args)).toMatchObject({ operation: "same", calls: [] });

      const deleted = await destroy(cloud, stored);
      expect(deleted.calls).toEqual(calls.destroy);
      const twice = await destroy(cloud, stored);
      // One that is refused, two looks with two witnesses at the most, and whose project it is.
      expect(twice.calls.length).toBeLessThanOrEqual(6);
      expect(twice.calls.slice(1).every((call) => call.startsWith("GET"))).toBe(true);
      const steps = [created, unchanged, read, deleted, twice];
      expect(steps.flatMap(({ warnings, printed }) => [...warnings, printed.replace(/^\d+\n$/, "")])).toEqual(
        steps.map(() => ""),
      );
    });

    test("one run deletes nothing that it has declared", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const { stored } = await up(cloud, kind, args);
      const renamed = await operate(cloud, async (host) => {
        const { inputs } = await host.check({}, program(kind, { ...args, onDelete: "retain" }, "renamed"));
        const created = await host.create(inputs);
        await host.delete(stored.id, stored.outputs);
        return created;
      });
      expect(renamed.result.id).toBe(stored.id);
      expect(spec.count(cloud)).toBe(1);
      expect(renamed.warnings.at(-1)).toBe(
        `${stored.id} is declared by ${urnOf(kind, "renamed")}: left as it is`,
      );
    });

    test("another region in the configuration changes nothing for what is stored", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const { stored } = await up(cloud, kind, args);
      const moved = { config: { [`${spec.cloudName}:region`]: otherRegion } };
      const read = await refresh(cloud, stored, moved);
      expect(read.stored?.outputs).toEqual(stored.outputs);
      const deleted = await destroy(cloud, stored, moved);
      const regions = new Set([...read.requests, ...deleted.requests].map((request) => request.region));
      expect([...regions]).toEqual(calls.destroy.length > 0 ? [region] : []);
      expect(deleted.calls).toEqual(calls.destroy);
    });

    test("all that is not configured is told at once, by the first call to the cloud", async () => {
      const failed = await failing(
        operate(undefined, async (host) => {
          const { inputs, failures } = await host.check({}, program(kind, args));
          expect(failures).toEqual([]);
          await host.create(inputs);
        }),
      );
      for (const setting of ["accessKey", "secretKey", "region"]) {
        expect(failed.message).toMatch(new RegExp(`${spec.cloudName}:${setting} \\([A-Z]\\w+.*\\)`));
      }
      expect(failed.partial).toBeUndefined();
    });

    test("no key of an account is in anything that is said or stored", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const wrong = `${spec.cloudName}:secretKey`;
      const failed = await failing(up(cloud, kind, args, { config: { [wrong]: "not-the-right-secret" } }));
      const good = await up(cloud, kind, args);
      const said = JSON.stringify([failed.message, failed.logged, failed.printed, good]);
      expect(failed.message).toMatch(/(401|400) .*: .+\. Check the (credentials|access key)/s);
      expect(said.replace(JSON.stringify(good.requests), "")).not.toMatch(/not-the-right-secret|secret-key/);
      expect(failed.calls).toHaveLength(1);
    });
  });
}

/** The names in objects, lists and texts, each once and in order. */
function namesOf(...sources: (object | readonly string[] | string)[]): string[] {
  const names = sources.flatMap((source) => {
    if (typeof source === "string") return source.split(" ");
    return Array.isArray(source) ? (source as string[]) : Object.keys(source);
  });
  return [...new Set(names)].toSorted();
}
