// From what Pulumi plans to what it means for traffic and images.
import { hasUnknown } from "../../provider/compare.js";
import { byRisk, type Reviewed } from "./consequence.js";
import { shown } from "./given.js";
import { grouped } from "./grouped.js";
import { operations, outcomeOf, type Operation, type Outcome } from "./outcome.js";
import { say, type Phrase } from "./phrase.js";
import { partsOf, plannedIn, planOf, type Plan, type Planned } from "./plan.js";
import type { Preview, State } from "./preview.js";
import { destroyOf, isSamePlace } from "./removal.js";

export interface Change extends Outcome {
  readonly urn: string;
  readonly name: string;
  readonly kind: Reviewed;
  readonly operation: Operation;
  readonly what: Phrase;
  readonly where: Phrase;
  readonly onDestroy: Phrase | undefined;
  readonly changed: readonly string[];
  readonly rollout: string | undefined;
}

export interface Judgement {
  readonly project: string | undefined;
  readonly stack: string | undefined;
  readonly errors: readonly string[];
  /** Of this package's resources, riskiest first. */
  readonly changes: readonly Change[];
  /** How many resources of the whole stack stay as they are. */
  readonly unchanged: number;
  /** How many of the stack's other resources change, by Pulumi's own operations. */
  readonly others: Readonly<Record<string, number>>;
  /** How many of those are replaced or deleted; what is lost with them is for others to say. */
  readonly notJudged: number;
}

export function judge({ steps, same, errors }: Preview): Judgement {
  const planned = plannedIn(steps);
  const { stack, project } = partsOf(steps[0]?.urn ?? "");
  const plan = planOf(planned);
  const changes = planned.flatMap((one) => (one.kind && changeOf(one.kind, one, plan)) ?? []);
  const foreign = planned.filter(
    ({ kind, type, op }) => kind === undefined && op !== "same" && !ownType.test(type),
  );
  const others = [...grouped(foreign, ({ op }) => op)].map(([op, those]) => [op, those.length] as const);
  const isStackSame = planned.some(({ type, op }) => type === "pulumi:pulumi:Stack" && op === "same");
  const risk = (change: Change): number =>
    byRisk.indexOf(change.reversible) * operations.length + operations.indexOf(change.operation);
  // Pulumi plans in another order each time.
  const order = (one: Change, other: Change): number =>
    risk(one) - risk(other) || (one.urn < other.urn ? -1 : 1);
  return {
    project,
    stack,
    errors,
    changes: changes.toSorted(order),
    unchanged: Math.max(0, same - (isStackSame ? 1 : 0)),
    others: Object.fromEntries(others),
    notJudged: foreign.filter(isLost).length,
  };
}

/** Pulumi's own: the stack itself, and providers. */
const ownType = /^pulumi:(pulumi:Stack$|providers:)/;

/** A component is nothing but a name for others. */
function isLost({ op, before }: Planned): boolean {
  return (op === "delete" || op === "replace") && before?.isComponent !== true;
}

function changeOf(kind: Reviewed, planned: Planned, plan: Plan): Change | undefined {
  const { op, urn, name, before, after, changed } = planned;
  const operation = operations.find((one) => one === op);
  const declared = operation === "delete" ? before : after;
  if (operation === undefined || declared === undefined) return undefined;
  const outcome = outcomeOf(kind, operation, planned, plan);
  if (outcome === undefined) return undefined;
  return {
    ...outcome,
    urn,
    name,
    kind,
    operation,
    changed,
    what: kind.what(declared),
    where: whereOf(kind, declared),
    onDestroy: operation === "delete" ? undefined : laterDestroyOf(kind, operation, declared, before),
    rollout: sentenceOf(declared.inputs["rollout"]),
  };
}

function laterDestroyOf(
  kind: Reviewed,
  operation: Operation,
  declared: State,
  before: State | undefined,
): Phrase {
  if (operation === "update") return destroyOf(kind, declared, { kept: before, mayBeThere: false });
  // What is replaced where it stands was there, and goes.
  const mayBeThere = before === undefined || !isSamePlace(kind, before, declared);
  return destroyOf(kind, declared, { kept: undefined, mayBeThere });
}

/** The clauses that the provider stores; they have no full stop. Its first version stored one text. */
function sentenceOf(rollout: unknown): string | undefined {
  if (typeof rollout === "string" && !hasUnknown(rollout)) return rollout;
  const { whileDeclared, destroy } = (rollout ?? {}) as Record<string, unknown>;
  return typeof whileDeclared === "string" && typeof destroy === "string"
    ? `While declared: ${whileDeclared}. Destroy: ${destroy}.`
    : undefined;
}

function whereOf(kind: Reviewed, state: State): Phrase {
  const region = state.inputs["region"] ?? state.outputs["region"];
  if (region === undefined) return kind.where(state);
  return say`${kind.where(state)}, ${shown({ ...state, inputs: { region } }, "region")}`;
}
