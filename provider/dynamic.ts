// The one translation between a kind and Pulumi's dynamic provider interface.
import { announceChange, announceCheck } from "./announce.js";
import { check, type Checked } from "./check.js";
import type { Sources } from "./config.js";
import { decideDeletion } from "./deletion.js";
import { changedInputs, diff, unfinishedOf, type Difference } from "./diff.js";
import { endWithEngine, engineAddress, factsOf, hookHost } from "./host.js";
import { argumentsOf, urnOf, type Inputs } from "./inputs.js";
import type { CommonGiven, Kind, Place } from "./kind.js";
import { flushLog, logFor, warnOnce } from "./log.js";
import { Neighbours } from "./neighbours.js";
import { asPulumiError, begin, type Connect, type Operation } from "./operation.js";
import { keptInputs, merged, outputsOf, refreshed, stateOf } from "./outputs.js";
import { placeOf } from "./place.js";
import { meetNeighbours, rememberHeld, rememberKept, rememberPlace } from "./run.js";
import { maskedText } from "./secrets.js";

/** What Pulumi's dynamic host calls. */
export interface DynamicProvider {
  configure(request: { config: { get(key: string): unknown } }): Promise<void>;
  check(olds: Inputs, news: Inputs): Promise<Omit<Checked, "warnings">>;
  diff(id: string, olds: Inputs, news: Inputs): Promise<Difference>;
  create(inputs: Inputs): Promise<{ id: string; outs: Inputs }>;
  read(id: string, props: Inputs): Promise<{ id: string; props?: Inputs; inputs?: Inputs }>;
  update(id: string, olds: Inputs, news: Inputs): Promise<{ outs: Inputs }>;
  delete(id: string, props: Inputs): Promise<void>;
}

type Start = (at: Inputs) => Promise<Operation>;
type Run<T> = (inputs: Inputs, start: Start) => Promise<T>;

let isBridged = false;

/** Once in a process, and in the host only: this module may be loaded elsewhere. */
function bridge(): void {
  if (isBridged) return;
  isBridged = true;
  const address = engineAddress();
  if (address !== undefined) meetNeighbours(new Neighbours(address));
  if (process.env["PULUMI_GRAYSCALE_BRIDGE"] === "off") return;
  hookHost();
  endWithEngine();
}

/** Imported, and nothing known of it yet but its id. */
function isUnread(props: Inputs): boolean {
  return Object.keys(argumentsOf(props)).length === 0;
}

/** Whatever is declared would differ from nothing at all, and replace what runs. */
function refuseUnread(kind: string, id: string, props: Inputs): void {
  if (isUnread(props))
    throw new Error(`${kind} ${id} was imported and not read yet: run \`pulumi refresh\` first`);
}

