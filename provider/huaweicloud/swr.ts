// Automatic image synchronizations of SWR (Software Repository for Container), as its API has them.
import * as z from "../zod.js";
import { path, understood } from "../http.js";
import type { Context } from "../kind.js";
import { absent } from "../look.js";
import { sharedRead, sharedWrite, type Reuse } from "../share.js";
import { isMissing } from "./failures.js";

/** One entry of "Querying the List of Automatic Image Synchronization Tasks". */
export interface Task {
  readonly id?: number | undefined;
  readonly remoteRegionId: string;
  readonly remoteNamespace: string;
  readonly override?: boolean | undefined;
  readonly createdAt?: string | undefined;
  readonly updatedAt?: string | undefined;
}

const task: z.ZodType<Task> = z.object({
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

/** What tells a task from all others of a region. */
export interface TaskKey {
  readonly namespace: string;
  readonly repository: string;
  readonly targetRegion: string;
  readonly targetNamespace: string;
}

/** In the path a slash of the repository is written as a dollar sign. */
function collection({ namespace, repository }: TaskKey): string {
  return path`/v2/manage/namespaces/${namespace}/repos/${repository.replaceAll("/", "$")}/sync_repo`;
}

function target({
  targetRegion,
  targetNamespace,
}: TaskKey): Pick<Task, "remoteRegionId" | "remoteNamespace"> {
  return { remoteRegionId: targetRegion, remoteNamespace: targetNamespace };
}

function keyOfList(key: TaskKey, { place }: Context): string {
  return JSON.stringify([place, collection(key)]);
}

/** One list shows every task of a repository, and is shared by all who look at that repository. */
async function listTasks(key: TaskKey, context: Context, reuse?: Reuse<Task[]>): Promise<Task[]> {
  const { call } = context;
  const read = async (): Promise<Task[]> => {
    const reply = await absent(call({ service: "swr", method: "GET", path: collection(key) }), isMissing);
    return reply === undefined ? [] : understood(taskList, reply);
  };
  return sharedRead(keyOfList(key, context), read, reuse);
}

function findIn(tasks: readonly Task[], { targetRegion, targetNamespace }: TaskKey): Task | undefined {
  return tasks.find(
    ({ remoteRegionId, remoteNamespace }) =>
      remoteRegionId === targetRegion && remoteNamespace === targetNamespace,
  );
}

export async function findTask(
  key: TaskKey,
  context: Context,
  reuse?: Reuse<Task[]>,
): Promise<Task | undefined> {
  return findIn(await listTasks(key, context, reuse), key);
}

/** What this process has made or removed: an earlier list says nothing of that. */
const written = new Set<string>();

function keyOf(key: TaskKey, { place }: Context): string {
  return JSON.stringify([place, collection(key), target(key)]);
}

/** Before it is made: that there is nothing, a list of a moment ago tells as well as a new one. */
export async function findTaskBefore(key: TaskKey, context: Context): Promise<Task | undefined> {
  const where = (tasks: Task[]): boolean => findIn(tasks, key) === undefined;
  return findTask(key, context, written.has(keyOf(key, context)) ? undefined : { seconds: 2, where });
}

/** `syncAuto` is always true: the list does not show tasks without it. */
export async function createTask(
  key: TaskKey,
  override: boolean,
  context: Context,
): Promise<{ requestId?: string | undefined }> {
  written.add(keyOf(key, context));
  const body = { ...target(key), syncAuto: true, override };
  return sharedWrite(keyOfList(key, context), () =>
    context.call({ service: "swr", method: "POST", path: collection(key), body }),
  );
}

export async function deleteTask(key: TaskKey, context: Context): Promise<unknown> {
  written.add(keyOf(key, context));
  return context.call({ service: "swr", method: "DELETE", path: collection(key), body: target(key) });
}
