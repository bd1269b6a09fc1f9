// What a user's compiler makes of the published types: unions that it can complete and check, and nothing untyped.
import { basename, join } from "node:path";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";

const good = `
import { startSimulator, type Fault, type FaultKind, type Progress, type Seed, type Simulator, type SimulatorOptions } from "pulumi-grayscale/simulator";
export type Started = Awaited<ReturnType<typeof startSimulator>>;
export type Option = SimulatorOptions["seed"];
export type Kind = FaultKind["kind"];
export type Operation = NonNullable<Fault["match"]>["operation"];
export type Advance = Progress["advance"];
export type Orders = Seed["changeOrders"];
export type Task = Simulator["cloud"]["syncTasks"][number];
export type Status = Simulator["requests"][number]["status"];
export type Queue = Simulator["queueFault"];
export type Config = Simulator["config"];
const late: FaultKind = { kind: "lateList", reads: 2 };
const slow: Progress = { advance: "byClock", seconds: 1.5 };
export async function use(): Promise<void> {
  const simulator: Simulator = await startSimulator({ progress: slow, seed: { meshes: [] } });
  simulator.queueFault({ match: { service: "swr", operation: "listSyncTasks" }, fault: late, times: 2 });
  simulator.setProgress({ advance: "afterReads", reads: 1 });
  await simulator.close();
}`;

const mistakes: readonly [string, string, RegExp][] = [
  ["another fault", 'fault = { kind: "lostAnswer" }', /'"lostAnswer"' is not assignable/],
  ["a fault without what it needs", 'fault = { kind: "lateList" }', /'reads' is missing/],
  ["what a fault does not have", 'fault = { kind: "lostReply", reads: 1 }', /'reads' does not exist/],
  ["another status", 'fault = { kind: "serverError", status: 501 }', /'501' is not assignable/],
  ["another operation", 'match = { operation: "createTask" }', /'"createTask"' is not assignable/],
  ["another service", 'match = { service: "ecs" }', /'"ecs"' is not assignable/],
  ["another progress", 'progress = { advance: "slowly" }', /'"slowly"' is not assignable/],
  ["a progress without its number", 'progress = { advance: "byClock" }', /'seconds' is missing/],
  ["another option", "options = { sed: {} }", /'sed' does not exist/],
  ["another thing in a seed", "options = { seed: { mesh: [] } }", /'mesh' does not exist/],
];
const bad = [
  'import type { FaultKind, FaultMatch, Progress, SimulatorOptions } from "pulumi-grayscale/simulator";',
  "export let fault: FaultKind, match: FaultMatch, progress: Progress, options: SimulatorOptions;",
  ...mistakes.map(([, line]) => line),
].join("\n");

/** That an untyped name would be noticed. */
const missing = 'import type { Nothing } from "pulumi-grayscale/nothing"; export type Any = Nothing;';

const files = Object.fromEntries(
  Object.entries({ good, bad, missing }).map(([name, text]) => [
    join(repositoryRoot, "examples", "testing", `${name}.ts`),
    text,
  ]),
);
/** The compiler's complaints, as `file:line message`; `skipLibCheck` hides none. */
let complaints: string[];
/** The exported types that are `any`, as `file name`. */
let untyped: string[];

beforeAll(() => {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    typeRoots: [join(repositoryRoot, "node_modules", "@types")],
  };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram(Object.keys(files), options, {
    ...host,
    fileExists: (path) => path in files || host.fileExists(path),
    getSourceFile: (path, language, ...more) => {
      const text = files[path];
      return text === undefined
        ? host.getSourceFile(path, language, ...more)
        : ts.createSourceFile(path, text, language);
    },
  });
  complaints = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
    return `${basename(file?.fileName ?? "")}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  const checker = program.getTypeChecker();
  untyped = Object.keys(files).flatMap((path) =>
    [...(program.getSourceFile(path)?.statements ?? [])]
      .filter((one) => ts.isTypeAliasDeclaration(one))
      .filter(({ name }) => checker.getTypeAtLocation(name).flags & ts.TypeFlags.Any)
      .map(({ name }) => `${basename(path)} ${name.text}`),
  );
});

test("options, faults and progress are typed through and through", () => {
  expect(complaints.filter((one) => !/^(bad|missing)\.ts:/.test(one))).toEqual([]);
  expect(untyped.filter((one) => one.startsWith("good.ts"))).toEqual([]);
});

test.each(mistakes.map(([name, , message], index) => ({ name, message, line: index + 2 })))(
  "$name is an error of a user's compiler",
  ({ message, line }) => {
    expect(complaints.filter((one) => one.startsWith(`bad.ts:${line} `))).toEqual([
      expect.stringMatching(message),
    ]);
  },
);

test("a type that is not there would be noticed", () => {
  expect(complaints.filter((one) => one.startsWith("missing.ts:"))).toEqual([
    expect.stringMatching(/Cannot find module/),
  ]);
  expect(untyped).toEqual(["missing.ts Any"]);
});
