// The rules of the house that a program can check.
import { basename } from "node:path";
import { startSimulator, type Seed } from "pulumi-grayscale/simulator";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as registry from "../../provider/index.js";
import {
  codeLines,
  descendants,
  filesBelow,
  parse,
  readText,
  sourcesBelow,
  valueImports,
} from "./sources.js";

const folders = ["sdk", "provider", "simulator", "cli", "tools", "bench", "test", "examples"];

/** Every kind, and the name that its files have everywhere. */
const kinds = Object.keys(registry).map((kind) => {
  const [cloud = "", type = ""] = kind.split(":");
  const file = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  return { cloud, type, file };
});

const resourceFiles = new Set(kinds.map(({ cloud, file }) => `provider/${cloud}/${file}.ts`));

describe("one string between two processes", () => {
  test.each(sourcesBelow("sdk"))("$path imports values from Pulumi and sdk/ alone", (source) => {
    const foreign = valueImports(source).filter(
      (module) => module !== "@pulumi/pulumi" && !staysIn(source.path, module, "sdk"),
    );
    expect(foreign).toEqual([]);
  });

  test.each(sourcesBelow("provider"))(
    "$path imports no values from sdk/, and none of this package by its name",
    (source) => {
      const ours = valueImports(source).filter((module) => module.startsWith("."));
      expect(ours.filter((module) => !staysIn(source.path, module, "provider"))).toEqual([]);
      expect(valueImports(source)).not.toContainEqual(
        expect.stringMatching(/^(pulumi-grayscale|@pulumi\/pulumi)/),
      );
    },
  );

  test.each(sourcesBelow("simulator"))("$path shares no code with the provider", (source) => {
    const ours = valueImports(source).filter((module) => module.startsWith("."));
    expect(ours.filter((module) => !staysIn(source.path, module, "simulator"))).toEqual([]);
  });

  test("the check sees through every way to import", () => {
    const text = `import type { A } from "a"; import { type B } from "b"; import { type C, d } from "c";
      import "e"; import f from "f"; import * as g from "g"; export * from "h"; export type { I } from "i";
      export { type J } from "j"; export { k } from "k"; const l = await import("l"); const m = require("m");`;
    expect(valueImports({ path: "x.ts", tree: parse("x.ts", text) })).toEqual([
      "c",
      "e",
      "f",
      "g",
      "h",
      "k",
      "l",
      "m",
    ]);
  });
});

function staysIn(path: string, module: string, folder: string): boolean {
  return new URL(module, `file:///${path}`).pathname.startsWith(`/${folder}/`);
}

describe("one kind, one name in every place", () => {
  test.each(kinds)("$type", ({ cloud, type, file }) => {
    const files = folders.flatMap((folder) => filesBelow(folder));
    expect(files).toContain(`sdk/${cloud}/${file}.ts`);
    expect(files).toContain(`provider/${cloud}/${file}.ts`);
    expect(files).toContain(`test/resources/${file}.test.ts`);
    expect(files).toContain(`examples/${file}/index.ts`);
    expect(readText("README.md")).toMatch(new RegExp(String.raw`^\| *.*\b${cloud}\.${type}\b.*\|`, "m"));
  });

  const names = kinds.map(({ file }) => file);

  test("no more files than kinds", () => {
    const extra = (paths: string[], allowed: string[] = []): string[] =>
      paths
        .map((path) => basename(path).replace(/(\.test)?\.ts$/, ""))
        .filter((name) => ![...names, ...allowed].includes(name));
    for (const cloud of new Set(kinds.map((kind) => kind.cloud))) {
      expect(extra(filesBelow(`sdk/${cloud}`), ["index"])).toEqual([]);
    }
    const makesKind = (node: ts.Node): boolean =>
      ts.isVariableDeclaration(node) && /^Kind\b/.test(node.type?.getText() ?? "");
    const making = sourcesBelow("provider").filter(({ tree }) => [...descendants(tree)].some(makesKind));
    expect(making.map(({ path }) => path)).toEqual([...resourceFiles].toSorted());
    expect(extra(filesBelow("test/resources"))).toEqual([]);
    const examples = new Set(filesBelow("examples").map((path) => path.split("/")[1]));
    expect(examples).toEqual(new Set([...names, "ci", "testing", "tour"]));
  });

  test("no more rows in the README than kinds", () => {
    const rows = [
      ...readText("README.md").matchAll(/^\| *[^|]*?\b(huaweicloud|alicloud)\.([A-Z]\w+)\b[^|]*\|/gm),
    ];
    expect(rows.map(([, cloud, type]) => `${cloud}:${type}`).toSorted()).toEqual(
      Object.keys(registry).toSorted(),
    );
  });

  test("the examples are short", () => {
    const long = names.filter((name) => readText(`examples/${name}/index.ts`).split("\n").length > 40);
    expect(long).toEqual([]);
  });
});

