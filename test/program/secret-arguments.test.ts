// An argument given as a secret is encrypted wherever the state holds it, whatever has happened to it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import type { IsolatedCommand } from "../../tools/isolation.js";
import { release, releaseProgram, task, templateWith } from "./declarations.js";
import { everythingSaid, namesOfSecretsIn } from "../leaks.js";
import { expectStep, openSimulatedStack, type SimulatedStack, type Step } from "./simulated-stack.js";

const secrets = {
  name: "blue-heron-seventeen",
  version: "correct-horse-battery",
  password: "Tr0ub4dor-and-3",
  /** What somebody made of them in the cloud. */
  otherVersion: "purple-monkey-dishwasher",
  otherPassword: "Sw0rdfish-and-4",
};
const leaksIn = (text: string): string[] => namesOfSecretsIn(text, secrets);

function program(args: Partial<huaweicloud.GrayscaleReleaseArgs> = {}) {
  return async () => {
    const env = [{ name: "PASSWORD", value: pulumi.secret(secrets.password) }];
    new huaweicloud.GrayscaleRelease("reviews", {
      ...release,
      name: pulumi.secret(secrets.name),
      version: pulumi.secret(secrets.version),
      grayDeployments: [{ clusterId: "cluster-1", template: templateWith("reviews:2.0", env) }],
      ...args,
    });
  };
}

const encrypted = { ciphertext: expect.any(String) as string };

/** The state as it is stored now. */
async function stateOf({ exportState, stored }: SimulatedStack): Promise<string> {
  const args = { name: encrypted, version: encrypted, grayDeployments: encrypted };
  expect(await stored()).toMatchObject([{ inputs: args, outputs: args }]);
  return JSON.stringify(await exportState());
}

test("unfinished, resumed, drifted in itself and repaired, a secret argument is encrypted", async () => {
  const waiting = { readyPhases: ["Running"], timeoutSeconds: 2 };
  const stack = await openSimulatedStack(program(waiting), { cloud: { progress: { advance: "never" } } });
  const { perform, cloud } = stack;
  const steps: Step[] = [await perform("up", { diff: true })];
  expect(steps[0]).toMatchObject({ did: "failed create 1" });
  const [unfinished] = await stack.stored();
  expect(unfinished?.outputs?.["unfinished"]).toMatchObject({
    reason: expect.stringContaining("the release [secret] to become Running") as string,
  });
  const states = [await stateOf(stack)];

  cloud.setProgress({ advance: "immediately" });
  steps.push(await perform("up", { diff: true }));
  expect(steps[1]).toMatchObject({ did: "same 1, update 1" });
  states.push(await stateOf(stack));
  steps.push(await perform("refresh"));
  expect(steps[2]).toMatchObject({ did: "same 2" });
  states.push(await stateOf(stack));

  for (const { spec } of cloud.cloud.releases) {
    const changed = JSON.stringify(spec.grayDeployments).replace(secrets.password, secrets.otherPassword);
    Object.assign(spec, { version: secrets.otherVersion, grayDeployments: JSON.parse(changed) });
  }
  steps.push(await perform("refresh"));
  expect(steps[3]).toMatchObject({ did: "same 1, update 1" });
  states.push(await stateOf(stack));
  steps.push(await perform("preview", { diff: true }), await perform("up", { diff: true }));
  expect(steps[5]).toMatchObject({ did: "replace 1, same 1" });
  states.push(await stateOf(stack));

  expect(states.map(leaksIn)).toEqual([[], [], [], [], []]);
  expect(steps.map((step) => leaksIn(everythingSaid(step)))).toEqual(steps.map(() => []));
});

test("an argument that is a secret from now on is encrypted from now on, without a call", async () => {
  const plain = (version: pulumi.Input<string>) => releaseProgram("reviews-v2", { version });
  const { perform, stored, exportState } = await openSimulatedStack(plain(secrets.version));
  await perform("up");
  expect(leaksIn(JSON.stringify(await exportState()))).toEqual(["version"]);

  // Not even `replaceOnChanges` makes a replacement of it.
  const options = { replaceOnChanges: ["version"] };
  const marked = releaseProgram("reviews-v2", { version: pulumi.secret(secrets.version) }, options);
  const preview = await perform("preview", { program: marked, diff: true });
  expectStep(preview, "same 1, update 1", []);
  expectStep(await perform("up"), "same 1, update 1", []);
  expect(await stored()).toMatchObject([{ inputs: { version: encrypted }, outputs: { version: encrypted } }]);
  expect(leaksIn(JSON.stringify(await exportState()))).toEqual([]);
  expectStep(await perform("up"), "same 2", []);
});

