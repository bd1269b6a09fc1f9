// One create, read, update or delete under way: its place, its time, its log, and what the cloud has accepted.
import type { Sources } from "./config.js";
import { UnfinishedError, wordsOf } from "./errors.js";
import { interrupted } from "./host.js";
import type { CallContext } from "./http.js";
import { urnOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Connection, Context, Kind, Place } from "./kind.js";
import { limits } from "./limits.js";
import { logFor } from "./log.js";
import { outputsOf } from "./outputs.js";
import { rememberHeld } from "./run.js";
import { maskedText } from "./secrets.js";

export type Connect = (sources: Sources, place: Partial<Place>, context: CallContext) => Promise<Connection>;

export interface Operation {
  readonly context: Context;
  /** What the cloud has, should the operation fail from here on. */
  accepted(): { readonly id: string; readonly state: Inputs } | undefined;
}

/** Opens the way to the place where the thing lives, or shall live. */
export async function begin<Given extends CommonGiven, State>(
  kind: Kind<Given, State>,
  connect: Connect,
  sources: Sources,
  inputs: Inputs,
  customTimeoutSeconds?: number,
): Promise<Operation> {
  const given = inputs as CommonGiven;
  const timeoutSeconds = customTimeoutSeconds ?? given.timeoutSeconds ?? kind.timeoutSeconds;
  const mask = (text: string): string => maskedText(text, inputs);
  const urn = urnOf(inputs);
  const calls = {
    limits: limits(sources),
    signal: interrupted,
    deadline: Date.now() + timeoutSeconds * 1000,
    log: logFor(urn, mask),
    mask,
  };
  const connection = await connect(sources, { region: given.region, projectId: given.projectId }, calls);
  const [first, ceiling] = kind.pollSeconds;
  const pollSeconds = calls.limits.pollSeconds ?? first;
  let held: { id: string; state: Inputs } | undefined;
  return {
    accepted: () => held,
    context: {
      ...connection,
      ...calls,
      sources,
      pollSeconds: [pollSeconds, Math.max(pollSeconds, calls.limits.pollSeconds === undefined ? ceiling : 0)],
      accepted: (id, state) => {
        rememberHeld(kind.name, id, urn);
        held = { id, state: { ...held?.state, ...state } };
      },
      withdrawn: () => {
        held = undefined;
      },
    },
  };
}

/** The error that Pulumi's host understands: with an id, it keeps what was made although it is not done. */
export function asPulumiError(error: unknown, inputs: Inputs, operation: Operation | undefined): Error {
  const message = maskedText(wordsOf(error), inputs);
  // Pulumi prints the stack of some errors: it says nothing that the message does not.
  const plain = Object.assign(new Error(message), { stack: "" });
  const held = operation?.accepted();
  if (operation === undefined || held === undefined) return plain;
  const kind = error instanceof UnfinishedError ? error.kind : "waiting";
  const properties = outputsOf(inputs, operation.context.place, {
    adopted: false,
    ...held.state,
    unfinished: { kind, reason: message },
  });
  // The engine shows the reasons, and nothing else.
  const wayOn =
    kind === "waiting"
      ? "It is kept in the state as unfinished: the next `pulumi up` takes it up again."
      : 'It is kept in the state as failed: change what is declared, or set ifFailed to "replace".';
  return Object.assign(plain, { id: held.id, properties, reasons: [`${message}. ${wayOn}`] });
}
