// Pulumi's dynamic host, started as the engine starts it and spoken to without the engine.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamicHost, type DynamicHost, type Properties } from "../test/dynamic-host.js";
import { repositoryRoot } from "../tools/places.mjs";
import type { Cloud } from "./cloud.js";
import { declared, floorPackage, imageSyncTask, type KindName } from "./declared.js";

/** The folder in which the host looks for packages: ours, and the floor's. */
export function prepareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-host-"));
  mkdirSync(join(folder, "node_modules", floorPackage), { recursive: true });
  const built = JSON.stringify(join(repositoryRoot, ".build", "bench", "floor-provider.js"));
  writeFileSync(
    join(folder, "node_modules", floorPackage, "provider.js"),
    `module.exports = require(${built});`,
  );
  symlinkSync(repositoryRoot, join(folder, "node_modules", "pulumi-grayscale"));
  return folder;
}

/** What the program hands over for one of many. */
export function inputsOf(side: "floor" | "ours", index: number, kind: KindName = imageSyncTask): Properties {
  const name = side === "ours" ? "pulumi-grayscale" : floorPackage;
  const text = `exports.handler=()=>require("${name}/provider")["${kind}"]`;
  const urn = `urn:pulumi:bench::bench::pulumi-nodejs:dynamic/${kind}::thing-${index}`;
  const args = { ...declared[kind](index, 10), __provider: text };
  return side === "ours" ? { ...args, __urn: urn } : args;
}

export async function openHost(
  folder: string,
  cloud: Cloud,
  environment: Record<string, string> = {},
): Promise<DynamicHost> {
  const config = Object.fromEntries(Object.entries(cloud.config).map(([key, { value }]) => [key, value]));
  return startDynamicHost({ folder, config, environment, asUsersHaveIt: true });
}

export async function checkedBy(host: DynamicHost, inputs: Properties): Promise<Properties> {
  const checked = await host.check({}, inputs);
  if (checked.failures.length > 0) throw new Error(`check failed: ${JSON.stringify(checked.failures)}`);
  return checked.inputs;
}

/** As many at a time as the engine has under way on two cores. */
export async function eightAtATime<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}