test("a name that was a secret and is not given any more stays one, also in a replacement", async () => {
  const stack = await openSimulatedStack(program());
  const { perform, cloud } = stack;
  await perform("up");
  const without = (clusterId: string) => {
    const { name: _name, ...unnamed } = { ...release, clusterId, name: undefined };
    return async () => {
      new huaweicloud.GrayscaleRelease("reviews", { ...unnamed, version: pulumi.secret(secrets.version) });
    };
  };
  const steps = [await perform("up", { program: without("cluster-1") })];
  expect(steps[0]).toMatchObject({ did: "replace 1, same 1" });
  const named = { name: encrypted, version: encrypted };
  expect(await stack.stored()).toMatchObject([{ inputs: named, outputs: named }]);
  expect(cloud.cloud.releases).toMatchObject([{ name: secrets.name }]);
  steps.push(await perform("up"), await perform("up", { program: without("cluster-2") }));
  expect(steps.slice(1)).toMatchObject([{ did: "same 2" }, { did: "replace 1, same 1" }]);
  expect(await stack.stored()).toMatchObject([{ inputs: named, outputs: named }]);
  expect(leaksIn(JSON.stringify(await stack.exportState()))).toEqual([]);
  for (const step of steps) expect(leaksIn(everythingSaid(step))).toEqual([]);
});

test("what is imported is encrypted as soon as a program says that it is a secret", async () => {
  const stack = await openSimulatedStack(program());
  const { perform, exportState, pulumi: run, place } = stack;
  await perform("up");
  const state = await exportState();
  for (const stored of state.deployment.resources ?? []) {
    const { __provider } = stored.inputs ?? {};
    if (__provider !== undefined) Object.assign(stored, { inputs: { __provider }, outputs: { __provider } });
  }
  const file = join(place, "imported.json");
  writeFileSync(file, JSON.stringify(state));
  await run("stack", "import", "--file", file);
  await perform("refresh");
  const up = await perform("up", { diff: true });
  expectStep(up, "same 1, update 1", []);
  expect(leaksIn(await stateOf(stack))).toEqual([]);
});

test("a preview as JSON shows no secret", async () => {
  const { perform, stack, pulumi: run } = await openSimulatedStack(program());
  const shown: string[] = [];
  const preview = async (wanted = {}): Promise<void> => {
    const command = stack.workspace.pulumiCommand as IsolatedCommand;
    const plain = command.run.bind(command);
    command.run = (parameters, ...more) => plain([...parameters, "--json"], ...more);
    const { text } = await perform("preview", wanted);
    command.run = plain;
    shown.push(text);
  };
  await preview();
  await perform("up");
  await preview({ program: program({ type: "blue-green" }) });
  shown.push(
    await run("refresh", "--preview-only", "--json"),
    await run("destroy", "--preview-only", "--json"),
  );
  expect(shown.map((text) => Object.keys(JSON.parse(text) as object))).toEqual(
    shown.map(() => expect.arrayContaining(["steps", "changeSummary"]) as string[]),
  );
  expect(shown.map(leaksIn)).toEqual([[], [], [], []]);
});

test.each([
  ["meshId", "becomes part of the resource's id, which is shown in plain: it cannot be a secret"],
  ["onDelete", "Invalid option"],
])("a wrong secret is refused without being shown: %s", async (key, reason) => {
  const secret = { [key]: pulumi.secret(secrets.version) };
  const { perform, stored } = await openSimulatedStack(releaseProgram("reviews-v2", secret));
  const refused = [await perform("preview"), await perform("up")];
  for (const step of refused) {
    expect(step).toMatchObject({ succeeded: false, calls: [] });
    expect(step.text).toContain(`resource 'reviews-v2' has a problem: ${key}: ${reason}`);
    expect(leaksIn(everythingSaid(step))).toEqual([]);
  }
  expect(await stored()).toEqual([]);
});

test("additionalSecretOutputs are encrypted, after a refresh and an update too", async () => {
  const declare = (timeoutSeconds: number) => async () => {
    const options = { additionalSecretOutputs: ["taskId", "createdAt"] };
    const { taskId } = new huaweicloud.ImageSyncTask("web", { ...task, timeoutSeconds }, options);
    return { taskId };
  };
  const { perform, stored, outputs } = await openSimulatedStack(declare(60));
  const expected = [{ outputs: { taskId: encrypted, createdAt: encrypted, targetNamespace: "team" } }];
  await perform("up");
  expect(await stored()).toMatchObject(expected);
  await perform("refresh");
  expect(await stored()).toMatchObject(expected);
  expectStep(await perform("up", { program: declare(90) }), "same 1, update 1", []);
  expect(await stored()).toMatchObject(expected);
  expect(await outputs()).toMatchObject({ taskId: { value: 1, secret: true } });
});
