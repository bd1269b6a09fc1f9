// What was measured: kept as JSON, so that one section can be measured again without the others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type as systemType } from "node:os";
import { dirname } from "node:path";
import { engineVersion } from "../tools/places.mjs";

/** The one in the middle, the least and the most. */
export type Spread = readonly [middle: number, least: number, most: number];

export function spreadOf(values: readonly number[], digits = 3): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  const round = (value: number): number => Number(value.toFixed(digits));
  return [round((low + high) / 2), round(sorted[0] ?? 0), round(sorted.at(-1) ?? 0)];
}

/** On what something was measured, and when. */
export interface Circumstances {
  readonly day: string;
  readonly machine: string;
  readonly versions: string;
  /** Processes that ran or waited to run in the minute before. */
  readonly load: number;
}

interface Stored {
  readonly circumstances: Circumstances;
  readonly data: unknown;
}

/** A file of results, one entry a section. */
export class Results {
  private readonly file: string;
  private readonly sections: Record<string, Stored>;

  constructor(file: string) {
    this.file = file;
    this.sections = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Stored>)
      : {};
  }

  of(section: string): Stored | undefined {
    return this.sections[section];
  }

  keep(section: string, at: Circumstances, data: unknown): void {
    this.sections[section] = { circumstances: at, data };
    mkdirSync(dirname(this.file), { recursive: true });
    // Numbers that belong together stay on one line.
    const text = JSON.stringify(this.sections, undefined, 1);
    const compact = text.replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (_, inner: string) => {
      return `[${inner.replaceAll(/\s*\n\s*/g, " ")}]`;
    });
    writeFileSync(this.file, `${compact}\n`);
  }
}

export function circumstances(): Circumstances {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model ?? "unknown processor";
  return {
    day: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${systemType()} ${release().split("-")[0]}`,
    versions: `Node.js ${process.versions.node}, Pulumi ${engineVersion}`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
