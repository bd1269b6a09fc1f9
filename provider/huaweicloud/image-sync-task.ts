import type { Unwrap } from "@pulumi/pulumi";
import { z } from "zod";
import type { ImageSyncTaskArgs } from "../../sdk/huaweicloud/image-sync-task.js";
import { differences } from "../compare.js";
import { CloudError } from "../errors.js";
import { path, understood } from "../http.js";
import { huaweicloudInputs, evenIfOthersFail, type Context, type Kind, type Seen } from "../kind.js";
import { absent, lookTwice, writeThenLook } from "../look.js";
import { adopting } from "../adopt.js";
import { sharedRead, type Reuse } from "../share.js";
import { waitFor } from "../wait.js";
import { isMissing } from "./failures.js";

export type Given = Unwrap<ImageSyncTaskArgs>;

export interface State {
  readonly taskId?: number | undefined;
  readonly createdAt?: string | undefined;
  readonly updatedAt?: string | undefined;
  readonly requestId?: string | undefined;
}

const namespace = z
  .string()
  .max(64, "must have at most 64 characters")
  .regex(
    /^[a-z](?:[a-z0-9]|(?:[.-]|__?)(?=[a-z0-9]))*$/,
    "must be lower-case letters and digits, beginning with a letter, with single periods or hyphens or up to two underscores between them",
  );

const repository = z
  .string()
  .max(128, "must have at most 128 characters")
  .regex(
    /^[a-z0-9](?:[a-z0-9]|(?:[./-]|__?)(?=[a-z0-9]))*$/,
    "must be lower-case letters and digits, with single periods, slashes or hyphens or up to two underscores between them",
  );

const inputs: z.ZodType<Given> = z
  .strictObject({
    namespace,
    repository,
    targetRegion: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, "must be the id of a region, such as cn-east-3"),
    targetNamespace: namespace,
    override: z.boolean().optional(),
    ...huaweicloudInputs(["delete", "retain"]),
  })
  .refine(({ region, targetRegion }) => region === undefined || region !== targetRegion, {
    path: ["targetRegion"],
    when: evenIfOthersFail,
    message: "must be another region than the repository's",
  });

/** "Querying the List of Automatic Image Synchronization Tasks": one entry. */
const task = z.object({
  id: z.number().optional(),
  remoteRegionId: z.string(),
  remoteNamespace: z.string(),
  override: z.boolean().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
});

const taskList = z
  .array(task)
  .nullish()
  .transform((tasks) => tasks ?? []);

type Task = z.infer<typeof task>;

/** In the path a slash of the repository is written as a dollar sign. */
function collection(given: Given): string {
  return path`/v2/manage/namespaces/${given.namespace}/repos/${given.repository.replaceAll("/", "$")}/sync_repo`;
}

function toWire(given: Given): Record<"remoteRegionId" | "remoteNamespace", string> {
  return { remoteRegionId: given.targetRegion, remoteNamespace: given.targetNamespace };
}

function toState({ id, createdAt, updatedAt }: Task): State {
  return { taskId: id, createdAt, updatedAt };
}

function toId(region: string, given: Given): string {
  return [region, given.namespace, given.repository, given.targetRegion, given.targetNamespace].join("/");
}

/** The repository may hold slashes, so an id is read from both its ends; only four parts have no region. */
function fromId(
  id: string,
): { region: string | undefined } & Pick<
  Given,
  "namespace" | "repository" | "targetRegion" | "targetNamespace"
> {
  const parts = id.split("/");
  const region = parts.length > 4 ? parts.shift() : undefined;
  const [organization, ...rest] = parts;
  const targetNamespace = rest.pop();
  const targetRegion = rest.pop();
  if (
    organization === undefined ||
    targetNamespace === undefined ||
    targetRegion === undefined ||
    rest.length === 0
  ) {
    throw new Error(
      `the id of an ImageSyncTask is region/namespace/repository/targetRegion/targetNamespace, found ${id}`,
    );
  }
  return { region, namespace: organization, repository: rest.join("/"), targetRegion, targetNamespace };
}

/** One list shows every task of a repository, and is shared by all who look at that repository. */
async function find(given: Given, context: Context, reuse?: Reuse<Task[]>): Promise<Task | undefined> {
  const { place, call } = context;
  const read = async (): Promise<Task[]> => {
    const reply = await absent(call({ service: "swr", method: "GET", path: collection(given) }), isMissing);
    return reply === undefined ? [] : understood(taskList, reply);
  };
  const tasks = await sharedRead(JSON.stringify([place, collection(given)]), read, reuse);
  return tasks.find((found) => isIt(found, given));
}

function isIt({ remoteRegionId, remoteNamespace }: Task, { targetRegion, targetNamespace }: Given): boolean {
  return remoteRegionId === targetRegion && remoteNamespace === targetNamespace;
}

/** What this process has made or removed: an earlier list says nothing of that. */
const written = new Set<string>();
const ofCreate = { seconds: 2 };
/** The tasks of a repository are refreshed at the same time. */
const ofRefresh = { seconds: 5 };

/** What is there before it is made: that there is nothing, a list of a moment ago shows as well as a new one. */
async function findBefore(given: Given, context: Context): Promise<Task | undefined> {
  const isFirst = !written.has(toId(context.place.region, given));
  const shows = (tasks: Task[]): boolean => !tasks.some((found) => isIt(found, given));
  return find(given, context, isFirst ? { ...ofCreate, where: shows } : undefined);
}

