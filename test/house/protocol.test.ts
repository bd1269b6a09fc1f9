// The seam to Pulumi: what our classes register, beside what Pulumi's own dynamic resources do.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as providers from "../../provider/index.js";
import { repositoryRoot } from "../../tools/places.mjs";
import { providerText, typeToken, type KindName } from "../../sdk/dynamic.js";
import * as sdk from "../../sdk/index.js";
import { deployment, order, release, task } from "../unit/declared.js";
import { parse, readText } from "./sources.js";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly id: string | undefined;
  readonly inputs: Record<string, unknown>;
}

const registry = new Map<string, object>(Object.entries(providers));
const fromHere = createRequire(join(repositoryRoot, "package.json"));

const registered: Registered[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, id, inputs }) => {
        registered.push({
          type,
          name,
          id: id === "" ? undefined : id,
          inputs: inputs as Record<string, unknown>,
        });
        return { id: id === undefined || id === "" ? `${name}-id` : id, state: inputs as object };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "dev",
    false,
  );
});
afterEach(() => void registered.splice(0));

/** A kind as a user has it: its class, with arguments that are right. */
const kinds = [
  {
    kind: "huaweicloud:GrayscaleRelease",
    file: "sdk/huaweicloud/grayscale-release.ts",
    make: (name: string, more: object = {}, options?: pulumi.CustomResourceOptions) =>
      new sdk.huaweicloud.GrayscaleRelease(name, { ...release, ...more }, options),
    get: (name: string, id: string) => sdk.huaweicloud.GrayscaleRelease.get(name, id),
    secret: "version",
  },
  {
    kind: "huaweicloud:LivedataDeployment",
    file: "sdk/huaweicloud/livedata-deployment.ts",
    make: (name: string, more: object = {}, options?: pulumi.CustomResourceOptions) =>
      new sdk.huaweicloud.LivedataDeployment(
        name,
        { ...(deployment as sdk.huaweicloud.LivedataDeploymentArgs), ...more },
        options,
      ),
    get: (name: string, id: string) => sdk.huaweicloud.LivedataDeployment.get(name, id),
    secret: "romaAppId",
  },
  {
    kind: "huaweicloud:ImageSyncTask",
    file: "sdk/huaweicloud/image-sync-task.ts",
    make: (name: string, more: object = {}, options?: pulumi.CustomResourceOptions) =>
      new sdk.huaweicloud.ImageSyncTask(name, { ...task, ...more }, options),
    get: (name: string, id: string) => sdk.huaweicloud.ImageSyncTask.get(name, id),
    secret: "targetNamespace",
  },
  {
    kind: "alicloud:ChangeOrder",
    file: "sdk/alicloud/change-order.ts",
    make: (name: string, more: object = {}, options?: pulumi.CustomResourceOptions) =>
      new sdk.alicloud.ChangeOrder(name, { ...(order as sdk.alicloud.ChangeOrderArgs), ...more }, options),
    get: (name: string, id: string) => sdk.alicloud.ChangeOrder.get(name, id),
    secret: "appId",
  },
] as const;

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** What was registered, once it was. */
async function whatIsRegistered(resource: pulumi.CustomResource): Promise<Registered> {
  await valueOf(resource.urn);
  const [only] = registered;
  if (only === undefined || registered.length > 1) throw new Error(`${registered.length} were registered`);
  return only;
}

/** Both are in every user's state, and for good. */
describe("the text and the type of a kind", () => {
  test.each<[KindName, string, string]>([
    [
      "huaweicloud:GrayscaleRelease",
      'exports.handler=()=>require("pulumi-grayscale/provider")["huaweicloud:GrayscaleRelease"]',
      "pulumi-nodejs:dynamic/huaweicloud:GrayscaleRelease",
    ],
    [
      "huaweicloud:LivedataDeployment",
      'exports.handler=()=>require("pulumi-grayscale/provider")["huaweicloud:LivedataDeployment"]',
      "pulumi-nodejs:dynamic/huaweicloud:LivedataDeployment",
    ],
    [
      "huaweicloud:ImageSyncTask",
      'exports.handler=()=>require("pulumi-grayscale/provider")["huaweicloud:ImageSyncTask"]',
      "pulumi-nodejs:dynamic/huaweicloud:ImageSyncTask",
    ],
    [
      "alicloud:ChangeOrder",
      'exports.handler=()=>require("pulumi-grayscale/provider")["alicloud:ChangeOrder"]',
      "pulumi-nodejs:dynamic/alicloud:ChangeOrder",
    ],
  ])("%s", (kind, text, token) => {
    expect(providerText(kind)).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThan(100);
    expect(typeToken(kind)).toBe(token);
  });

  test("all kinds are here, and each text finds its provider", () => {
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual([...registry.keys()].toSorted());
    const asked: string[] = [];
    const require = (module: string): unknown => (asked.push(module), providers);
    for (const { kind } of kinds) expect(run(providerText(kind), require)).toBe(registry.get(kind));
    expect(new Set(asked)).toEqual(new Set(["pulumi-grayscale/provider"]));
    const manifest = JSON.parse(readText("package.json")) as { name: string; exports: object };
    expect(manifest.name).toBe("pulumi-grayscale");
    expect(manifest.exports).toHaveProperty(["./provider"]);
  });
});

/** What Pulumi's host does with the text: a CommonJS module, whose `handler` makes the provider. */
function run(text: string, require: (module: string) => unknown): unknown {
  const exports: { handler?: () => unknown } = {};
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as Pulumi's host does with it
  new Function("exports", "require", text)(exports, require);
  return exports.handler?.();
}

