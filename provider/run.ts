// The memory of a run. Pulumi calls `check` for a replacement, and `delete`, without context, but in the process
// that handled the rest of the same run: what was declared, created and seen there is remembered here.

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

interface Entry {
  urn: string;
  /** `held`: created or adopted by this run. `kept`: declared, and staying. `replaced`: about to be replaced. */
  as: "held" | "kept" | "replaced";
}

const declaredByUrn = new Map<string, Declared>();
const things = new Map<string, Entry>();

export function rememberDeclared(urn: string, declared: Declared, replacement: boolean): void {
  declaredByUrn.set(urn, declared);
  if (!replacement) return;
  for (const entry of things.values()) {
    if (entry.urn === urn && entry.as === "kept") entry.as = "replaced";
  }
}

export function recallDeclared(urn: string): Declared | undefined {
  return declaredByUrn.get(urn);
}

/** A replacement is made where its predecessor lives, unless the program says otherwise. */
export function rememberPlace(urn: string, region: unknown, projectId: unknown): void {
  const declared = declaredByUrn.get(urn);
  if (declared === undefined || typeof projectId !== "string" || declared.region !== region) return;
  declaredByUrn.set(urn, { ...declared, projectId: declared.projectId ?? projectId });
}

/** A diff of a thing says that it is declared – unless nobody checked it, as in a refresh. */
export function rememberKept(kind: string, id: string, urn: string): void {
  const key = keyOf(kind, id);
  if (declaredByUrn.has(urn) && things.get(key)?.as !== "held") things.set(key, { urn, as: "kept" });
}

export function rememberHeld(kind: string, id: string, urn: string): void {
  things.set(keyOf(kind, id), { urn, as: "held" });
}

export type Deletion =
  /** The thing is still declared, by the resource of that URN. */
  | { readonly step: "keep"; readonly urn: string }
  /** A new one of the same resource follows. */
  | { readonly step: "replace"; readonly declared: Declared | undefined }
  | { readonly step: "delete" };

export function deletionOf(kind: string, id: string, urn: string): Deletion {
  const entry = things.get(keyOf(kind, id));
  if (entry === undefined) {
    const declared = declaredByUrn.get(urn);
    return declared === undefined ? { step: "delete" } : { step: "replace", declared };
  }
  if (entry.as === "replaced") return { step: "replace", declared: declaredByUrn.get(entry.urn) };
  return { step: "keep", urn: entry.urn };
}

/** Forgets everything, as a new process would. */
export function forgetRun(): void {
  declaredByUrn.clear();
  things.clear();
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