function nameOf(given: Given): string {
  return `an image synchronization of ${given.namespace}/${given.repository} to ${given.targetRegion}/${given.targetNamespace}`;
}

function differing({ override = false }: Given, found: Task): string[] {
  return differences({ override }, found);
}

function isAdopted(given: Given, found: Task): boolean {
  return adopting(given, nameOf(given), differing(given, found)) === "adopt";
}

async function make(given: Given, context: Context): Promise<{ state: State; adopted: boolean }> {
  const before = await findBefore(given, context);
  if (before !== undefined) {
    if (isAdopted(given, before)) return { state: toState(before), adopted: true };
    await remove(given, context);
  }
  let posted = await postOrFind(given, context);
  if ("there" in posted) {
    if (differing(given, posted.there).length > 0) context.withdrawn();
    if (isAdopted(given, posted.there)) return { state: toState(posted.there), adopted: true };
    await remove(given, context);
    posted = await post(given, context);
  }
  const { requestId } = posted;
  context.accepted(toId(context.place.region, given), { requestId });
  const found = await waitFor(
    {
      what: `${nameOf(given)} to be listed`,
      read: () => find(given, context),
      phase: (seen) => (seen === undefined ? "not listed" : "listed"),
      done: (seen) => seen !== undefined,
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return { state: found === undefined ? { requestId } : { ...toState(found), requestId }, adopted: false };
}

interface Posted {
  readonly requestId?: string | undefined;
}

async function post(given: Given, context: Context): Promise<Posted> {
  written.add(toId(context.place.region, given));
  // `syncAuto` is always true: the list does not show tasks without it.
  const body = { ...toWire(given), syncAuto: true, override: given.override ?? false };
  return writeThenLook<Posted>(context, {
    id: toId(context.place.region, given),
    write: () => context.call({ service: "swr", method: "POST", path: collection(given), body }),
    look: async () => {
      const found = await find(given, context);
      return found !== undefined && differing(given, found).length === 0 ? {} : undefined;
    },
  });
}

/** Makes it, or finds that it was there although a list did not show it. */
async function postOrFind(given: Given, context: Context): Promise<Posted | { readonly there: Task }> {
  try {
    return await post(given, context);
  } catch (error) {
    // SWR refuses to make it twice; its page gives no code for that.
    if (!(error instanceof CloudError) || error.status !== 400) throw error;
    const there = await find(given, context);
    if (there === undefined) throw error;
    return { there };
  }
}

async function remove(given: Given, context: Context): Promise<void> {
  written.add(toId(context.place.region, given));
  const call = { service: "swr", method: "DELETE", path: collection(given), body: toWire(given) } as const;
  const isGone = async (): Promise<true | undefined> =>
    (await lookTwice(() => find(given, context), context)) === undefined ? true : undefined;
  try {
    await writeThenLook<unknown>(context, { write: () => context.call(call), look: isGone });
  } catch (error) {
    if (!(error instanceof CloudError) || !saysGone(error) || (await isGone()) !== true) throw error;
  }
}

/** Documented as 404; in practice SWR answers 400 with a code of its own. */
function saysGone(error: CloudError): boolean {
  return isMissing(error) || (error.status === 400 && error.code === "SVCSTG.SWR.4001158");
}

export const imageSyncTask: Kind<Given, State> = {
  name: "huaweicloud:ImageSyncTask",
  cloud: "huaweicloud",
  inputs,
  defaults: { override: false, onDelete: "delete" },
  idInputs: ["region", "namespace", "repository", "targetRegion", "targetNamespace"],
  replaceOn: ["namespace", "repository", "targetRegion", "targetNamespace", "override"],
  actOn: [],
  computed: [],
  timeoutSeconds: 120,
  pollSeconds: [1, 5],
  movesTraffic: false,

  rollout(given) {
    const region = given.region === undefined ? "" : ` in ${given.region}`;
    const overwriting = given.override === true ? ", overwriting images there" : "";
    return {
      whileDeclared: `every image pushed to ${given.namespace}/${given.repository}${region} is copied to ${given.targetNamespace} in ${given.targetRegion}${overwriting}`,
      destroy:
        given.onDelete === "retain" ? "lets the copying go on" : "stops the copying; copied images stay",
    };
  },

  naturalKey: (given) =>
    [given.namespace, given.repository, given.targetRegion, given.targetNamespace].join(" "),

  parseId: fromId,

  async create(given, context) {
    return { id: toId(context.place.region, given), ...(await make(given, context)) };
  },

  async read(id, stored, context): Promise<Seen<Given, State> | undefined> {
    const { region: _region, ...where } = fromId(id);
    const given: Given = { ...where };
    const found = await lookTwice((fresh) => find(given, context, fresh ? undefined : ofRefresh), context);
    // A list that is late says nothing about a task that SWR has accepted: the next up looks again.
    const isUnfinished = (stored as { unfinished?: unknown }).unfinished !== undefined;
    if (found === undefined) return isUnfinished ? { declared: {}, state: {} } : undefined;
    return { declared: { ...where, override: found.override ?? false }, state: toState(found) };
  },

  /** What is found now is our own: it is not refused for being there. */
  async resume(_id, given, _state, context) {
    const adopt = given.adopt === "never" ? "identical" : given.adopt;
    return (await make({ ...given, adopt }, context)).state;
  },

  delete: (_id, stored, context) => remove(stored, context),
};