describe("the README's rehearsal", () => {
  const [, section = ""] = readText("README.md").split("## Rehearse without an account\n");
  const block = (language: string): string =>
    new RegExp(String.raw`\`\`\`${language}\n([^]*?)\`\`\``).exec(section)?.[1] ?? "nothing";

  test("shows the example's own lines", () => {
    expect(readText("examples/testing/program.test.ts")).toContain(block("ts"));
  });

  test("shows a seed that a simulator takes", async () => {
    const simulator = await startSimulator({ seed: JSON.parse(block("json")) as Seed });
    await simulator.close();
    expect(simulator.cloud).toMatchObject({
      repositories: ["team/shop"],
      livedataApis: [{ id: "api-1" }],
      changeOrders: [{ changeOrderId: "order-1" }],
    });
  });
});

test("a file is named by what it does", () => {
  const empty = new Set([
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "types",
    "constants",
    "base",
    "misc",
    "shared",
  ]);
  const badly = folders
    .flatMap((folder) => filesBelow(folder))
    .filter((path) => path.split("/").some((part) => empty.has(part.replace(/\..*$/, ""))));
  expect(badly).toEqual([]);
});

describe("bounds, in lines of code without imports and comments", () => {
  const boundOf = (path: string): number => {
    if (path.startsWith("sdk/")) return 80;
    if (path.startsWith("simulator/")) return 200;
    return resourceFiles.has(path) ? 260 : 160;
  };
  const sources = ["sdk", "provider", "simulator"].flatMap((folder) => sourcesBelow(folder));

  test.each(sources)("$path", ({ path, tree }) => {
    expect(codeLines(tree).size).toBeLessThanOrEqual(boundOf(path));
  });

  // The functions inside of a function are measured for themselves.
  test.each(sources)("no function of $path has more than 60 lines of its own", ({ tree }) => {
    const functions = [...descendants(tree)].filter((node) => ts.isFunctionLike(node));
    const long = functions
      .map((node) => {
        const lines = codeLines(node);
        for (const inner of functions) {
          if (inner === node || inner.pos < node.pos || inner.end > node.end) continue;
          for (const line of codeLines(inner)) lines.delete(line);
        }
        return { text: node.getText().slice(0, 60), lines: lines.size };
      })
      .filter(({ lines }) => lines > 60);
    expect(long).toEqual([]);
  });

  test("lines are counted as said", () => {
    const text =
      'import {\n  a,\n} from "a";\n\n// why\n/** what */\nconst b = `\n\n`;\nfunction c() {\n  /* d */\n  return b;\n}\n';
    expect([...codeLines(parse("x.ts", text))]).toEqual([6, 7, 8, 9, 11, 12]);
  });
});

describe("words go through the engine's log, and names are exported", () => {
  const sources = ["sdk", "provider"].flatMap((folder) => sourcesBelow(folder));

  test.each(sources)("$path uses no console", ({ tree }) => {
    const uses = [...descendants(tree)].filter((node) => ts.isIdentifier(node) && node.text === "console");
    expect(uses).toEqual([]);
  });

  test.each([...sources, ...sourcesBelow("simulator"), ...sourcesBelow("cli")])(
    "$path has no default export",
    ({ tree }) => {
      const defaults = [...descendants(tree)].filter(
        (node) => ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword,
      );
      expect(defaults.filter((node) => !ts.isDefaultClause(node.parent))).toEqual([]);
    },
  );
});

describe("every field of the arguments is explained", () => {
  const interfaces = sourcesBelow("sdk").flatMap(({ tree }) =>
    [...descendants(tree)]
      .filter((node) => ts.isInterfaceDeclaration(node))
      .filter(({ name }) => name.text.endsWith("Args")),
  );

  test("there are arguments", () => {
    expect(interfaces.length).toBeGreaterThan(kinds.length);
  });

  test.each(interfaces.map((node) => ({ name: node.name.text, node })))("$name", ({ node }) => {
    const bare = node.members
      .filter(
        (member) => (ts.getJSDocCommentsAndTags(member)[0] as ts.JSDoc | undefined)?.comment === undefined,
      )
      .map((member) => member.name?.getText());
    expect(bare).toEqual([]);
    expect((ts.getJSDocCommentsAndTags(node)[0] as ts.JSDoc | undefined)?.comment).toBeDefined();
  });
});
