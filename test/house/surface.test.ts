// What the package promises: the names that it exports, and the documentation of each.
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { parse, readText } from "./sources.js";

const entries = {
  ".": "sdk/index.ts",
  "./provider": "provider/index.ts",
  "./simulator": "simulator/index.ts",
};

const program = ts.createProgram(
  Object.values(entries).map((path) => join(repositoryRoot, path)),
  {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    noLib: true,
    types: [],
  },
);
const checker = program.getTypeChecker();

interface Exported {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

/** What a module exports, with what its namespaces hold. */
function exportsOf(symbol: ts.Symbol, prefix = ""): Exported[] {
  return checker.getExportsOfModule(symbol).flatMap((exported): Exported[] => {
    const name = `${prefix}${exported.name}`;
    const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const isNamespace = (target.flags & ts.SymbolFlags.ValueModule) !== 0;
    return isNamespace ? exportsOf(target, `${name}.`) : [{ name, symbol: target }];
  });
}

function exportsOfFile(path: string): Exported[] {
  const file = program.getSourceFile(join(repositoryRoot, path));
  const symbol = file && checker.getSymbolAtLocation(file);
  if (symbol === undefined) throw new Error(`${path} is no module`);
  return exportsOf(symbol);
}

const namesOf = (path: string): string[] =>
  exportsOfFile(path)
    .map(({ name }) => name)
    .toSorted();

describe("exported names", () => {
  test("the package", () => {
    expect(namesOf(entries["."])).toEqual([
      "AlicloudSettings",
      "GrayscaleSettings",
      "HuaweicloudArgs",
      "HuaweicloudSettings",
      "Provider",
      "ProviderArgs",
      "ReleaseArgs",
      "Unfinished",
      "alicloud.Batch",
      "alicloud.ChangeOrder",
      "alicloud.ChangeOrderArgs",
      "huaweicloud.FrontApiArgs",
      "huaweicloud.GrayDeploymentArgs",
      "huaweicloud.GrayscaleRelease",
      "huaweicloud.GrayscaleReleaseArgs",
      "huaweicloud.ImageSyncTask",
      "huaweicloud.ImageSyncTaskArgs",
      "huaweicloud.LivedataDeployment",
      "huaweicloud.LivedataDeploymentArgs",
    ]);
  });

  test("the provider: nothing but the registry", () => {
    expect(namesOf(entries["./provider"])).toEqual([
      "alicloud:ChangeOrder",
      "huaweicloud:GrayscaleRelease",
      "huaweicloud:ImageSyncTask",
      "huaweicloud:LivedataDeployment",
    ]);
  });

  test("the simulator", () => {
    expect(namesOf(entries["./simulator"])).toMatchInlineSnapshot(`
      [
        "AccessKey",
        "Account",
        "Application",
        "BatchType",
        "ChangeOrder",
        "ChangeOrderSeed",
        "CloudState",
        "Fault",
        "FaultKind",
        "FaultMatch",
        "Journey",
        "LivedataApi",
        "LivedataApiSeed",
        "LivedataDeployment",
        "OperationName",
        "Pipeline",
        "Progress",
        "Project",
        "PulumiConfig",
        "RateLimit",
        "RecordedRequest",
        "Release",
        "RomaInstance",
        "Seed",
        "ServiceName",
        "Simulator",
        "SimulatorOptions",
        "SyncTask",
        "exampleSeed",
        "orderStatus",
        "readSeed",
        "redacted",
        "releasePhases",
        "simulatorCredentials",
        "simulatorProjectId",
        "startSimulator",
      ]
    `);
  });

  test("package.json offers these entries, and no others", () => {
    const manifest = JSON.parse(readText("package.json")) as { exports: Record<string, unknown> };
    const modules = Object.keys(manifest.exports).filter((entry) => !entry.endsWith(".json"));
    expect(modules).toEqual(Object.keys(entries));
    expect(Object.keys(manifest.exports)).toEqual([...modules, "./review.schema.json", "./package.json"]);
    for (const [entry, path] of Object.entries(entries)) {
      const code = `./lib/${path.replace(/ts$/, "js")}`;
      const types = `./lib/${path.replace(/ts$/, "d.ts")}`;
      // The provider is loaded by the text in a state, and by nobody's program: it has no types to offer.
      expect(manifest.exports[entry]).toEqual(entry === "./provider" ? code : { types, default: code });
    }
  });
});

describe("documentation", () => {
  test.each(exportsOfFile(entries["."]))("$name says what it is", ({ symbol }) => {
    expect(ts.displayPartsToString(symbol.getDocumentationComment(checker))).not.toBe("");
  });

  const classes = exportsOfFile(entries["."]).filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Class);

  test.each(classes.filter(({ name }) => name !== "Provider"))(
    "$name: every output that is no argument is explained",
    ({ name, symbol }) => {
      const declaration = symbol.valueDeclaration as ts.ClassDeclaration;
      const tree = parse("args.ts", declaration.getSourceFile().text);
      const args = new Set(
        tree.statements
          .filter((node) => ts.isInterfaceDeclaration(node))
          .filter((node) => node.name.text === `${name.split(".")[1]}Args`)
          .flatMap((node) => node.members.map((member) => member.name?.getText(tree))),
      );
      const bare = declaration.members
        .filter((member) => ts.isPropertyDeclaration(member))
        .filter((member) => !args.has(member.name.getText()) && member.name.getText() !== "projectId")
        .filter(
          (member) => (ts.getJSDocCommentsAndTags(member)[0] as ts.JSDoc | undefined)?.comment === undefined,
        );
      expect(args.size).toBeGreaterThan(3);
      expect(bare.map((member) => member.name.getText())).toEqual([]);
    },
  );
});
