import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { alicloud, huaweicloud } from "pulumi-grayscale";
import { simulatorCredentials } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { deployment, heldOrder, release, task, templateWith } from "./declarations.js";
import { contentsOf, everythingSaid, namesOfSecretsIn } from "../leaks.js";
import { openSimulatedStack, type Step } from "./simulated-stack.js";

const { huaweicloud: huaweicloudKeys, alicloud: alicloudKeys } = simulatorCredentials;
const password = "Tr0ub4dor-and-3";
const trigger = "correct-horse-battery";

const secrets = {
  password,
  trigger,
  accessKey: huaweicloudKeys.accessKey,
  secretKey: huaweicloudKeys.secretKey,
  alicloudAccessKey: alicloudKeys.accessKey,
  alicloudSecretKey: alicloudKeys.secretKey,
};

const leaksIn = (text: string): string[] => namesOfSecretsIn(text, secrets);

/** With `failing`, what comes next is not ready in time. */
function program(replicas: number, failing = false) {
  return async () => {
    const env = [
      { name: "PASSWORD", value: pulumi.secret(password) },
      { name: "REPLICAS", value: `${replicas}` },
    ];
    new huaweicloud.GrayscaleRelease("reviews-v2", {
      ...release,
      grayDeployments: [{ clusterId: "cluster-1", template: templateWith("reviews:2.0", env) }],
      ...(failing && { readyPhases: ["Running"], timeoutSeconds: 2 }),
    });
    new huaweicloud.LivedataDeployment("orders", {
      ...deployment,
      triggers: { digest: pulumi.secret(trigger) },
    });
  };
}

test("the search finds what is there", () => {
  expect(leaksIn(`x${password}y`)).toEqual(["password"]);
  for (const before of ["", "a", "ab"]) {
    expect(leaksIn(Buffer.from(`${before}${trigger}…`).toString("base64"))).toEqual(["trigger"]);
  }
  expect(leaksIn("nothing of note")).toEqual([]);
});

test("no secret is said, shown or stored in plain", async () => {
  const { perform, cloud, stored, place, exportState, pulumi: run } = await openSimulatedStack(program(1));
  const steps: Step[] = [await perform("preview", { diff: true }), await perform("up", { diff: true })];
  expect(steps[1]).toMatchObject({ did: "create 3" });
  // The cloud has got it.
  expect(JSON.stringify(cloud.cloud.releases)).toContain(password);
  steps.push(await perform("refresh"), await perform("up", { diff: true }));
  expect(steps.slice(2)).toMatchObject([{ did: "same 3" }, { did: "same 3" }]);
  expect((await stored()).map(({ inputs }) => inputs?.["__secrets"])).toContainEqual(["grayDeployments"]);

  // Drift in the midst of secrets, and its repair.
  for (const { spec } of cloud.cloud.releases) {
    for (const gray of spec.grayDeployments) Object.assign(gray, { clusterID: "cluster-2" });
  }
  steps.push(await perform("refresh"), await perform("preview", { diff: true }));
  expect(steps.slice(4)).toMatchObject([{ did: "same 2, update 1" }, { did: "replace 1, same 2" }]);
  steps.push(await perform("up", { diff: true }));
  cloud.setProgress({ advance: "never" });
  steps.push(await perform("up", { program: program(2, true), diff: true }));
  expect(steps.at(-1)).toMatchObject({ succeeded: false });
  const state = JSON.stringify(await exportState());
  expect(state).toContain("gave up waiting");
  const shown = await run("stack", "--show-urns");

  cloud.setProgress({ advance: "immediately" });
  steps.push(await perform("destroy"));
  expect(cloud.cloud.releases).toEqual([]);
  for (const step of steps) expect(leaksIn(everythingSaid(step))).toEqual([]);
  expect(leaksIn(state)).toEqual([]);
  expect(leaksIn(shown)).toEqual([]);
  const files = contentsOf(join(place, "state"));
  expect(files).toMatch(/\/history\//);
  expect(files).toMatch(/\.json\.bak/);
  expect(leaksIn(files)).toEqual([]);
});

test("a secret in what a cloud refuses is not repeated", async () => {
  const { perform } = await openSimulatedStack(async () => {
    const serviceName = pulumi.secret(trigger);
    const first = new huaweicloud.GrayscaleRelease("reviews-v2", { ...release, serviceName });
    new huaweicloud.GrayscaleRelease("reviews-v3", { ...release, serviceName }, { dependsOn: first });
  });
  const preview = await perform("preview", { diff: true });
  expect(preview.text).toMatch(/grayscale version v2 of \[secret\] runs beside/);
  const up = await perform("up");
  expect(up.text).toContain("The service [secret] already has a running grayscale release task");
  for (const step of [preview, up]) expect(leaksIn(everythingSaid(step))).toEqual([]);
});

test("no credential is said at the highest verbosity, or left in a file, but where Pulumi itself hands them over", async () => {
  const { userName, password: signIn, domainName } = huaweicloudKeys;
  const options = {
    config: {
      "grayscale:maxAttempts": "2",
      "huaweicloud:accessKey": undefined,
      "huaweicloud:secretKey": undefined,
      "huaweicloud:userName": { value: userName },
      "huaweicloud:password": { value: signIn, secret: true },
      "huaweicloud:domainName": { value: domainName },
    },
  };
  const { perform, cloud, place } = await openSimulatedStack(async () => {
    new huaweicloud.ImageSyncTask("web", task);
    new alicloud.ChangeOrder("checkout", heldOrder);
  }, options);
  const loud = { logVerbosity: 9, logToStdErr: true, debug: true } as const;
  const said: string[] = [];
  const credentials: Record<string, string> = { ...secrets, signIn };
  for (const operation of ["preview", "up", "refresh", "failing", "destroy"] as const) {
    if (operation === "failing") cloud.queueFault({ times: 99, fault: { kind: "serverError", status: 500 } });
    const step = await perform(operation === "failing" ? "refresh" : operation, loud);
    expect(step.succeeded).toBe(operation !== "failing");
    cloud.clearFaults();
    said.push(...step.text.split("\n"), JSON.stringify(step.events));
    for (const { headers } of cloud.requests) {
      const token = headers["x-auth-token"];
      if (typeof token === "string") credentials[`token ${token.slice(0, 4)}`] = token;
    }
  }
  expect(Object.keys(credentials).length).toBeGreaterThan(Object.keys(secrets).length + 1);
  expect(said.join("\n")).toContain("ImageSyncTask");
  // At this verbosity Pulumi's engine prints what it configures a provider with, whichever it is.
  const isEngines = (line: string): boolean => /RPC\[Provider\[0x\w+\]\.Configure\(\)\.inputs\]/.test(line);
  const rest = said.filter((line) => !isEngines(line));
  expect(rest.length).toBeLessThan(said.length);
  expect(namesOfSecretsIn(rest.join("\n"), credentials)).toEqual([]);
  expect(namesOfSecretsIn(contentsOf(place), credentials)).toEqual([]);
});
