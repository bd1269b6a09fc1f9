// Read: what is gone, what an id alone tells, and what somebody else has changed.
import { describe, expect, test } from "vitest";
import { idOf, type ResourceSpec } from "../contract.js";
import { cloudFor, failing, operate, refresh, textOf, up, upAgain, type Stored } from "../resource-host.js";
import { stranger, strangerLetIn, strangersProject } from "../stranger.js";

export function readsAgain(spec: ResourceSpec): void {
  const { kind, args } = spec;
  const bare = { __provider: textOf(kind) };

  describe("read", () => {
    test("an id alone is enough, with its region and without", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const { stored } = await up(cloud, kind, args);
      const id = idOf(spec, cloud);
      const [whole, short] = (
        await operate(cloud, async (host) => [
          await host.read(id, bare),
          await host.read(spec.needsRegionInId === true ? id : id.slice(id.indexOf("/") + 1), bare),
        ])
      ).result;
      expect(whole?.id).toBe(id);
      expect(short).toEqual(whole);
      expect(whole?.outputs).toMatchObject({ region: spec.regions[0], __provider: textOf(kind) });
      const allowed = new Set([...spec.inputNames, "rollout", "__provider"]);
      expect(Object.keys(whole?.inputs ?? {}).filter((key) => !allowed.has(key))).toEqual([]);
      const shown = spec.outputs.filter((name) => !["requestId", "outcome"].includes(name));
      expect(whole?.outputs).toMatchObject(
        Object.fromEntries(shown.map((name) => [name, stored.outputs[name]])),
      );
    });

    test("an id that nothing has, or that is none, is an error when nothing else is stored", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      await operate(cloud, async (host) => {
        const { id, message } = spec.unknownId;
        expect((await failing(host.read(id, bare))).message).toMatch(message);
        const { message: words } = await failing(host.read(spec.badId, bare));
        expect(words).toMatch(new RegExp(`^the id of an? \\w+ is region/.+, found ${spec.badId}$`));
      });
    });

    test("gone is what is proved to be gone", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const { stored } = await up(cloud, kind, args);

      cloud.queueFault({ match: { operation: spec.operations.refresh }, fault: { kind: "emptyRead" } });
      expect((await refresh(cloud, stored)).stored?.outputs).toEqual(stored.outputs);

      spec.vanish?.(cloud);
      const read = await refresh(cloud, stored);
      const isGone = spec.vanish !== undefined;
      expect(read.stored?.outputs).toEqual(isGone ? undefined : stored.outputs);
      const told = `${stored.id} is gone from the cloud: it leaves the state, and the next \`pulumi up\` makes it again`;
      const isKept = read.stored !== undefined;
      expect(read.warnings).toEqual(isKept ? [] : [told]);
      // Only the owner of the project may conclude it, and that is asked last.
      expect(read.calls.at(-1)).toBe(isGone ? "GET /v3/projects 200" : spec.calls.refresh.at(-1));
    });

    test("credentials of another account conclude nothing", async () => {
      const cloud = await cloudFor({ seed: spec.seed, accounts: [stranger] });
      const { stored } = await up(cloud, kind, args);
      const config = Object.fromEntries(
        ["accessKey", "secretKey"].map((name) => [`${spec.cloudName}:${name}`, `strange-${name}`]),
      );
      // An order that has ended would not be asked for.
      const unread = { ...stored, outputs: { ...stored.outputs, outcome: undefined, statusCode: undefined } };
      const failed = await failing(refresh(cloud, withoutUndefined(unread), { config }));
      expect(failed.message).toMatch(/The project is unavailable|The change order order-1 does not exist/);
    });

    test("what somebody else changed comes back as inputs, and is put right", async () => {
      const cloud = await cloudFor({ seed: spec.seed });
      const { stored } = await up(cloud, kind, args);
      spec.drift?.make(cloud);
      const read = await refresh(cloud, stored);
      const { projectId: _, rollout, ...inputs } = read.stored?.inputs ?? {};
      const { rollout: before, ...expected } = stored.inputs;
      expect(inputs).toEqual({ ...expected, ...spec.drift?.inputs });
      expect(typeof rollout).toBe(typeof before);
      if (read.stored === undefined) throw new Error("it should be there");
      const repaired = await upAgain(cloud, kind, read.stored, args);
      expect(repaired.operation).toBe(spec.drift === undefined ? "same" : "replace");
      expect(repaired.stored.inputs).toMatchObject(stored.inputs);
      expect(spec.count(cloud)).toBe(1);
    });

    // Absence of a change order is never believed, whoever asks.
    if (spec.cloudName !== "huaweicloud") return;

    test.each(["read", "delete"] as const)(
      "nothing seen with credentials of another account: a %s is refused, both projects named",
      async (method) => {
        const cloud = await cloudFor({ seed: spec.seed });
        const { stored } = await up(cloud, kind, args);
        const config = await strangerLetIn(spec.seed);
        const failed = await failing(
          operate(cloud, (host): Promise<unknown> => host[method](stored.id, stored.outputs), { config }),
        );
        expect(failed.message).toMatch(
          new RegExp(
            `^the credentials in use belong to the projects [^:]*\\b${strangersProject}\\b[^:]*, and this resource lives in project ${String(stored.outputs["projectId"])}: that it is not found there says nothing\\. Use the credentials of the account that owns it$`,
          ),
        );
        expect(failed.partial).toBeUndefined();
        expect(spec.count(cloud)).toBe(1);
      },
    );
  });
}

function withoutUndefined({ outputs, ...stored }: Stored): Stored {
  const known = Object.entries(outputs).filter(([, value]) => value !== undefined);
  return { ...stored, outputs: Object.fromEntries(known) };
}
