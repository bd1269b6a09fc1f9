// The memory of a run. Pulumi calls `check` for a replacement, and `delete`, without context, but in the processes
// that handle the rest of the same run: what was declared, created and seen there is remembered here.
import { sha256 } from "./canonical.js";
import type { Neighbours } from "./neighbours.js";

/** What the program declared last under one URN. */
export interface Declared {
  readonly region: string | undefined;
  readonly projectId: string | undefined;
  readonly name: string | undefined;
  readonly onDelete: string | undefined;
  readonly naturalKey: string | undefined;
  /** The names of the arguments that hold secrets. */
  readonly secrets: readonly string[];
}

/** What a `delete` asks of it, as hashes where it may be a secret. */
export type Successor = Pick<Declared, "region" | "projectId" | "onDelete" | "naturalKey">;

interface Entry {
  readonly urn: string;
  /** `held`: created or adopted by this run. `kept`: declared, and staying. `replaced`: about to be replaced. */
  readonly as: "held" | "kept" | "replaced";
}

const declaredByUrn = new Map<string, Declared>();
const things = new Map<string, Entry>();
let neighbours: Neighbours | undefined;

/** From now on other processes of the run are told, and asked. */
export function meetNeighbours(met: Neighbours): void {
  neighbours = met;
}

export function rememberDeclared(urn: string, declared: Declared, replacement: boolean): void {
  setDeclared(urn, declared);
  if (!replacement) return;
  for (const [key, entry] of things) {
    if (entry.urn === urn && entry.as === "kept") setThing(key, { urn, as: "replaced" });
  }
}

export function recallDeclared(urn: string): Declared | undefined {
  return declaredByUrn.get(urn);
}

/** A replacement is made where its predecessor lives, unless the program says otherwise. */
export function rememberPlace(urn: string, region: unknown, projectId: unknown): void {
  const declared = declaredByUrn.get(urn);
  if (declared === undefined || typeof projectId !== "string" || declared.region !== region) return;
  if (declared.projectId === undefined) setDeclared(urn, { ...declared, projectId });
}

/** A diff of a thing says that it is declared – unless nobody checked it, as in a refresh. */
export function rememberKept(kind: string, id: string, urn: string): void {
  const key = keyOf(kind, id);
  if (declaredByUrn.has(urn) && things.get(key)?.as !== "held") setThing(key, { urn, as: "kept" });
}

export function rememberHeld(kind: string, id: string, urn: string): void {
  setThing(keyOf(kind, id), { urn, as: "held" });
}

export type Deletion =
  /** The thing is still declared, by the resource of that URN. */
  | { readonly step: "keep"; readonly urn: string }
  /** A new one of the same resource follows. */
  | { readonly step: "replace"; readonly successor: Successor | undefined }
  | { readonly step: "delete" };

export function deletionOf(kind: string, id: string, urn: string): Deletion {
  const key = keyOf(kind, id);
  const own = things.get(key);
  const entries = [...(own === undefined ? [] : [own]), ...(neighbours?.ask<Entry>(topics.thing(key)) ?? [])];
  const standing = entries.find(({ as }) => as !== "replaced");
  if (standing !== undefined) return { step: "keep", urn: standing.urn };
  const [replaced] = entries;
  const successor = successorOf(replaced?.urn ?? urn);
  return replaced === undefined && successor === undefined
    ? { step: "delete" }
    : { step: "replace", successor };
}

/** Forgets everything, as a new process would. */
export function forgetRun(): void {
  declaredByUrn.clear();
  things.clear();
  neighbours = undefined;
}

const topics = {
  declared: (urn: string) => `declared ${urn}`,
  thing: (key: string) => `thing ${key}`,
};

function setDeclared(urn: string, declared: Declared): void {
  declaredByUrn.set(urn, declared);
  neighbours?.tell(topics.declared(urn), asSuccessor(declared));
}

function setThing(key: string, entry: Entry): void {
  things.set(key, entry);
  neighbours?.tell(topics.thing(key), entry);
}

/** What is declared now under a URN, by whatever process of the run it was checked. */
export function successorOf(urn: string): Successor | undefined {
  const declared = declaredByUrn.get(urn);
  if (declared !== undefined) return asSuccessor(declared);
  return neighbours?.ask<Successor>(topics.declared(urn))[0];
}

export function asSuccessor({ region, projectId, onDelete, naturalKey }: Declared): Successor {
  const hash = (value: string | undefined): string | undefined => value && sha256(value);
  return { region: hash(region), projectId: hash(projectId), onDelete, naturalKey: hash(naturalKey) };
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
