import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { changeOrder } from "../provider/alicloud/change-order.js";
import { grayscaleRelease } from "../provider/huaweicloud/grayscale-release.js";
import { imageSyncTask } from "../provider/huaweicloud/image-sync-task.js";
import { livedataDeployment } from "../provider/huaweicloud/livedata-deployment.js";
import type { Kind } from "../provider/kind.js";
import type { KindName } from "../sdk/dynamic.js";
import { readingCommandLine, UsageError, type Command } from "./command.js";

const kinds = [grayscaleRelease, livedataDeployment, imageSyncTask, changeOrder];

const usage = `Usage: pulumi-grayscale import-file [options] <type> <name> <id> [<type> <name> <id> …]

Prints the file with which \`pulumi import\` takes things that exist into a stack. Without arguments it reads lines of
"type name id" from standard input. The name is the one that the program gives the resource.

${kinds.map(({ name }) => `  ${name}`).join("\n")}

  --parent URN     of the component that the resources belong to
  --provider URN   of the explicit provider that they have`;

const nextSteps = `Next, with the file as import.json, in the folder of the program:
  pulumi import --file import.json --generate-code=false
  pulumi refresh
Then declare them in the program, and run \`pulumi up\`: until then they are protected from a destroy.
`;

/** `pulumi-grayscale import-file` */
export const importFile: Command = {
  summary: "print the file that `pulumi import` takes",
  usage,
  async run(args) {
    const { positionals, parent, provider } = parse(args);
    const words = positionals.length === 0 ? wordsOfLines(readInput()) : inThrees(positionals);
    const entries = words.map(entryOf);
    refuseTwice(entries.map(({ kind, name }) => `${kind} ${name}`));
    refuseTwice(entries.map(({ kind, id }) => `${kind} ${id}`));
    // Pulumi's SDK is slow to load: no other command waits for it.
    const { providerText, typeToken } = await import("../sdk/dynamic.js");
    const resources = entries.map(({ kind, name, id }) => {
      // Pulumi calls a dynamic provider by this text; everything else is found by the refresh.
      const known = { __provider: providerText(kind) };
      return {
        type: typeToken(kind),
        name,
        id,
        // The keys of the table below; undefined is not printed.
        parent: parent && "parent",
        provider: provider && "provider",
        inputs: known,
        outputs: known,
      };
    });
    const nameTable = { parent, provider };
    process.stdout.write(`${JSON.stringify({ nameTable, resources }, undefined, 2)}\n`);
    process.stderr.write(nextSteps);
    return 0;
  },
};

interface Entry {
  kind: KindName;
  name: string;
  id: string;
}

function parse(args: readonly string[]): {
  positionals: string[];
  parent: string | undefined;
  provider: string | undefined;
} {
  return readingCommandLine(() => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { parent: { type: "string" }, provider: { type: "string" } },
      allowPositionals: true,
    });
    for (const [name, value] of Object.entries(values)) {
      if (!value.startsWith("urn:pulumi:"))
        throw new UsageError(`--${name} ${value}: it is a URN, as \`pulumi stack --show-urns\` prints it`);
    }
    return { positionals, parent: values.parent, provider: values.provider };
  });
}

function readInput(): string {
  return process.stdin.isTTY ? "" : readFileSync(0, "utf8");
}

function wordsOfLines(text: string): string[][] {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const words = lines.filter(([first]) => first !== "");
  const broken = words.find(({ length }) => length !== 3);
  if (broken !== undefined) throw new UsageError(`a line is "type name id", found "${broken.join(" ")}"`);
  if (words.length === 0) throw new UsageError("there is nothing to import");
  return words;
}

function inThrees(words: readonly string[]): string[][] {
  if (words.length % 3 !== 0)
    throw new UsageError(`each resource is <type> <name> <id>, found ${words.join(" ")}`);
  return Array.from({ length: words.length / 3 }, (_, index) => words.slice(index * 3, index * 3 + 3));
}

function entryOf([type = "", name = "", id = ""]: readonly string[]): Entry {
  // A program writes huaweicloud.ImageSyncTask.
  const kind = kinds.find((one) => one.name === type.replace(".", ":"));
  if (kind === undefined) {
    throw new UsageError(`type ${type}: it is one of ${kinds.map((one) => one.name).join(", ")}`);
  }
  if (name === "") throw new UsageError(`${kind.name}: a name must not be empty`);
  const problems = problemsOf(kind, id);
  if (problems.length > 0) throw new UsageError(`${kind.name} ${name}: ${problems.join("; ")}`);
  return { kind: kind.name as KindName, name, id };
}

/** What is wrong with an id: its form, and its parts by the rules for the inputs that they become. */
function problemsOf(kind: Pick<Kind<object, unknown>, "inputs" | "parseId">, id: string): string[] {
  let parts: Record<string, unknown>;
  try {
    parts = Object.fromEntries(Object.entries(kind.parseId(id)).filter(([, part]) => part !== undefined));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const empty = Object.keys(parts).filter((part) => parts[part] === "");
  if (empty.length > 0) return empty.map((part) => `${part} of the id ${id} must not be empty`);
  const { error } = kind.inputs.safeParse(parts);
  // The other inputs are missing here; a refresh finds them.
  const issues = (error?.issues ?? []).filter(({ path: [field] }) => parts[String(field)] !== undefined);
  return issues.map(({ path, message }) => `${path.join(".")} of the id ${id} ${message}`);
}

function refuseTwice(keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice`);
}
