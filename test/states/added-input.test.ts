// A later version has an input more, with a default: nothing changes for those whose state is of an earlier one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { changeOrder } from "../../provider/alicloud/change-order.js";
import { dynamicProvider, type DynamicProvider } from "../../provider/dynamic.js";
import { grayscaleRelease } from "../../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../../provider/huaweicloud/livedata-deployment.js";
import type { CommonGiven, Kind } from "../../provider/kind.js";
import { repositoryRoot } from "../../tools/places.mjs";
import type { ExportedState, StoredResource } from "../../tools/stack.js";

const folder = join(repositoryRoot, "test", "states");
const dynamicType = "pulumi-nodejs:dynamic/";
const resources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json"))
  .toSorted()
  .flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const { deployment } = JSON.parse(text, inPlain) as ExportedState;
    const ours = (deployment.resources ?? []).filter(({ type }) => type.startsWith(dynamicType));
    return ours.map((stored) => ({ title: `${file}: ${stored.urn.split("::").at(-1)}`, stored }));
  });

/** The engine decrypts secrets before it hands them over. */
function inPlain(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "ciphertext" in value ? "a secret in plain" : value;
}

/** The real kind with one input more, that replaces when it changes. */
function extended<Given extends CommonGiven, State extends object>(kind: Kind<Given, State>): DynamicProvider {
  const inputs = kind.inputs as unknown as z.ZodObject;
  return dynamicProvider<Given & { added?: string }, State>(
    {
      ...kind,
      inputs: inputs.safeExtend({ added: z.string().optional() }) as unknown as z.ZodType<Given & { added?: string }>,
      defaults: { ...kind.defaults, added: "as ever" } as Partial<Given & { added?: string }>,
      replaceOn: [...kind.replaceOn, "added"],
    },
    () => Promise.reject(new Error("check and diff call nothing")),
  );
}

const providers: Readonly<Record<string, DynamicProvider>> = {
  [`${dynamicType}huaweicloud:GrayscaleRelease`]: extended(grayscaleRelease),
  [`${dynamicType}huaweicloud:LivedataDeployment`]: extended(livedataDeployment),
  [`${dynamicType}huaweicloud:ImageSyncTask`]: extended(imageSyncTask),
  [`${dynamicType}alicloud:ChangeOrder`]: extended(changeOrder),
};

async function differenceOf({ type, id = "", inputs = {}, outputs = {} }: StoredResource, more: object) {
  const provider = providers[type];
  if (provider === undefined) throw new Error(`there is no kind for ${type}`);
  const { rollout: _, ...declared } = inputs;
  const checked = await provider.check(inputs, { ...declared, ...more });
  expect(checked.failures).toEqual([]);
  return provider.diff(id, outputs, checked.inputs);
}

test("there are states of every kind", () => {
  expect(new Set(resources.map(({ stored }) => stored.type))).toEqual(new Set(Object.keys(providers)));
});

test.each(resources)("$title", async ({ stored }) => {
  // What is unfinished is taken up, as without the new input.
  const usual = stored.outputs?.["unfinished"] === undefined ? { changes: false } : { changes: true };
  expect(await differenceOf(stored, {})).toEqual(usual);
  expect(await differenceOf(stored, { added: "as ever" })).toEqual(usual);
  expect(await differenceOf(stored, { added: "otherwise" })).toEqual({
    replaces: ["added"],
    deleteBeforeReplace: true,
  });
});
