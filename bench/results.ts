// What was measured: kept as JSON, run by run, so that one case can be measured again without the others.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type as systemType } from "node:os";
import { engineVersion, repositoryRoot } from "../tools/places.mjs";
import type { Cases } from "./section.js";

/** On what a case was measured, and when. */
interface Circumstances {
  readonly began: string;
  readonly tookSeconds: number;
  readonly commit: string;
  /** Processes that ran or waited to run in the minute before. */
  readonly load: number;
  readonly machine: string;
}

interface Stored {
  readonly circumstances: Circumstances;
  readonly data: unknown;
}

type Sections = Record<string, Record<string, Stored>>;

export class Results {
  private readonly file: string | undefined;
  private readonly sections: Sections;
  /** What is measured was built when the benchmark began. */
  private readonly commit = commitOfSources();

  /** Without a file nothing is read, and nothing kept. */
  constructor(file: string | undefined) {
    this.file = file;
    this.sections =
      file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Sections) : {};
  }

  async keep(section: string, name: string, measure: () => Promise<unknown>): Promise<void> {
    const [now, load] = [new Date(), Number((loadavg()[0] ?? 0).toFixed(2))];
    const data = await measure();
    const circumstances: Circumstances = {
      began: `${now.toISOString().slice(0, 16).replace("T", " ")} UTC`,
      tookSeconds: Math.round((Date.now() - now.getTime()) / 1000),
      commit: this.commit,
      load,
      machine: machine(),
    };
    this.sections[section] = { ...this.sections[section], [name]: { circumstances, data } };
    if (this.file !== undefined) writeFileSync(this.file, `${compact(this.sections)}\n`);
  }

  /** On what everything was measured; more than one, where not all was measured on the same. */
  machines(): string[] {
    const all = Object.values(this.sections).flatMap((cases) => Object.values(cases));
    return [...new Set(all.map(({ circumstances }) => circumstances.machine))];
  }

  cases(section: string): Cases<unknown> {
    const several = this.machines().length > 1;
    const entries = Object.entries(this.sections[section] ?? {}).map(([name, { circumstances, data }]) => {
      const { began, commit, load, machine: on } = circumstances;
      const note = `${began}, commit ${commit}, load before it ${load}${several ? `; ${on}` : ""}`;
      return [name, { data, note }];
    });
    return Object.fromEntries(entries) as Cases<unknown>;
  }
}

/** Numbers that belong together stay on one line. */
function compact(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replaceAll(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, inner: string) => `[${inner.replaceAll(/\s*\n\s*/g, " ")}]`,
  );
}

/** Of what is measured: the benchmark's own results change while it runs. */
export function commitOfSources(): string {
  const git = (...parameters: string[]): string =>
    execFileSync("git", parameters, {
      cwd: repositoryRoot,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  try {
    const commit = git("rev-parse", "--short=7", "HEAD").trim();
    const changed = git("status", "--porcelain", "--", ".", ":!*.md", ":!bench/results.json");
    return changed === "" ? commit : `${commit} with changes`;
  } catch {
    return "unknown";
  }
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model ?? "unknown processor";
  const system = `${systemType()} ${release().split("-")[0]}`;
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${system}, Node.js ${process.versions.node}, Pulumi ${engineVersion}`;
}
