// One part of the benchmark: measured by itself, kept case by case, and told in one chapter of the report.
export interface Options {
  /** Little of everything, in a few minutes. */
  readonly quick: boolean;
  readonly kinds: readonly string[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly runs: number | undefined;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

/** Notes the circumstances, measures, and keeps both under the name of the case. */
type Keep<Data> = (name: string, measure: () => Promise<Data>) => Promise<void>;

export interface Measured<Data> {
  readonly data: Data;
  /** When, of which commit and on what it was measured. */
  readonly note: string;
}

export type Cases<Data> = Readonly<Record<string, Measured<Data>>>;

/** What is to be reached, with everything that it was measured by. */
export interface Goal {
  readonly what: string;
  readonly limit: number;
  readonly unit: "×" | "MiB" | "ms" | "calls";
  readonly found: readonly { readonly where: string; readonly value: number }[];
}

export interface Section<Data = unknown> {
  readonly name: string;
  readonly inQuick: boolean;
  measure(options: Options, keep: Keep<Data>): Promise<void>;
  /** Markdown, its title included; what is missing is told. */
  render(cases: Cases<Data>): string;
  goals?(cases: Cases<Data>): readonly Goal[];
  /** What other documents show, by the name that it has there. */
  figures?(cases: Cases<Data>): Readonly<Record<string, string>>;
}
