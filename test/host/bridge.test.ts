// What Pulumi's host is told and does not pass on – and that everything works where it cannot be had.
import { expect, test } from "vitest";
import { cloudFor, failing, operate, program, upAgain, type Stored } from "../resource-host.js";
import { args, kind } from "../resources/grayscale-release.js";

const withoutBridge = { environment: { PULUMI_GRAYSCALE_BRIDGE: "off" } };

/** Creates; calls `meanwhile` as soon as the create waits. */
async function creating(meanwhile: (host: { cancel(): Promise<void> }) => Promise<void>, options = {}) {
  let waits = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    waits = resolve;
  });
  const cloud = await cloudFor({
    progress: { advance: "never" },
    onRequest: ({ operation }) => operation === "getRelease" && waits(),
  });
  const done = operate(
    cloud,
    async (host) => {
      const { inputs } = await host.check({}, program(kind, args));
      const created = host.create(inputs);
      await Promise.race([waiting.then(() => meanwhile(host)), created]);
      return created;
    },
    options,
  );
  return { cloud, done };
}

test("the first Ctrl-C ends a wait at once, and the next up goes on", async () => {
  const { cloud, done } = await creating((host) => host.cancel());
  const { partial } = await failing(done);
  expect(partial?.reasons).toEqual([
    expect.stringMatching(/^interrupted while waiting .+ the next `pulumi up` takes it up again/),
  ]);
  expect(partial?.properties).toMatchObject({ unfinished: { kind: "waiting" } });
  if (partial === undefined) throw new Error("it should be in the state");
  const { inputs } = (await operate(cloud, (host) => host.check({}, program(kind, args)))).result;
  const stored: Stored = { id: partial.id, inputs, outputs: partial.properties };
  cloud.setProgress({ advance: "immediately" });
  const next = await upAgain(cloud, kind, stored, args);
  expect(next).toMatchObject({ operation: "update", stored: { outputs: { phase: "Running" } } });
  expect(cloud.cloud.releases).toHaveLength(1);
});

test("the first Ctrl-C does not wait for a look that the cloud never answers, and the phase seen last is told", async () => {
  let hang = (): void => undefined;
  const hangs = new Promise<void>((resolve) => {
    hang = resolve;
  });
  const cloud = await cloudFor({
    progress: { advance: "never" },
    onRequest: ({ status }) => status === "hang" && hang(),
  });
  // Longer than this test may take.
  const config = { "grayscale:requestTimeoutSeconds": "600" };
  cloud.queueFault({ match: { operation: "getRelease" }, skip: 1, fault: { kind: "hang" } });
  const done = operate(
    cloud,
    async (host) => {
      const { inputs } = await host.check({}, program(kind, args));
      await Promise.all([host.create(inputs), hangs.then(() => host.cancel())]);
    },
    { config },
  );
  const { partial } = await failing(done);
  expect(partial?.reasons[0]).toMatch(
    /^interrupted while waiting .+; the phase seen last is Creating\. It is kept/,
  );
});

test("where it cannot be had, Ctrl-C waits for what is under way", async () => {
  const { cloud, done } = await creating(async (host) => {
    await host.cancel();
    cloud.setProgress({ advance: "immediately" });
  }, withoutBridge);
  expect((await done).result.outputs).toMatchObject({ phase: "Running" });
});

test("customTimeouts win over timeoutSeconds, and are nothing where they cannot be had", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  // An hour is longer than this test may take.
  const create = (timeoutSeconds: number, customSeconds: number, options = {}) =>
    failing(
      operate(
        cloud,
        async (host) => {
          const { inputs } = await host.check({}, program(kind, { ...args, timeoutSeconds }));
          return host.create(inputs, customSeconds);
        },
        options,
      ),
    );
  expect((await create(3600, 1)).partial?.reasons[0]).toMatch(/^gave up waiting/);
  cloud.cloud.releases = [];
  expect((await create(1, 3600, withoutBridge)).partial?.reasons[0]).toMatch(/^gave up waiting/);
});

test("a warning stands under the URN that the engine knows, also after a rename with an alias", async () => {
  const cloud = await cloudFor();
  const stored = await operate(cloud, async (host) => {
    const { inputs } = await host.check({}, program(kind, args));
    return host.create(inputs);
  });
  cloud.cloud.releases = [];
  const { id, outputs } = stored.result;
  const renamed = `${String(outputs["__urn"])}-renamed`;
  const read = await operate(cloud, async (host) => {
    // The first call of a process is what sets the hook.
    await host.check({}, program(kind, args, "another"));
    return host.read(id, outputs, renamed);
  });
  expect(
    read.logged.filter(({ message }) => message.includes("ended outside")).map(({ urn }) => urn),
  ).toEqual([renamed]);
});
