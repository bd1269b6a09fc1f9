import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { repositoryRoot } from "./places.mjs";

/**
 * Puts what the provider uses of zod into one file, in place of the compiled `provider/zod.ts`.
 * @param {string} folder where the provider is compiled to
 * @returns {Promise<void>}
 */
export async function bundleZod(folder) {
  const read = (/** @type {string} */ name) =>
    readFileSync(join(repositoryRoot, "node_modules", "zod", name), "utf8").trim();
  const { version } = /** @type {{ version: string }} */ (JSON.parse(read("package.json")));
  const bundle = await rolldown({ input: join(repositoryRoot, "provider", "zod.ts"), platform: "node" });
  try {
    await bundle.write({
      file: join(folder, "provider", "zod.js"),
      format: "cjs",
      minify: true,
      postBanner: `/*! Of zod ${version}, https://zod.dev\n\n${read("LICENSE")}\n*/`,
    });
  } finally {
    await bundle.close();
  }
}