describe("Pulumi's own dynamic resource still speaks the same protocol", () => {
  const provider: pulumi.dynamic.ResourceProvider = { create: async () => ({ id: "x", outs: {} }) };

  test("the same property holds the text, the type has the same form", async () => {
    class Own extends pulumi.dynamic.Resource {
      constructor() {
        super(provider, "own", { a: 1 }, undefined, "huaweicloud", "GrayscaleRelease");
      }
    }
    const own = await whatIsRegistered(new Own());
    registered.splice(0);
    const ours = await whatIsRegistered(kinds[0].make("ours"));
    expect(own.type).toBe(ours.type);
    expect(Object.keys(own.inputs).toSorted()).toEqual(["__provider", "a"]);
    const rebuilt = run(own.inputs["__provider"] as string, fromHere) as Partial<typeof provider>;
    expect(await rebuilt.create?.({})).toEqual({ id: "x", outs: {} });
  });

  test("the installed host reads that property, and runs `handler`", () => {
    const host = fromHere.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
    const text = readFileSync(host, "utf8");
    expect(text).toContain('providerKey = "__provider"');
    expect(text).toContain("requireFromString(providerString).handler()");
  });

  test("our providers have the methods that it calls", () => {
    for (const { kind } of kinds) {
      expect(Object.keys(registry.get(kind) ?? {}).toSorted()).toEqual([
        "check",
        "configure",
        "create",
        "delete",
        "diff",
        "read",
        "update",
      ]);
    }
  });
});

describe.each(kinds)("$kind", ({ kind, file, make, get, secret }) => {
  test("registers its arguments, the text, and its URN as the engine will have it", async () => {
    const resource = make("one");
    const { type, name, inputs } = await whatIsRegistered(resource);
    expect({ type, name }).toEqual({ type: typeToken(kind), name: "one" });
    expect(inputs["__provider"]).toBe(providerText(kind));
    expect(inputs["__urn"]).toBe(`urn:pulumi:dev::shop::${typeToken(kind)}::one`);
    expect(inputs["__urn"]).toBe(await valueOf(resource.urn));
    expect(inputs).not.toHaveProperty("__secrets");
    expect(inputs).not.toHaveProperty("id");
    expect(inputs).not.toHaveProperty("urn");
  });

  test("below a parent the URN holds the parent's type", async () => {
    const parent = new pulumi.ComponentResource("shop:web:Service", "service");
    await valueOf(parent.urn);
    registered.splice(0);
    const { inputs } = await whatIsRegistered(make("child", {}, { parent }));
    expect(inputs["__urn"]).toBe(`urn:pulumi:dev::shop::shop:web:Service$${typeToken(kind)}::child`);
  });

  test("keys that Pulumi keeps for itself do not get through", async () => {
    const { inputs } = await whatIsRegistered(make("two", { id: "x", urn: "y" }));
    expect(Object.keys(inputs).filter((key) => ["id", "urn"].includes(key))).toEqual([]);
  });

  test("arguments that hold a secret are named, also where it is deep inside", async () => {
    const { inputs } = await whatIsRegistered(
      make("three", { [secret]: pulumi.secret("hunter2"), onDelete: pulumi.output("retain") }),
    );
    expect(inputs["__secrets"]).toEqual([secret]);
  });

  test("nothing that was not given is registered", async () => {
    const { inputs } = await whatIsRegistered(make("four"));
    expect(Object.values(inputs)).not.toContain(undefined);
    expect(Object.keys(inputs)).not.toContain("onDelete");
  });

  test("get reads by the id alone, and has every member", async () => {
    const resource = get("five", "the/id");
    const { id, inputs, type } = await whatIsRegistered(resource);
    expect({ id, type, inputs }).toEqual({
      id: "the/id",
      type: typeToken(kind),
      inputs: { __provider: providerText(kind) },
    });
    const members = declaredMembers(file);
    expect(members.length).toBeGreaterThan(10);
    expect(members.filter((member) => !pulumi.Output.isInstance(Reflect.get(resource, member)))).toEqual([]);
  });
});

test("a declaration that fails names the program's line, and leaves the stacks of others as they were", () => {
  const usual = { ...Object.getOwnPropertyDescriptors(Error) };
  const declare = (): unknown => new sdk.huaweicloud.ImageSyncTask("", task);
  expect(declare).toThrow(
    expect.objectContaining({ stack: expect.stringMatching(/\n +at declare .*protocol/) }),
  );
  expect(Object.getOwnPropertyDescriptors(Error)).toEqual(usual);
});

test("a secret deep inside an argument makes the whole of it one", async () => {
  const template = { spec: { env: [{ value: pulumi.secret("hunter2") }] } };
  const { inputs } = await whatIsRegistered(
    kinds[0].make("deep", {
      grayDeployments: [{ clusterId: "c", template }],
      version: pulumi.secret("hunter3"),
    }),
  );
  expect((inputs["__secrets"] as string[]).toSorted()).toEqual(["grayDeployments", "version"]);
});

/** The outputs that a class declares, with those of every release. */
function declaredMembers(file: string): string[] {
  return [file, "sdk/dynamic.ts"].flatMap((path) =>
    parse(path, readText(path))
      .statements.filter((node) => ts.isClassDeclaration(node))
      .flatMap((node) => node.members.filter((member) => ts.isPropertyDeclaration(member)))
      .map((member) => member.name.getText()),
  );
}
