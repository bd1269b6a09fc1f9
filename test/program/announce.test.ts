// What a run says beside the names of the resources, before it does it.
import { huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import { deployment, release, releaseProgram, task } from "./declarations.js";
import { openSimulatedStack, type Step } from "./simulated-stack.js";

/** The lines that stay on the screen, by the name of the resource; of the stack, by "". */
function lines({ events }: Step): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const { diagnosticEvent: one } of events) {
    if (one?.severity !== "info" || one.ephemeral === true) continue;
    const name = one.urn?.includes("dynamic/") === true ? (one.urn.split("::").at(-1) ?? "") : "";
    (told[name] ??= []).push(one.message.replaceAll(/<\{%[^%]*%\}>/g, "").trim());
  }
  return told;
}

const runs =
  "grayscale version v2 of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 1 cluster";

test("traffic is told line by line, in a preview as in an update; a refresh says nothing", async () => {
  const program = async () => {
    new huaweicloud.GrayscaleRelease("reviews-v2", release);
    new huaweicloud.LivedataDeployment("orders", deployment);
  };
  const { perform } = await openSimulatedStack(program);
  const preview = await perform("preview");
  const told = {
    "reviews-v2": [`From now on: ${runs}.`],
    orders: ["From now on: backend API api-1 of instance instance-1 is online."],
  };
  expect(lines(preview)).toEqual(told);
  expect(preview.text).toContain(`From now on: ${runs}.`);
  expect(lines(await perform("up"))).toEqual(told);
  expect(lines(await perform("refresh"))).toEqual({});
  expect(lines(await perform("up"))).toEqual({});
});

test("a replacement is told once: what goes, and what comes", async () => {
  const { perform } = await openSimulatedStack(releaseProgram("reviews-v2"));
  await perform("up");
  const next = releaseProgram("reviews-v2", { version: "v3", onDelete: "end" });
  const expected = {
    "reviews-v2": [
      `Replaced because version changes. First this ends the task; version v2 stays and reviews-v1 is removed. Then: ${runs.replace("v2", "v3")}.`,
    ],
  };
  expect(lines(await perform("preview", { program: next }))).toEqual(expected);

  const asked = releaseProgram(
    "reviews-v2",
    { timeoutSeconds: 60 },
    { replaceOnChanges: ["timeoutSeconds"] },
  );
  expect(lines(await perform("preview", { program: asked }))).toEqual({
    "reviews-v2": [
      "Nothing moves: only timeoutSeconds changes.",
      `Replaced, as was asked for. First this cancels the task; reviews-v1 keeps all traffic. Then: ${runs}.`,
    ],
  });
});

test("what goes with the thing that it depends on is told with what goes first", async () => {
  const declare = (targetNamespace: string) => async () => {
    const images = new huaweicloud.ImageSyncTask("images", { ...task, targetNamespace });
    const triggers = { images: images.taskId.apply(String) };
    new huaweicloud.LivedataDeployment("orders", { ...deployment, triggers });
  };
  const { perform, cloud } = await openSimulatedStack(declare("team"));
  await perform("up");
  const program = declare("other");
  const { orders } = lines(await perform("preview", { program }));
  expect(orders).toEqual([
    "Replaced with what it depends on. First this takes it offline. What goes on then depends on triggers, which is not known yet.",
  ]);
  cloud.clearRequests();
  const up = await perform("up", { program });
  expect(up.calls.filter((call) => call.includes("/undeploy"))).toHaveLength(1);
  expect(lines(up)["orders"]?.[0]).toMatch(
    /^Replaced with what it depends on\. First this takes it offline\. Then: /,
  );
});

test("of many things that move no traffic the first are told, and where to find the rest", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `web${index}`);
  const { perform } = await openSimulatedStack(async () => {
    for (const repository of names) new huaweicloud.ImageSyncTask(repository, { ...task, repository });
  });
  const { "": ofStack, ...ofTasks } = lines(await perform("preview"));
  expect(Object.values(ofTasks)).toHaveLength(5);
  expect(ofStack).toEqual([
    "More changes of huaweicloud:ImageSyncTask follow: --diff shows each, and `pulumi-grayscale review` sums them up.",
  ]);
});

test("a planned deletion shows what a destroy does, whole, however long the names are", async () => {
  const deploymentName = `reviews-${"v".repeat(50)}`;
  const { perform, pulumi } = await openSimulatedStack(
    releaseProgram("reviews-v2", { deploymentName, meshId: "m".repeat(60), namespace: "n".repeat(60) }),
  );
  await perform("up");
  const text = await pulumi("destroy", "--preview-only", "--diff", "--non-interactive");
  expect(text).toContain(`"cancels the task; ${deploymentName} keeps all traffic"`);
});
