// One part of the benchmark: measured by itself, kept by itself, and told in one chapter of the report.
export interface Options {
  /** Little of everything, in a few minutes. */
  readonly quick: boolean;
  readonly kinds: readonly string[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly runs: number | undefined;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

export interface Section {
  readonly name: string;
  readonly inQuick: boolean;
  /** `keep` is called whenever something new is known; `before` is what was kept last. */
  measure(options: Options, before: unknown, keep: (data: unknown) => void): Promise<void>;
  /** Markdown, its title included. */
  render(data: unknown): string;
  /** Short tables for other documents, by the name that they have there. */
  figures?(data: unknown): Readonly<Record<string, string>>;
}

export interface SectionOf<Data> {
  readonly name: string;
  readonly inQuick?: boolean;
  readonly measure: (options: Options, before: Data | undefined, keep: (data: Data) => void) => Promise<void>;
  readonly render: (data: Data) => string;
  readonly figures?: (data: Data) => Readonly<Record<string, string>>;
}

/** What a section has kept, it understands. */
export function section<Data>({ figures, inQuick = false, ...own }: SectionOf<Data>): Section {
  return {
    name: own.name,
    inQuick,
    measure: (options, before, keep) => own.measure(options, before as Data | undefined, keep),
    render: (data) => own.render(data as Data),
    ...(figures === undefined ? {} : { figures: (data) => figures(data as Data) }),
  };
}
