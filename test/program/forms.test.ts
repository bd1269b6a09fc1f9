// The forms that a user's program has: languages, loaders, package managers. Each folder gets the package as it would be
// published, and Pulumi's command line runs its program, which declares one resource of each kind.
import { existsSync, mkdtempSync, readFileSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { contentsOf } from "../leaks.js";
import {
  canStripTypes,
  install,
  nodeThatStripsTypes,
  pack,
  versions,
  writeFiles,
  type Files,
  type PackageManager,
} from "./program-folder.js";
import { complaintsIn, openProject } from "./project.js";

const asModule = readFileSync(join(repositoryRoot, "examples/tour/index.ts"), "utf8");
const asCommonJs = asModule
  .replace(/^import (\{.*\}) from ("pulumi-grayscale");$/m, "const $1 = require($2);")
  .replace(/^export const made = /m, "exports.made = ");

const loaders = { typescript: versions.typescript, tsx: versions.tsx };
const { "@pulumi/pulumi": sdk, "@types/node": nodeTypes, typescript } = versions;

interface Form {
  /** Beside package.json. */
  files: Files;
  /** Of Pulumi.yaml. */
  options?: object;
  main?: string;
  type?: "module";
  /** Installed with it, for development. */
  development?: Record<string, string>;
  manager?: PackageManager;
  node?: () => Promise<string>;
  /** Where the program lies in a monorepo, and what else that holds. */
  workspace?: { path: string; beside: Files };
}

const work = mkdtempSync(join(tmpdir(), "pulumi-grayscale-forms-"));
const managers = join(work, "managers");
let tarball: string;

beforeAll(async () => {
  tarball = await pack(work);
  const { pnpm, yarn } = versions;
  writeFiles(managers, { "package.json": { private: true, dependencies: { pnpm, yarn } } });
  await install("npm", managers);
}, 300_000);
afterAll(() => rm(work, { recursive: true, force: true }), 300_000);

const typescriptFiles = { "index.ts": asModule };

const forms: Record<string, Form> = {
  "TypeScript, by Pulumi's own ts-node": { files: typescriptFiles, development: loaders },
  "TypeScript, by tsx": {
    files: typescriptFiles,
    development: loaders,
    options: { typescript: false, nodeargs: "--import tsx" },
    main: "index.ts",
  },
  ...(canStripTypes && {
    "TypeScript, by Node.js itself": {
      files: typescriptFiles,
      development: loaders,
      options: { typescript: false },
      type: "module",
      node: () => nodeThatStripsTypes(join(work, "node")),
    },
  }),
  "JavaScript, CommonJS": { files: { "index.js": asCommonJs }, development: loaders },
  "JavaScript, ES module": { files: { "index.js": asModule }, development: loaders, type: "module" },
  // Another package's SDK takes the place at the top, and this package goes there too; TypeScript is Pulumi's own.
  "npm workspaces, another SDK beside it": {
    files: typescriptFiles,
    workspace: {
      path: "packages/infrastructure",
      beside: {
        "package.json": { name: "monorepo", private: true, workspaces: ["packages/*"] },
        "packages/another/package.json": {
          name: "another",
          version: "1.0.0",
          dependencies: { "@pulumi/pulumi": "3.250.0" },
        },
      },
    },
  },
  "pnpm; TypeScript as an ES module, by the project's ts-node": {
    files: typescriptFiles,
    development: { typescript, "ts-node": versions["ts-node"] },
    type: "module",
    manager: "pnpm",
  },
  "yarn classic; JavaScript": { files: { "index.js": asCommonJs }, manager: "yarn" },
};

/** Folders whose packages are the same share them: what an install makes does not depend on the program. */
const installed = new Map<string, string>();

async function prepare(name: string, form: Form): Promise<string> {
  const top = join(work, name.replaceAll(/\W+/g, "-"));
  const { path = ".", beside = {} } = form.workspace ?? {};
  const folder = join(top, path);
  const manifest = {
    name: "infrastructure",
    private: true,
    ...(form.type && { type: form.type }),
    dependencies: { "@pulumi/pulumi": sdk, "pulumi-grayscale": `file:${tarball}` },
    devDependencies: { "@types/node": nodeTypes, ...form.development },
  };
  const project = {
    name: "form",
    runtime: { name: "nodejs", options: form.options },
    ...(form.main && { main: form.main }),
  };
  writeFiles(top, beside);
  writeFiles(folder, { "package.json": manifest, "Pulumi.yaml": project, ...form.files });
  const { manager = "npm" } = form;
  const same = JSON.stringify([manager, manifest.devDependencies, beside]);
  const before = installed.get(same);
  if (before === undefined) {
    // yarn refuses what npm and pnpm warn of: Pulumi's SDK asks for Node.js 22.
    await install(manager, top, managers, manager === "yarn" ? ["--ignore-engines"] : []);
  } else {
    renameSync(join(before, "node_modules"), join(top, "node_modules"));
  }
  installed.set(same, top);
  // No package manager may take an earlier one out of its cache.
  const library = join("node_modules", "pulumi-grayscale", "lib");
  const found = [folder, top].map((place) => join(place, library)).find((place) => existsSync(place));
  expect(found && filesIn(found)).toBe(filesIn(join(repositoryRoot, "lib")));
  return folder;
}

function filesIn(folder: string): string {
  return contentsOf(folder).replaceAll(folder, "");
}

const anyStack: unknown = expect.any(Array);

/** What is stored of where each is declared: the line of its `new`, and nothing of how the program was loaded. */
function declarationsIn({ files, type, options }: Form): unknown[] {
  const [file = ""] = Object.keys(files);
  const program = file.endsWith(".ts") || type === "module" ? asModule : asCommonJs;
  return program.split("\n").flatMap((line, index) => {
    const column = line.indexOf("new ") + 1;
    if (column === 0) return [];
    // Pulumi cannot read the positions of ES modules; and where Node.js maps them, it is as Pulumi does it.
    if (type === "module") return [[{}]];
    if (options !== undefined) return [anyStack];
    return [[{ sourcePosition: `project:///${file}#${index + 1},${column}` }]];
  });
}

const providers = [
  "alicloud:ChangeOrder",
  "huaweicloud:GrayscaleRelease",
  "huaweicloud:ImageSyncTask",
  "huaweicloud:LivedataDeployment",
].map((kind) => `exports.handler=()=>require("pulumi-grayscale/provider")["${kind}"]`);

test.each(Object.entries(forms))(
  "%s",
  async (name, form) => {
    const folder = await prepare(name, form);
    const project = await openProject(folder, form.node ? { node: await form.node() } : {});
    const { cloud, pulumi } = project;

    const plan = await project.preview();
    expect(complaintsIn(plan)).toEqual([]);
    expect(plan.changeSummary).toEqual({ create: 5 });
    const texts = plan.steps.flatMap(({ newState }) => newState.inputs?.["__provider"] ?? []);
    expect(texts.map(String).toSorted()).toEqual(providers);
    expect(cloud.calls()).toEqual([]);

    await pulumi("up", "--yes", "--skip-preview");
    const stored = await project.stored();
    expect(stored.map(({ stackTrace }) => stackTrace)).toEqual(declarationsIn(form));
    expect(cloud.cloud).toMatchObject({ releases: [{}], syncTasks: [{}], deployments: [{}] });
    // No program runs here: the dynamic host alone finds the package from the program's folder.
    await pulumi("destroy", "--yes", "--skip-preview");
    expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
  },
  300_000,
);