export function dynamicProvider<Given extends CommonGiven, State extends object>(
  kind: Kind<Given, State>,
  connect: Connect,
): DynamicProvider {
  let sources: Sources = { config: () => undefined, environment: process.env };

  /** Every way out: no error but a real one with whole words, and nothing said that is not heard. */
  const guard = async <T>(given: Inputs, run: Run<T>): Promise<T> => {
    const { urn, timeoutSeconds } = factsOf(given) ?? {};
    // The URN of a renamed resource is stored with its next change only; the engine knows it.
    const inputs = urn === undefined || urn === "" ? given : { ...given, __urn: urn };
    let operation: Operation | undefined;
    const start: Start = async (at) => (operation = await begin(kind, connect, sources, at, timeoutSeconds));
    try {
      return await run(inputs, start);
    } catch (error) {
      throw asPulumiError(error, inputs, operation);
    } finally {
      await flushLog();
    }
  };

  return {
    // Pulumi does not wait for this, nor remember that it failed: keep the configuration, read it when needed.
    configure: async ({ config }) => {
      sources = { config: (key) => config.get(key), environment: process.env };
      bridge();
    },

    check: (olds, news) =>
      guard(news, async () => {
        const { warnings, ...checked } = check(kind, olds, news, sources);
        for (const warning of warnings) warnOnce(logFor(urnOf(news), String), warning);
        if (checked.failures.length === 0) announceCheck(kind, olds, checked.inputs);
        return checked;
      }),

    diff: (id, olds, news) =>
      guard(news, async (inputs) => {
        refuseUnread(kind.name, id, olds);
        rememberKept(kind.name, id, urnOf(inputs));
        rememberPlace(urnOf(inputs), olds["region"], olds["projectId"]);
        const difference = diff(kind, olds, inputs);
        announceChange(kind, olds, inputs, difference);
        return difference;
      }),

    create: (given) =>
      guard(given, async (inputs, start) => {
        const { context } = await start(inputs);
        const wanted = { ...kind.defaults, ...argumentsOf(inputs), ...context.place } as Given;
        const { id, state, adopted } = await kind.create(wanted, context);
        rememberHeld(kind.name, id, urnOf(inputs));
        if (adopted) {
          context.log.warning(
            `${id} was there already, as declared: adopted. ${inputs["onDelete"] === undefined ? "A destroy leaves it, unless onDelete is set" : `A destroy does what onDelete says`}`,
          );
        }
        return { id, outs: outputsOf(inputs, context.place, { ...state, adopted }) };
      }),

    read: (id, given) =>
      guard(given, async (props, start) => {
        const isBare = isUnread(props);
        const { region } = kind.parseId(id);
        const known = { ...props, region: props["region"] ?? region };
        // Nobody has checked it: where it lives is said by its id, the configuration and the environment.
        const { place } = isBare ? placeOf(kind.cloud, {}, known, undefined, sources) : { place: {} };
        const { context } = await start({ ...known, ...place });
        const wholeId = region === undefined ? `${context.place.region}/${id}` : id;
        const seen = await kind.read(wholeId, { ...argumentsOf(props) } as Partial<Given & State>, context);
        // Without a URN of its own it is imported, and stays so until a program declares it.
        const stored = { ...props, __urn: given["__urn"] };
        if (seen !== undefined)
          return { id: wholeId, ...refreshed(kind, stored, seen, isBare, context.place) };
        if (isBare) throw new Error(`no ${kind.name} was found with the id ${wholeId}`);
        context.log.warning(
          `${wholeId} is gone from the cloud: it leaves the state, and the next \`pulumi up\` makes it again`,
        );
        return { id: "" };
      }),

    update: (id, olds, given) =>
      guard(given, async (news, start) => {
        const place = { region: olds["region"], projectId: olds["projectId"] } as Place;
        const stateBefore = stateOf(kind, olds);
        const mustAct =
          unfinishedOf(olds) !== undefined ||
          changedInputs(kind, olds, news).some(
            (key) => (kind.actOn as readonly string[]).includes(key) && olds[key] !== undefined,
          );
        if (!mustAct) return { outs: outputsOf(news, place, stateBefore) };
        const { context } = await start({ ...news, ...place });
        context.accepted(id, stateBefore);
        const wanted = {
          ...kind.defaults,
          ...keptInputs(kind, olds),
          ...argumentsOf(news),
          ...context.place,
        } as Given;
        const state = await kind.resume(id, wanted, stateBefore as Partial<State>, context);
        return { outs: outputsOf(news, context.place, merged(stateBefore, state)) };
      }),

    delete: (id, given) =>
      guard(given, async (props, start) => {
        refuseUnread(kind.name, id, props);
        const decision = decideDeletion(kind, id, urnOf(props), props);
        if (decision.step === "leave") {
          const { warning } = decision;
          if (warning !== undefined) logFor(urnOf(props), (text) => maskedText(text, props)).warning(warning);
          return;
        }
        const { context } = await start(props);
        await kind.delete(
          id,
          { ...kind.defaults, ...argumentsOf(props), onDelete: decision.way } as Given & State,
          context,
        );
      }),
  };
}
