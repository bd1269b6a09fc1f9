// What was there before: taken over if it is as declared, refused if not, and left alone in a destroy.
import { describe, expect, test } from "vitest";
import type { Adoption, ResourceSpec } from "../contract.js";
import { cloudFor, destroy, failing, refresh, severities, up, upAgain, urnOf } from "../resource-host.js";
import { createsIn } from "../session.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

export function adopts(spec: ResourceSpec, adoption: Adoption): void {
  const { kind, args } = spec;
  const { different, explicitWay } = adoption;

  const takenCloud = async (): Promise<SimulatedCloud> => {
    const cloud = await cloudFor({ seed: spec.seed });
    adoption.plant(cloud);
    return cloud;
  };

  describe("adoption", () => {
    const session = createsIn(kind, spec.seed);

    test("what is there as declared is adopted with a warning, and left by a destroy", async () => {
      const cloud = await takenCloud();
      const { calls, stored, logged } = await up(cloud, kind, args);
      expect(calls).toEqual(adoption.adoptCalls);
      expect(stored.outputs["adopted"]).toBe(true);
      const message = `${stored.id} was there already, as declared: adopted. A destroy leaves it, unless onDelete is set`;
      expect(logged.filter(({ severity }) => severity !== severities.info)).toEqual([
        { severity: severities.warning, message, urn: urnOf(kind, "thing"), ephemeral: false },
      ]);
      expect((await refresh(cloud, stored)).stored?.outputs).toEqual(stored.outputs);
      const deleted = await destroy(cloud, stored);
      expect(deleted.calls).toEqual([]);
      expect(deleted.warnings).toEqual([
        `${stored.id} was there before it was declared, and onDelete is not set: left as it is`,
      ]);
      expect(spec.count(cloud)).toBe(1);

      const later = await upAgain(cloud, kind, stored, { ...args, onDelete: explicitWay });
      expect(later).toMatchObject({ operation: "update", calls: [] });
      expect((await destroy(cloud, later.stored)).calls).toEqual(spec.calls.destroy);
    });

    test("with onDelete written, a destroy does what it says", async () => {
      const cloud = await takenCloud();
      const { stored, warnings } = await up(cloud, kind, { ...args, onDelete: explicitWay });
      expect(warnings[0]).toContain("A destroy does what onDelete says");
      expect((await destroy(cloud, stored)).calls).toEqual(spec.calls.destroy);
    });

    test("what is there otherwise is refused, the differing field named; never refuses both", async () => {
      const differs = `differs from what is declared in ${adoption.differing}: declare it as it is, remove it, or set adopt to "always"`;
      const never = 'exists already, and adopt is "never": remove it, or set adopt';
      for (const [declared, message] of [
        [different, differs],
        [{ ...different, adopt: "never" }, never],
        [{ adopt: "never" }, never],
      ] as const) {
        adoption.plant(session.cloud());
        const failed = await failing(session.up({ ...args, ...declared }));
        expect(failed.message).toContain(message);
        expect(failed.partial).toBeUndefined();
        expect(failed.requests.filter(({ method }) => method !== "GET")).toEqual([]);
      }
    });

    test("always replaces what is there otherwise", async () => {
      const cloud = await takenCloud();
      const taken = await up(cloud, kind, { ...args, ...different, adopt: "always" });
      expect(taken.calls).toEqual(adoption.replaceCalls);
      expect(taken.stored.outputs).toMatchObject({ ...different, adopted: false });
      expect((await refresh(cloud, taken.stored)).stored?.outputs).toEqual(taken.stored.outputs);
    });

    test("a replacement removes even what was adopted, or set to be retained", async () => {
      const cloud = await takenCloud();
      const declared = { ...args, onDelete: "retain" };
      const { stored } = await up(cloud, kind, declared);
      const next = await upAgain(cloud, kind, stored, { ...declared, ...different });
      expect(next.operation).toBe("replace");
      expect(next.calls.slice(0, spec.calls.destroy.length)).toEqual(spec.calls.destroy);
      expect(next.stored.outputs).toMatchObject({ ...different, adopted: false });
    });
  });
}
