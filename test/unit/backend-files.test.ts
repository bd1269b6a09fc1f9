// What `recover` reads of Pulumi's file backend: by every name of a stack and every form of the URL that Pulumi takes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cutOffAttributes, readLocks } from "../../cli/backend-files.js";

const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-backend-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const locks = join(folder, ".pulumi", "locks", "organization", "shop", "dev");
const states = join(folder, ".pulumi", "stacks", "shop");
for (const place of [locks, states]) mkdirSync(place, { recursive: true });
writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
writeFileSync(join(locks, "1.json"), JSON.stringify({ pid: process.pid, hostname: hostname() }));
for (const file of [
  "dev.json",
  "dev.json.gz",
  "dev.json.zst",
  "dev.pulumi-tags",
  "dev.json.bak",
  "prod.json",
])
  writeFileSync(join(states, `${file}.attrs`), file === "prod.json" ? "{" : "");

const backend = `file://${folder}`;

test.each(["dev", "organization/dev", "organization/shop/dev"])("a stack by the name %s", (stack) => {
  expect(readLocks(backend, folder, stack)).toMatchObject([{ state: "running" }]);
  const cutOff = cutOffAttributes(backend, folder, stack);
  expect(cutOff.map(({ file }) => relative(states, file))).toEqual([
    "dev.json.attrs",
    "dev.json.gz.attrs",
    "dev.json.zst.attrs",
    "dev.pulumi-tags.attrs",
  ]);
  // Of a stack of another project the lock is looked for there.
  expect(new Set(cutOff.map((one) => one.stack))).toEqual(new Set([stack]));
});

test("without a name it is every stack of the project", () => {
  expect(new Set(cutOffAttributes(backend, folder).map(({ stack }) => stack))).toEqual(
    new Set(["dev", "prod"]),
  );
});

test.each([
  ["as it is", backend],
  ["with a query", `${backend}?no_tmp_dir=true`],
  ["relative to the folder", "file://."],
  ["relative to home", `file://~/${relative(homedir(), folder)}`],
  ["relative to home, with a query", `file://~/${relative(homedir(), folder)}?no_tmp_dir=true`],
])("a URL %s", (_what, url) => {
  expect(readLocks(url, folder, "dev")).toHaveLength(1);
});

test("another backend keeps its files out of sight", () => {
  expect(readLocks("s3://states", folder, "dev")).toBeUndefined();
  expect(cutOffAttributes("s3://states", folder, "dev")).toEqual([]);
});
