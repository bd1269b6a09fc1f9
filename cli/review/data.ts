import { z } from "zod";
import { byRisk, type Reversible } from "./consequence.js";
import type { Judgement } from "./judge.js";
import { operations, type Operation } from "./outcome.js";
import { written, type Phrase } from "./phrase.js";
import { verdictOf } from "./verdict.js";

const count = z.int().min(0);

const change = z
  .looseObject({
    urn: z.string(),
    name: z.string(),
    kind: z.string().describe("Such as huaweicloud:GrayscaleRelease"),
    operation: z.enum(operations),
    what: z.string(),
    where: z.string(),
    from: z.string().nullable().describe("null where no preview can tell what is there"),
    to: z.string(),
    reversible: z
      .enum(byRisk)
      .describe("Whether taking the change back and running `pulumi up` again leads to what was before"),
    why: z.string().describe("The reason for `reversible`"),
    onDestroy: z.string().nullable().describe("What a later destroy does; null for what is deleted now"),
    changed: z.array(z.string()).describe("Paths of the inputs that differ"),
    rollout: z.string().nullable().describe("The sentence that the provider stores with the resource"),
  })
  .meta({ id: "change" });

export interface ReviewData {
  version: 1;
  project: string | null;
  stack: string | null;
  failed: boolean;
  verdict: string;
  changes: ChangeData[];
  unchanged: number;
  others: Record<string, number>;
  notJudged: number;
  errors: string[];
}

interface ChangeData {
  urn: string;
  name: string;
  kind: string;
  operation: Operation;
  what: string;
  where: string;
  from: string | null;
  to: string;
  reversible: Reversible;
  why: string;
  onDestroy: string | null;
  changed: string[];
  rollout: string | null;
}

/** What `--format json` writes. Later versions may add keys; what a key means changes with `version` only. */
export const reviewSchema: z.ZodType<ReviewData> = z.looseObject({
  version: z.literal(1),
  project: z.string().nullable(),
  stack: z.string().nullable(),
  failed: z
    .boolean()
    .describe("Whether the preview itself failed: `errors` says why, `changes` may be incomplete"),
  verdict: z.string(),
  changes: z.array(change).describe("Of this package's resources, riskiest first"),
  unchanged: count.describe("How many resources of the whole stack stay as they are"),
  others: z
    .record(z.string(), count)
    .describe("How many of the stack's other resources change, by Pulumi's own operations"),
  notJudged: count.describe("How many of those are replaced or deleted, which the verdict does not judge"),
  errors: z.array(z.string()),
});

export function toData(judgement: Judgement): ReviewData {
  const { project = null, stack = null, errors, changes, unchanged, others, notJudged } = judgement;
  return {
    version: 1,
    project,
    stack,
    failed: errors.length > 0,
    verdict: verdictOf(judgement),
    changes: changes.map(({ urn, name, kind, operation, what, where, from, to, ...rest }) => ({
      urn,
      name,
      kind: kind.name,
      operation,
      what: plain(what),
      where: plain(where),
      from: from === undefined ? null : plain(from),
      to: plain(to),
      reversible: rest.reversible,
      why: plain(rest.why),
      onDestroy: rest.onDestroy === undefined ? null : plain(rest.onDestroy),
      changed: [...rest.changed],
      rollout: rest.rollout ?? null,
    })),
    unchanged,
    others,
    notJudged,
    errors: [...errors],
  };
}

function plain(phrase: Phrase): string {
  return written(phrase, (value) => value);
}
