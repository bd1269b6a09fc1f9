import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { readingCommandLine, UsageError, type Command } from "./command.js";
import type { Target } from "./pulumi.js";
import { toData } from "./review/data.js";
import { judge, type Judgement } from "./review/judge.js";
import { toMarkdown } from "./review/markdown.js";
import { readPreview, type Preview } from "./review/preview.js";
import { runPreview } from "./review/run.js";
import { toText } from "./review/text.js";

const formats = ["markdown", "json", "text"] as const;
const conditions = ["irreversible", "unknown", "replace", "any"] as const;
type Condition = (typeof conditions)[number];

const usage = `Usage: pulumi-grayscale review [options] [FILE]

Says what a preview means for live traffic and images: what moves, what cannot be undone, what a destroy does. It lets
Pulumi preview the program, or reads what \`pulumi preview --json\` wrote into FILE ("-" is standard input).

  --stack NAME     the stack (default: the one that is selected)
  --cwd FOLDER     the folder of the project (default: this one)
  --destroy        preview a destroy
  --format FORMAT  markdown for a pull request (default), json, or text for a terminal
  --fail-on WHAT   end with 3 if something is irreversible, or may be (unknown), or is a replace, or any change; may be
                   given several times

It ends with 0 where all is well, 1 where the preview failed or cannot be read, 2 where it was called wrongly.`;

/** `pulumi-grayscale review` */
export const review: Command = {
  summary: "say what a preview means for traffic and images",
  usage,
  async run(args) {
    const { file, target, destroy, format, failOn } = parse(args);
    const judgement = judge(file === undefined ? await runPreview(target, destroy) : await readFrom(file));
    process.stdout.write(writers[format](judgement));
    if (judgement.errors.length > 0) return 1;
    return failOn.some((condition) => isMet[condition](judgement)) ? 3 : 0;
  },
};

const writers: Readonly<Record<(typeof formats)[number], (judgement: Judgement) => string>> = {
  markdown: toMarkdown,
  json: (judgement) => `${JSON.stringify(toData(judgement), undefined, 2)}\n`,
  text: (judgement) => toText(judgement, process.stdout.isTTY && !process.env["NO_COLOR"]),
};

const isMet: Readonly<Record<Condition, (judgement: Judgement) => boolean>> = {
  irreversible: ({ changes }) => changes.some(({ reversible }) => reversible === "no"),
  unknown: ({ changes }) => changes.some(({ reversible }) => reversible === "notKnown"),
  replace: ({ changes }) => changes.some(({ operation }) => operation === "replace"),
  any: ({ changes }) => changes.length > 0,
};

interface Options {
  file: string | undefined;
  target: Target;
  destroy: boolean;
  format: (typeof formats)[number];
  failOn: Condition[];
}

function parse(args: readonly string[]): Options {
  return readingCommandLine(() => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        stack: { type: "string", short: "s" },
        cwd: { type: "string", short: "C" },
        destroy: { type: "boolean" },
        format: { type: "string", default: "markdown" },
        "fail-on": { type: "string", multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`one FILE is read, found ${positionals.join(" ")}`);
    const { stack, cwd, destroy } = values;
    if (file !== undefined && (stack !== undefined || cwd !== undefined || destroy !== undefined))
      throw new UsageError(
        "--stack, --cwd and --destroy are for a preview that is run, not for one in a FILE",
      );
    return {
      file,
      target: { folder: resolve(cwd ?? "."), stack },
      destroy: destroy ?? false,
      format: oneOf("--format", values.format, formats),
      failOn: values["fail-on"].map((condition) => oneOf("--fail-on", condition, conditions)),
    };
  });
}

function oneOf<Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new UsageError(`${option} ${given}: it is one of ${words.join(", ")}`);
  return found;
}

async function readFrom(file: string): Promise<Preview> {
  try {
    // Whoever shares the pipe may have told it not to wait: read at once, it fails where the writer is slow.
    return readPreview(file === "-" ? await text(process.stdin) : readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(
      `${file === "-" ? "standard input" : file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}
