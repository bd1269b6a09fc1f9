// What the cloud accepted and did not finish stays in the state, says so, and is taken up again.
import { describe, expect, test } from "vitest";
import { idOf, type ResourceSpec } from "../contract.js";
import type { Properties } from "../dynamic-host.js";
import {
  cloudFor,
  destroy,
  failing,
  patient,
  refresh,
  textOf,
  up,
  upAgain,
  type Failed,
  type Stored,
} from "../resource-host.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

interface Left {
  readonly cloud: SimulatedCloud;
  readonly failed: Failed;
  readonly stored: Stored;
}

export function keepsUnfinished(spec: ResourceSpec): void {
  const { kind, stuck } = spec;
  const args = { ...spec.args, timeoutSeconds: 1 };

  const leave = async (declared: Properties, seed = spec.seed): Promise<Left> => {
    const cloud = await cloudFor({ seed, progress: stuck.progress });
    if (stuck.lateList === true) cloud.queueFault({ fault: { kind: "lateList", reads: 999 } });
    const failed = await failing(up(cloud, kind, declared));
    if (failed.stored === undefined) throw failed;
    return { cloud, failed, stored: failed.stored };
  };
  const free = (cloud: SimulatedCloud): void => {
    cloud.clearFaults();
    cloud.setProgress({ advance: "immediately" });
  };

  describe("unfinished", () => {
    test("is kept with all that is known, and taken up by the up that follows", async () => {
      const { cloud, failed, stored } = await leave(args);
      expect(failed.partial?.id).toBe(idOf(spec, cloud));
      const { unfinished, ...known } = stored.outputs as { unfinished: { kind: string; reason: string } };
      expect(known).toMatchObject({ ...args, region: spec.regions[0], __provider: textOf(kind) });
      expect(unfinished).toEqual({
        kind: "waiting",
        reason: expect.stringMatching(stuck.phase) as string,
      });
      expect(failed.partial?.reasons).toEqual([
        `${unfinished.reason}. It is kept in the state as unfinished: the next \`pulumi up\` takes it up again.`,
      ]);

      const still = await failing(upAgain(cloud, kind, stored, args));
      expect(still.stored?.outputs).toMatchObject({
        unfinished: { kind: "waiting" },
        __provider: textOf(kind),
      });

      free(cloud);
      const next = await upAgain(cloud, kind, still.stored ?? stored, args);
      expect(next).toMatchObject({ operation: "update", calls: spec.calls.resume });
      expect(next.difference).toMatchObject({ changes: "some", replaces: [] });
      expect(next.stored.outputs).not.toHaveProperty("unfinished");
      expect(next.stored.outputs["adopted"]).toBe(false);
      expect(spec.count(cloud)).toBe(1);
      expect(await upAgain(cloud, kind, next.stored, args)).toMatchObject({ operation: "same", calls: [] });
    });

    test("is taken up although a refresh came in between, and can be destroyed", async () => {
      const { cloud, stored } = await leave(args);
      const before = patient(stored);
      const read = await refresh(cloud, before);
      expect(read.stored?.outputs["unfinished"]).toEqual(stored.outputs["unfinished"]);
      expect(read.stored?.inputs).toMatchObject({ ...stored.inputs, timeoutSeconds: 60 });
      free(cloud);
      const next = await upAgain(cloud, kind, read.stored ?? before, { ...args, timeoutSeconds: 60 });
      expect(next.operation).toBe("update");
      expect(next.stored.outputs).not.toHaveProperty("unfinished");
      expect(spec.count(cloud)).toBe(1);
      await expect(destroy(cloud, read.stored ?? before)).resolves.toMatchObject({ warnings: [] });
    });
  });

  const { failing: bad } = spec;
  if (bad === undefined) return;

  describe("failed", () => {
    test("is kept and told with the way on, until the program asks for a new one", async () => {
      const { cloud, failed, stored } = await leave(bad.args, bad.seed);
      const reason = expect.stringMatching(bad.reason) as string;
      expect(stored.outputs["unfinished"]).toEqual({ kind: "failed", reason });
      expect(failed.partial?.reasons[0]).toContain(
        'It is kept in the state as failed: change what is declared, or set ifFailed to "replace".',
      );
      const still = await failing(upAgain(cloud, kind, stored, bad.args));
      expect(still.stored?.outputs["unfinished"]).toMatchObject({ kind: "failed" });
      const again = await failing(upAgain(cloud, kind, stored, { ...bad.args, ifFailed: "replace" }));
      expect(again.difference).toEqual({
        changes: "unknown",
        replaces: ["unfinished"],
        deleteBeforeReplace: true,
      });
    });
  });
}
