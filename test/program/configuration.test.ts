import { alicloud, huaweicloud } from "pulumi-grayscale";
import { expect, test } from "vitest";
import { exampleProgram } from "../../tools/example-program.js";
import {
  creatingTask,
  deployment,
  heldOrder,
  projectLookup,
  release,
  releaseProgram,
  task,
  taskPath,
  taskProgram,
} from "./declarations.js";
import { expectStep, openSimulatedStack, warningsOf } from "./simulated-stack.js";

/** Nobody listens at port 9 of this machine. */
const nowhere = "http://127.0.0.1:9/{region}";
const offline = {
  "huaweicloud:endpoints": JSON.stringify({ asm: nowhere, roma: nowhere, swr: nowhere, iam: nowhere }),
  "alicloud:endpoints": JSON.stringify({ edas: nowhere }),
};
const bare = {
  "huaweicloud:accessKey": undefined,
  "huaweicloud:secretKey": undefined,
  "huaweicloud:region": undefined,
  "alicloud:accessKey": undefined,
  "alicloud:secretKey": undefined,
  "alicloud:region": undefined,
};

test("a preview needs neither credentials nor a network, and the first update names all that is missing", async () => {
  const { perform, stored } = await openSimulatedStack(exampleProgram("tour"), {
    config: { ...offline, ...bare },
  });
  expectStep(await perform("preview"), "create 5", []);

  // One cloud after the other: whichever fails first ends the run.
  const huawei = await perform("up", { program: taskProgram("web") });
  expectStep(huawei, "failed create 1", []);
  expect(huawei.text).toContain(
    "no credentials are set: set huaweicloud:accessKey (HW_ACCESS_KEY or OS_ACCESS_KEY or HUAWEICLOUD_SDK_AK) and huaweicloud:secretKey (HW_SECRET_KEY or OS_SECRET_KEY or HUAWEICLOUD_SDK_SK)",
  );
  expect(huawei.text).toContain(
    "the region is not set: set huaweicloud:region (HW_REGION_NAME or OS_REGION_NAME)",
  );
  const alibaba = await perform("up", { program: exampleProgram("change-order") });
  expectStep(alibaba, "failed same 1", []);
  expect(alibaba.text).toMatch(/set alicloud:accessKey \(ALICLOUD_ACCESS_KEY or ALIBABA_CLOUD_ACCESS_KEY_ID/);
  expect(alibaba.text).toMatch(/set alicloud:secretKey \(ALICLOUD_SECRET_KEY or /);
  expect(alibaba.text).toMatch(/the region is not set: set alicloud:region \(ALICLOUD_REGION or /);
  expect(await stored()).toEqual([]);
});

test("the environment will do, and a cloud that cannot be reached is an error that leaves nothing behind", async () => {
  const { perform, cloud, stack, stored } = await openSimulatedStack(taskProgram("web"), {
    config: { ...bare, "grayscale:maxAttempts": "2" },
    environment: {
      HW_ACCESS_KEY: "simulated-access-key",
      HW_SECRET_KEY: "simulated-secret-key",
      HW_REGION_NAME: "cn-north-4",
    },
  });
  const endpoints = cloud.config["huaweicloud:endpoints"]?.value ?? "";
  await stack.setConfig("huaweicloud:endpoints", { value: offline["huaweicloud:endpoints"] });
  const refused = await perform("up");
  expect(refused).toMatchObject({ succeeded: false, calls: [] });
  expect(refused.text).toMatch(/GET \/v3\/projects.*ECONNREFUSED/);
  expect(await stored()).toEqual([]);

  await stack.setConfig("huaweicloud:endpoints", { value: endpoints });
  expectStep(await perform("up"), "create 1, same 1", [projectLookup, ...creatingTask]);
  expect(await stored()).toMatchObject([{ inputs: { region: "cn-north-4" } }]);
  expectStep(await perform("up"), "same 2", []);
});

test("a credential in plain configuration is warned of once, by name, and a secret one is not", async () => {
  const { perform, stack } = await openSimulatedStack(
    async () => {
      new huaweicloud.ImageSyncTask("web", task);
      new huaweicloud.ImageSyncTask("shop", { ...task, repository: "shop" });
    },
    { config: { "huaweicloud:secretKey": "planted-secret-key" } },
  );
  const plain = await perform("preview");
  expect(warningsOf(plain)).toEqual([
    "warning: huaweicloud:secretKey is plain text in the stack configuration: set credentials with `pulumi config set --secret`",
  ]);
  await stack.setConfig("huaweicloud:secretKey", { value: "planted-secret-key", secret: true });
  expect(warningsOf(await perform("preview"))).toEqual([]);
});

test("every broken rule is named at once, in the preview already", async () => {
  const { perform } = await openSimulatedStack(
    releaseProgram("Reviews", { meshId: "", version: "", grayDeployments: [], timeoutSeconds: -1 }),
  );
  const preview = await perform("preview");
  expect(preview).toMatchObject({ succeeded: false, calls: [] });
  const failures = preview.diagnostics.filter((line) => line.includes("has a problem"));
  expect(failures.map((line) => /property (\w+) value .* has a problem: (.*)/.exec(line)?.slice(1))).toEqual([
    ["meshId", "must not be empty, found an empty text"],
    ["meshId", expect.stringMatching(/^must hold only letters, digits, /)],
    [
      "name",
      expect.stringMatching(/^must be 4 to 64 .* \(it is the resource's name in the program; set name\)$/),
    ],
    ["version", "must not be empty, found an empty text"],
    ["grayDeployments", "must hold at least one gray deployment, found a list of 0"],
    ["timeoutSeconds", "must be more than 0 seconds, found the number -1"],
  ]);
});

test("what is not known before the update passes the preview, and is shown as not known", async () => {
  const program = async () => {
    const web = new huaweicloud.ImageSyncTask("web", task);
    const id = web.taskId.apply((number) => `${number}`);
    new huaweicloud.GrayscaleRelease("reviews-v2", {
      ...release,
      version: id.apply((number) => `v${number}`),
      grayDeployments: id.apply(() => release.grayDeployments),
    });
    new huaweicloud.LivedataDeployment("orders", {
      ...deployment,
      frontApi: id.apply((number) => ({
        authType: "APP" as const,
        groupId: `group-${number}`,
        envId: "env-1",
        protocol: "HTTPS",
      })),
      triggers: { task: id },
    });
    new alicloud.ChangeOrder("checkout", {
      desiredState: "aborted",
      changeOrderId: id.apply(() => heldOrder.changeOrderId),
    });
  };
  const { perform, cloud, stored } = await openSimulatedStack(program);
  const preview = await perform("preview", { diff: true });
  expectStep(preview, "create 5", []);
  expect(preview.text.match(/rollout *: \[unknown\]/g)).toHaveLength(3);
  expect(preview.text).toMatch(/whileDeclared *: "every image pushed to team\/web/);
  expect(preview.text).not.toContain("04da6b54");

  expect(await perform("up")).toMatchObject({ did: "create 5" });
  expect(cloud.cloud).toMatchObject({
    releases: [{ spec: { version: "v1" } }],
    deployments: [{ groupId: "group-1" }],
  });
  const rollouts = (await stored()).map(({ inputs }) => inputs?.["rollout"]);
  expect(new Set(rollouts)).toEqual(
    new Set([
      {
        whileDeclared:
          "backend API api-1 of instance instance-1 is online, reached through a front API in group group-1, environment env-1",
        destroy: "takes it offline and deletes its front API",
      },
      {
        whileDeclared: `change order ${heldOrder.changeOrderId} is aborted; instances already updated stay so`,
        destroy: "leaves the order as it is",
      },
      {
        whileDeclared: "every image pushed to team/web in cn-north-4 is copied to team in cn-east-3",
        destroy: "stops the copying; copied images stay",
      },
      {
        whileDeclared:
          "grayscale version v1 of reviews runs beside reviews-v1 in mesh mesh-1, namespace default, on 1 cluster",
        destroy: "cancels the task; reviews-v1 keeps all traffic",
      },
    ]),
  );
  expectStep(await perform("up"), "same 5", []);
  expect((await perform("preview")).calls).not.toContain(`GET ${taskPath} 200`);
});
