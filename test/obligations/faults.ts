// What goes wrong on the way: reads are tried again, writes only after a look. (test/host has every fault.)
import type { FaultKind } from "pulumi-grayscale/simulator";
import { beforeAll, describe, expect, test } from "vitest";
import type { ResourceSpec } from "../contract.js";
import { failing } from "../resource-host.js";
import { createsIn } from "../session.js";

export function survivesFaults(spec: ResourceSpec): void {
  const { kind, operations } = spec;
  // The project was looked up before: every create here is one more of the same run.
  const lookups = spec.calls.create.filter((call) => call.includes("/v3/projects")).length;
  const create = spec.calls.create.slice(lookups);
  const [read, write] = [spec.calls.read - lookups, spec.calls.write - lookups];
  const isEdas = spec.cloudName === "alicloud";
  const withStatus = (index: number, status: string): string => create[index]?.replace(/\d+$/, status) ?? "";

  describe("faults", () => {
    const session = createsIn(kind, spec.seed, { "grayscale:requestTimeoutSeconds": "2" });
    const fail = (operation: "read" | "write", fault: FaultKind, times = 1): void =>
      session.cloud().queueFault({ match: { operation: operations[operation] }, times, fault });

    beforeAll(() => session.up(spec.args));

    test("a read is repeated until it is answered", async () => {
      fail("read", { kind: "serverError", status: 503 });
      fail("read", { kind: "resetBefore" });
      const { calls } = await session.up(spec.args);
      const expected = [...create];
      expected.splice(read, 0, withStatus(read, "503"), withStatus(read, "reset"));
      expect(calls).toEqual(expected);
    });

    test("a write that is refused for good is not repeated, and no secret that comes back is said", async () => {
      const { args, name, value } = spec.secret;
      const code = isEdas ? "MissingParameter" : "APIG.2012";
      const message = `the value ${value} is not good`;
      fail("write", { kind: "tooManyRequests", status: 400, code, message }, 99);
      const failed = await failing(session.up({ ...spec.args, ...args, __secrets: [name] }));
      expect(failed.message).toMatch(
        new RegExp(
          `^(POST|PUT) /\\S+ answered 400 ${code}: the value \\[secret\\] is not good \\(request id [0-9A-F-]{36}\\)`,
        ),
      );
      expect(failed.calls.filter((call) => call.endsWith(" 400"))).toHaveLength(1);
      const said = JSON.stringify([failed.message, failed.partial?.reasons, failed.logged, failed.printed]);
      expect(said).not.toContain(value);
    });

    test.each([
      { what: "lost", fault: { kind: "lostReply" }, status: "reset" },
      { what: "too late", fault: { kind: "hang", applied: true }, status: "hang" },
      { what: "a failure", fault: { kind: "serverError", status: 504, applied: true }, status: "504" },
      {
        what: "a proxy's page",
        fault: { kind: "serverError", status: 502, html: true, applied: true },
        status: "502",
      },
    ] satisfies { what: string; fault: FaultKind; status: string }[])(
      "a write whose reply is $what is looked for, not repeated",
      async ({ fault, status }) => {
        fail("write", fault);
        const made = await session.up(spec.args);
        const { look, afterLook } = spec.calls;
        expect(made.calls).toEqual([
          ...create.slice(0, write),
          withStatus(write, status),
          look,
          ...afterLook,
        ]);
        expect(made.stored.outputs["adopted"]).toBe(false);
        expect(made.warnings).toEqual([]);
        expect(spec.count(session.cloud())).toBe(1);
      },
    );

    test.each([
      { fault: { kind: "resetBefore" }, status: "reset" },
      { fault: { kind: "serverError", status: 500 }, status: "500" },
    ] satisfies { fault: FaultKind; status: string }[])(
      "a write that ends in $status is sent again once nothing is found",
      async ({ fault, status }) => {
        fail("write", fault);
        const made = await session.up(spec.args);
        const { look, lookInVain = [look], looks = 2 } = spec.calls;
        const rest = create.slice(write);
        expect(made.calls).toEqual([
          ...create.slice(0, write),
          withStatus(write, status),
          ...Array.from({ length: looks }, () => lookInVain).flat(),
          ...rest,
        ]);
        expect(made.stored.outputs["adopted"]).toBe(false);
        expect(spec.count(session.cloud())).toBe(1);
      },
    );

    test("a write that is refused for now waits as it is told, and is sent again", async () => {
      fail("write", { kind: "tooManyRequests", retryAfter: isEdas ? 1000 : 1 });
      const { calls, requests } = await session.up(spec.args);
      const refused = withStatus(write, isEdas ? "400" : "429");
      expect(calls).toEqual([...create.slice(0, write), refused, ...create.slice(write)]);
      const [first, second] = requests.slice(write);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    });
  });
}
