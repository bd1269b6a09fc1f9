// What Pulumi's host has to load of us before it can answer: that is how long a user waits for the first check.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";

test("before the first call of a cloud no file of another package is loaded", () => {
  const provider = join(repositoryRoot, "lib", "provider");
  const files = readdirSync(provider, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  expect(files).toEqual(
    expect.arrayContaining(["index.js", "zod.js", join("huaweicloud", "image-sync-task.js")]),
  );
  const program = `
    // Pulumi's host has loaded its own SDK when it comes to us.
    require("@pulumi/pulumi");
    const before = Object.keys(require.cache);
    for (const file of ${JSON.stringify(files)}) require("./" + file);
    const args = { namespace: "team", repository: "service", targetRegion: "cn-east-3", targetNamespace: "mirror" };
    require("./index.js")["huaweicloud:ImageSyncTask"].check({}, args).then(({ failures }) => {
      const loaded = Object.keys(require.cache).filter((path) => !before.includes(path));
      const others = loaded.filter((path) => path.includes("node_modules"));
      console.log(JSON.stringify({ failures, loaded: loaded.length, others }));
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], {
    cwd: provider,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ failures: [], loaded: files.length, others: [] });
});
