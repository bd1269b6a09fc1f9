// What Pulumi plans, whichever way it tells: the document of `pulumi preview --json`, or the engine's events.
import { z } from "zod";

export interface State {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string | undefined;
  readonly protect?: boolean | undefined;
  /** Whether it is nothing but a name for others. */
  readonly isComponent?: boolean;
}

export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly before: State | undefined;
  readonly after: State | undefined;
  /** Paths of the inputs that differ. */
  readonly changed: readonly string[];
  /** The inputs for which it is replaced. */
  readonly replacedFor: readonly string[];
}

export interface Preview {
  readonly steps: readonly Step[];
  /** How many resources stay as they are, the stack itself included. The document lists few of them. */
  readonly same: number;
  /** Why the preview failed; empty where it did not. */
  readonly errors: readonly string[];
}

const values = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((given) => given ?? {});

const state = z
  .object({
    inputs: values,
    outputs: values,
    retainOnDelete: z.boolean().optional(),
    deletedWith: z.string().optional(),
    protect: z.boolean().optional(),
    custom: z.boolean().optional(),
  })
  .nullish()
  .transform((found): State | undefined => {
    if (!found) return undefined;
    const { custom, ...given } = found;
    return { retainOnDelete: false, deletedWith: undefined, isComponent: custom === false, ...given };
  });

const names = z.array(z.string()).nullish();
const paths = z.record(z.string(), z.unknown()).nullish();
const diagnostic = z.object({ message: z.string(), severity: z.string(), prefix: z.string().optional() });
type Diagnostic = z.infer<typeof diagnostic>;

const summary = z.object({ same: z.int().min(0).optional() }).nullish();

const documentSchema = z.object({
  changeSummary: summary,
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: state,
        newState: state,
        diffReasons: names,
        replaceReasons: names,
        detailedDiff: paths,
      }),
    )
    .nullish(),
  diagnostics: z.array(diagnostic).nullish(),
});

const eventSchema = z.object({
  resourcePreEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        old: state,
        new: state,
        diffs: names,
        keys: names,
        detailedDiff: paths,
      }),
    })
    .optional(),
  diagnosticEvent: diagnostic.optional(),
  summaryEvent: z.object({ resourceChanges: summary }).optional(),
});

/** Reads what `pulumi preview --json` or `pulumi destroy --preview-only --json` wrote. */
export function readPreview(text: string): Preview {
  const whole = text.replace(/^\uFEFF/, "").trim();
  if (whole === "") throw new Error("there is no preview: the input is empty");
  const document = parsed(whole);
  if (document !== undefined && !("sequence" in document)) return fromDocument(document);
  // With PULUMI_ENABLE_STREAMING_JSON_PREVIEW there is an event a line.
  const lines = whole.split("\n").filter((line) => line.startsWith("{"));
  const events = lines.map((line) => parsed(line) ?? refuse("a line of it is not JSON"));
  const preview = fromEvents(events.length === 0 ? refuse("it is not JSON") : events);
  const isWhole = preview.errors.length > 0 || events.some((event) => "summaryEvent" in event);
  return isWhole ? preview : { ...preview, errors: ["The preview was cut off: its last event is missing."] };
}

/** The same from the engine's events. */
export function fromEvents(events: readonly object[]): Preview {
  const read = events.map(
    (event) => eventSchema.safeParse(event).data ?? refuse("an event has another form"),
  );
  const steps = read.flatMap(({ resourcePreEvent }) => {
    if (resourcePreEvent === undefined) return [];
    const { op, urn, old, new: after, diffs, keys, detailedDiff } = resourcePreEvent.metadata;
    const changed = changedIn(detailedDiff, diffs);
    return [{ op, urn, before: old, after, changed, replacedFor: keys ?? [] }];
  });
  const [{ same = sameIn(steps) } = {}] = read.flatMap(
    ({ summaryEvent }) => summaryEvent?.resourceChanges ?? [],
  );
  return { steps, same, errors: errorsIn(read.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])) };
}

function fromDocument(document: object): Preview {
  const { data } = documentSchema.safeParse(document);
  if (data === undefined || !("steps" in document || "diagnostics" in document))
    return refuse("it has another form");
  const steps = (data.steps ?? []).map(({ op, urn, oldState, newState, ...told }) => ({
    op,
    urn,
    before: oldState,
    after: newState,
    changed: changedIn(told.detailedDiff, told.diffReasons),
    replacedFor: told.replaceReasons ?? [],
  }));
  const same = data.changeSummary?.same ?? sameIn(steps);
  return { steps, same, errors: errorsIn(data.diagnostics ?? []) };
}

function sameIn(steps: readonly Step[]): number {
  return steps.filter(({ op }) => op === "same").length;
}

function refuse(why: string): never {
  throw new Error(`this is not what \`pulumi preview --json\` writes: ${why}`);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The engine's own keys, and the sentence that says again what the others say, are of no interest. */
function changedIn(
  detailed: Record<string, unknown> | null | undefined,
  reasons: readonly string[] | null = [],
) {
  const keys = Object.keys(detailed ?? {});
  return (keys.length === 0 ? (reasons ?? []) : keys).filter((key) => !/^(__|rollout\b)/.test(key));
}

function errorsIn(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message, prefix = "" }) =>
      `${prefix}${message}`
        .replace(/^error: /, "")
        .replaceAll("\t", "  ")
        .trim(),
    )
    .filter((message) => message !== "");
}
