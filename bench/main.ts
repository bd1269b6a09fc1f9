// `npm run bench`: measures, keeps the figures in bench/results.json, and writes bench/RESULTS.md from them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../tools/places.mjs";
import { floor } from "./floor.js";
import { growth } from "./growth.js";
import { latency } from "./latency.js";
import { postgres } from "./postgres.js";
import { profile } from "./profile.js";
import { rivals } from "./rivals.js";
import { shortStacks } from "./short-stacks.js";
import { split } from "./split.js";
import { start } from "./start.js";
import { kindNames } from "./declared.js";
import { render, writeReport } from "./report.js";
import { Results } from "./results.js";
import type { Options, Section } from "./section.js";

const sections: readonly Section[] = [
  floor,
  shortStacks,
  start,
  profile,
  latency,
  growth,
  split,
  postgres,
  rivals,
];

const usage = `Usage: npm run bench -- [options]

  --quick           little of everything: by default 100 tasks, 3 runs, and start; printed, and kept nowhere
  --only A,B        only these sections: ${sections.map(({ name }) => name).join(", ")}
  --kinds A,B       only these kinds, where a section has several: ${kindNames.join(", ")}
  --sizes N,M       other numbers of resources; latency, profile and split take one
  --runs N          other numbers of runs
  --report          measure nothing: write the report from what is kept`;

interface Asked extends Options {
  readonly help: boolean;
  readonly report: boolean;
  readonly only: readonly string[];
}

function asked(parameters: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      only: { type: "string" },
      kinds: { type: "string" },
      sizes: { type: "string" },
      runs: { type: "string" },
    },
  });
  const all = sections.filter(({ inQuick }) => inQuick || !values.quick).map(({ name }) => name);
  const only = values.only?.split(",") ?? all;
  const kinds = values.kinds?.split(",");
  const unknown = [
    ...only.filter((name) => !sections.some((one) => one.name === name)),
    ...(kinds ?? []).filter((name) => !kindNames.some((one) => one === name)),
  ];
  const numbers = [...(values.sizes?.split(",") ?? []), ...(values.runs?.split(",") ?? [])].map(Number);
  const isContradiction = values.quick && values.report;
  if (
    isContradiction ||
    unknown.length > 0 ||
    numbers.some((number) => !Number.isInteger(number) || number < 1)
  )
    throw new Error(usage);
  return {
    help: values.help,
    quick: values.quick,
    report: values.report,
    only,
    kinds,
    sizes: values.sizes?.split(",").map(Number),
    runs: values.runs === undefined ? undefined : Number(values.runs),
    say: (text) => void process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`),
  };
}

async function main(): Promise<void> {
  const options = asked(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  if (!existsSync("/proc/self/stat"))
    throw new Error("The benchmark reads what processes cost from /proc: it runs on Linux only.");
  const started = Date.now();
  const results = new Results(options.quick ? undefined : join(repositoryRoot, "bench", "results.json"));
  const wanted = sections.filter(({ name }) => options.only.includes(name));
  for (const section of options.report ? [] : wanted) {
    try {
      await section.measure(options, async (name, measure) => {
        await results.keep(section.name, name, measure);
        if (!options.quick) writeReport(sections, results);
      });
    } catch (error) {
      // What took hours is not lost, and the other sections are measured all the same.
      fail(error);
    }
  }
  if (options.report) writeReport(sections, results);
  process.stdout.write(render(wanted, results));
  options.say(`${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

void main().catch(fail);
