// The program that the benchmarks run: the same resources as the bare engine's floor, as ours, or as their twin that
// Pulumi's SDK serialises. What it declares is said by its environment.
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { declared, floorPackage, type KindName, type Side } from "./declared.js";

type Class = new (name: string, args: object) => pulumi.CustomResource;

/** Only our side loads our SDK. */
function classOf(kind: KindName): Class {
  const { alicloud, huaweicloud } = require("pulumi-grayscale") as typeof import("pulumi-grayscale");
  const classes = {
    "huaweicloud:ImageSyncTask": huaweicloud.ImageSyncTask,
    "huaweicloud:GrayscaleRelease": huaweicloud.GrayscaleRelease,
    "huaweicloud:LivedataDeployment": huaweicloud.LivedataDeployment,
    "alicloud:ChangeOrder": alicloud.ChangeOrder,
  } as unknown as Record<KindName, Class>;
  return classes[kind];
}

/** Where asked, lets a side that is not ours note as little of stacks as ours does. */
function shortenStacks(declaredClass: object): () => void {
  if (process.env["BENCH_STACKS"] !== "short") return () => {};
  const sdk = dirname(require.resolve("pulumi-grayscale"));
  const stacks = require(join(sdk, "declaration-stack.js")) as typeof import("../sdk/declaration-stack.js");
  return stacks.shortenStacks(declaredClass, declaredClass);
}

class Floor extends pulumi.CustomResource {
  constructor(kind: KindName, name: string, args: object) {
    const text = `exports.handler=()=>require("${floorPackage}/provider")["${kind}"]`;
    const restoreStacks = shortenStacks(Floor);
    try {
      super(`pulumi-nodejs:dynamic/${kind}`, name, { ...args, __provider: text });
    } finally {
      restoreStacks();
    }
  }
}

/** What one writes by hand who has understood that a provider must not be captured by its value. */
function serialisedProvider(kind: KindName): pulumi.dynamic.ResourceProvider & { configure: unknown } {
  // oxlint-disable typescript/no-unsafe-return, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- the functions are stored as text, and name nothing that is imported
  return {
    configure: async (request: object) => require("pulumi-grayscale/provider")[kind].configure(request),
    check: async (olds, news) => require("pulumi-grayscale/provider")[kind].check(olds, news),
    diff: async (id, olds, news) => require("pulumi-grayscale/provider")[kind].diff(id, olds, news),
    create: async (inputs) => require("pulumi-grayscale/provider")[kind].create(inputs),
    read: async (id, props) => require("pulumi-grayscale/provider")[kind].read(id, props),
    update: async (id, olds, news) => require("pulumi-grayscale/provider")[kind].update(id, olds, news),
    delete: async (id, props) => require("pulumi-grayscale/provider")[kind].delete(id, props),
  };
  // oxlint-enable typescript/no-unsafe-return, typescript/no-unsafe-call, typescript/no-unsafe-member-access
}

class Twin extends pulumi.dynamic.Resource {
  constructor(kind: KindName, provider: pulumi.dynamic.ResourceProvider, name: string, args: object) {
    const [module, type] = kind.split(":");
    // As ours has it: a plain text, which costs no promises.
    const urn = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::pulumi-nodejs:dynamic/${kind}::${name}`;
    const restoreStacks = shortenStacks(Twin);
    try {
      super(provider, name, { ...args, __urn: urn }, undefined, module, type);
    } finally {
      restoreStacks();
    }
  }
}

function declareAll(side: Side, kind: KindName, first: number, count: number, perGroup: number): void {
  const twin = side === "twin" ? serialisedProvider(kind) : undefined;
  const Ours = side === "ours" ? classOf(kind) : undefined;
  for (let index = first; index < first + count; index += 1) {
    const name = `thing-${index}`;
    const args = declared[kind](index, perGroup);
    if (twin !== undefined) new Twin(kind, twin, name, args);
    else if (Ours !== undefined) new Ours(name, args);
    else new Floor(kind, name, args);
  }
}

const { BENCH_SIDE, BENCH_KIND, BENCH_FIRST, BENCH_COUNT, BENCH_PER_GROUP } = process.env;
declareAll(
  BENCH_SIDE as Side,
  BENCH_KIND as KindName,
  Number(BENCH_FIRST),
  Number(BENCH_COUNT),
  Number(BENCH_PER_GROUP),
);
