// The steps that make an image synchronization and remove it, each until SWR shows that it is done.
import { adopting } from "../adopt.js";
import { differences } from "../compare.js";
import { CloudError } from "../errors.js";
import type { Context } from "../kind.js";
import { lookTwice, writeThenLook } from "../look.js";
import { waitFor } from "../wait.js";
import { isMissing } from "./failures.js";
import type { Given } from "./image-sync-task.js";
import { createTask, deleteTask, findTask, findTaskBefore, type Task, type TaskKey } from "./swr.js";

function nameOf({ namespace, repository, targetRegion, targetNamespace }: TaskKey): string {
  return `an image synchronization of ${namespace}/${repository} to ${targetRegion}/${targetNamespace}`;
}

function differing({ override = false }: Given, found: Task): string[] {
  return differences({ override }, { override: found.override });
}

function isAdopted(given: Given, found: Task): boolean {
  return adopting(given, nameOf(given), differing(given, found)) === "adopt";
}

/** Of what was there before, `requestId` is unknown. */
export interface Made {
  readonly task: Task | undefined;
  readonly requestId?: string | undefined;
  readonly adopted: boolean;
}

export async function make(id: string, given: Given, context: Context): Promise<Made> {
  const before = await findTaskBefore(given, context);
  if (before !== undefined) {
    if (isAdopted(given, before)) return { task: before, adopted: true };
    await remove(given, context);
  }
  let posted = await postOrFind(id, given, context);
  if ("there" in posted) {
    if (differing(given, posted.there).length > 0) context.withdrawn();
    if (isAdopted(given, posted.there)) return { task: posted.there, adopted: true };
    await remove(given, context);
    posted = await post(id, given, context);
  }
  const { requestId } = posted;
  context.accepted(id, { requestId });
  const task = await waitFor(
    {
      what: `${nameOf(given)} to be listed`,
      read: () => findTask(given, context),
      phase: (seen) => (seen === undefined ? "not listed" : "listed"),
      done: (seen) => seen !== undefined,
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return { task, requestId, adopted: false };
}

interface Posted {
  readonly requestId?: string | undefined;
}

async function post(id: string, given: Given, context: Context): Promise<Posted> {
  return writeThenLook<Posted>(context, {
    id,
    write: () => createTask(given, given.override ?? false, context),
    look: async () => {
      const found = await findTask(given, context);
      return found !== undefined && differing(given, found).length === 0 ? {} : undefined;
    },
  });
}

/** Makes it, or finds that it was there although a list did not show it. */
async function postOrFind(
  id: string,
  given: Given,
  context: Context,
): Promise<Posted | { readonly there: Task }> {
  try {
    return await post(id, given, context);
  } catch (error) {
    // SWR refuses to make it twice; its page gives no code for that.
    if (!(error instanceof CloudError) || error.status !== 400) throw error;
    const there = await findTask(given, context);
    if (there === undefined) throw error;
    return { there };
  }
}

export async function remove(key: TaskKey, context: Context): Promise<void> {
  const isGone = async (): Promise<true | undefined> =>
    (await lookTwice(() => findTask(key, context), context)) === undefined ? true : undefined;
  try {
    await writeThenLook<unknown>(context, { write: () => deleteTask(key, context), look: isGone });
  } catch (error) {
    if (!(error instanceof CloudError) || !saysGone(error) || (await isGone()) !== true) throw error;
  }
}

/** Documented as 404; in practice SWR answers 400 with a code of its own. */
function saysGone(error: CloudError): boolean {
  return isMissing(error) || (error.status === 400 && error.code === "SVCSTG.SWR.4001158");
}
