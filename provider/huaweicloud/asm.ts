// Grayscale releases of ASM (Application Service Mesh), as its API has them.
import * as z from "../zod.js";
import { CloudError } from "../errors.js";
import { path, understood } from "../http.js";
import { cloudId, type Context } from "../kind.js";
import { absent, writeThenLook } from "../look.js";
import { sharedRead, type Reuse } from "../share.js";
import { isMissing } from "./failures.js";

/** What is relied upon of a release ("Creating a Grayscale Release Task", response). */
export interface Release {
  readonly metadata: { readonly uid: string; readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly serviceName?: string | undefined;
    readonly clusterID?: string | undefined;
    readonly deploymentName?: string | undefined;
    readonly version?: string | undefined;
    readonly type?: string | undefined;
    readonly grayDeployments?:
      | readonly { clusterID?: string | undefined; template?: object | undefined }[]
      | null
      | undefined;
  };
  readonly status?:
    | { phase?: string | undefined; startTime?: string | undefined; updateTime?: string | undefined }
    | null
    | undefined;
}

const text = z.string().optional();
const grayDeployment = z.object({ clusterID: text, template: z.looseObject({}).optional() });

const release: z.ZodType<Release> = z.object({
  metadata: z.object({ uid: cloudId, name: z.string(), namespace: z.string() }),
  spec: z.object({
    serviceName: text,
    clusterID: text,
    deploymentName: text,
    version: text,
    type: text,
    grayDeployments: z.array(grayDeployment).nullish(),
  }),
  status: z.object({ phase: text, startTime: text, updateTime: text }).nullish(),
});

/** The body with which a release is created. */
export interface ReleaseBody {
  readonly kind: "Release";
  readonly apiVersion: "asm/v2";
  readonly metadata: {
    readonly name: string | undefined;
    readonly namespace: string;
    readonly meshID: string;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

const releaseList = z.object({ items: z.array(release).nullish() });

export interface Namespace {
  readonly meshId: string;
  readonly namespace: string;
}

export interface ReleaseKey extends Namespace {
  readonly uid: string;
}

function collection({ meshId, namespace }: Namespace): string {
  return path`/v2/meshes/${meshId}/namespaces/${namespace}/releases`;
}

function item(key: ReleaseKey): string {
  return `${collection(key)}${path`/${key.uid}`}`;
}

/** The list of the whole mesh, shared by all who look at that mesh. */
export async function listReleases(
  meshId: string,
  { place, call }: Context,
  reuse?: Reuse<Release[]>,
): Promise<Release[]> {
  const url = path`/v2/meshes/${meshId}/releases`;
  const read = async (): Promise<Release[]> =>
    understood(releaseList, await call({ service: "asm", method: "GET", path: url })).items ?? [];
  return sharedRead(JSON.stringify([place, url]), read, reuse);
}

/** The release itself; where ASM does not know it, the mesh is the second witness: its list, or its absence. */
export async function getRelease(key: ReleaseKey, context: Context): Promise<Release | undefined> {
  const call = { service: "asm", method: "GET", path: item(key) } as const;
  const reply = await absent(context.call(call), isMissing);
  if (reply !== undefined) return understood(release, reply);
  const listed = await absent(listReleases(key.meshId, context), isMissing);
  return listed?.find(({ metadata }) => metadata.uid === key.uid);
}

interface Named extends Namespace {
  readonly name?: string | undefined;
}

const created = new Set<string>();

function keyOf({ meshId, namespace, name = "" }: Named, { place }: Context): string {
  return JSON.stringify([place, meshId, namespace, name]);
}

/** Whether this process has asked for a release of that name: an earlier list says nothing of it. */
export function wasCreated(named: Named, context: Context): boolean {
  return created.has(keyOf(named, context));
}

export interface Made {
  readonly made: Release;
  readonly requestId: string | undefined;
}

/** Creates a release; when nobody can tell whether it was created, it is kept by `id`, and `look` finds it. */
export async function createRelease(
  id: string,
  where: Namespace,
  body: ReleaseBody,
  look: () => Promise<Release | undefined>,
  context: Context,
): Promise<Made> {
  return writeThenLook<Made>(context, {
    id,
    write: async () => {
      created.add(keyOf({ ...where, name: body.metadata.name }, context));
      const reply = await context.call({ service: "asm", method: "POST", path: collection(where), body });
      return { made: understood(release, reply), requestId: reply.requestId };
    },
    look: async () => {
      const made = await look();
      return made && { made, requestId: undefined };
    },
  });
}

const deletedUids = new Set<string>();

/** Whether this run has ended it: ASM may list it for a while, or for ever. */
export function wasDeleted({ metadata }: Release): boolean {
  return deletedUids.has(metadata.uid);
}

/**
 * Cancels or ends a release ("Deleting a Grayscale Release Task"); one that is gone is deleted. `look` finds it as
 * long as it is there, and proves that it is not: neither a lost reply nor one answer does.
 */
export async function deleteRelease(
  key: ReleaseKey,
  action: string,
  look: () => Promise<Release | undefined>,
  context: Context,
): Promise<void> {
  const call = { service: "asm", method: "DELETE", path: item(key), query: { action } } as const;
  try {
    await writeThenLook<unknown>(context, {
      write: () => context.call(call),
      look: async () => ((await look()) === undefined ? "deleted" : undefined),
    });
  } catch (error) {
    if (!(error instanceof CloudError) || !isMissing(error)) throw error;
    const left = await look();
    if (left !== undefined) {
      throw new Error(
        `${error.message}. ASM shows it all the same, in phase ${left.status?.phase ?? "unknown"}: try again, or name that phase in endedPhases if it means that the release has ended`,
        { cause: error },
      );
    }
  }
  deletedUids.add(key.uid);
}
