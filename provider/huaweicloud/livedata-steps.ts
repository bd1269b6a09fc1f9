// The steps that bring a backend API online and take it offline, each until ROMA shows that it is done.
import { CloudError, UnfinishedError } from "../errors.js";
import type { Context } from "../kind.js";
import { lookTwice, writeThenLook } from "../look.js";
import { waitFor } from "../wait.js";
import type { Given } from "./livedata-deployment.js";
import {
  deployApi,
  deployedStatus,
  latestDeployment,
  listDeployments,
  showApi,
  undeployApi,
  type Accepted,
  type Api,
  type ApiKey,
  type Deployment,
} from "./roma.js";

export async function waitForStatus(
  key: ApiKey,
  isDeployed: boolean,
  context: Context,
): Promise<Api | undefined> {
  return waitFor(
    {
      what: `API ${key.apiId} to be ${isDeployed ? "deployed" : "undeployed"}`,
      read: () => lookTwice(() => showApi(key, context), context),
      phase: (seen) => (seen === undefined ? "gone" : `status ${seen.status}`),
      done: (seen) => (seen?.status === deployedStatus) === isDeployed,
      check: (seen) => {
        if (seen === undefined) throw new Error(`the API ${key.apiId} does not exist any more`);
      },
      everySeconds: context.pollSeconds,
    },
    context,
  );
}

/** A deployment that is on its way cannot be stopped, so it is awaited before it is undone. */
export async function comesOnline(key: ApiKey, context: Context): Promise<boolean> {
  try {
    if ((await lookTwice(() => showApi(key, context), context)) === undefined) return false;
    await waitForStatus(key, true, context);
    return true;
  } catch (error) {
    if (!(error instanceof UnfinishedError) || context.signal.aborted) throw error;
    context.log.warning(
      `API ${key.apiId} did not come online in the time of this destroy: there is nothing to take offline. Should its deployment still end well, undeploy it in ROMA Connect`,
    );
    return false;
  }
}

/** Longer than a deployment takes; one that did not come online by then is begun again. */
const underWaySeconds = 60;

/** A run that was killed may have begun a deployment, and nobody has stored it. */
export async function awaitUnderWay(key: ApiKey, context: Context): Promise<Api | undefined> {
  const deadline = Math.min(context.deadline, Date.now() + underWaySeconds * 1000);
  try {
    return await waitForStatus(key, true, { ...context, deadline });
  } catch (error) {
    if (!(error instanceof UnfinishedError) || context.signal.aborted) throw error;
    return undefined;
  }
}

/** The record of a deployment that is newer than `before`. */
async function newerThan(
  before: Deployment | undefined,
  key: ApiKey,
  context: Context,
): Promise<Deployment | undefined> {
  const latest = await latestDeployment(key, context);
  return latest?.id === before?.id ? undefined : latest;
}

/** Until a deployment that nobody can see is begun again: two of them are worse than some seconds. */
const looksForDeployment = 5;

/**
 * Begins a deployment of an API that is not online; `before` is the latest one until then. A lost reply is told from
 * none by a newer one, or by the API itself: the history may be late, and then the id is not known yet.
 */
export async function deploy(
  id: string,
  key: ApiKey,
  body: Readonly<Record<string, unknown>>,
  before: Deployment | undefined,
  context: Context,
): Promise<Accepted> {
  return writeThenLook(context, {
    id,
    looks: looksForDeployment,
    write: async () => {
      const { record, requestId } = await deployApi(key, body, context);
      context.accepted(id, { deploymentId: record.id, requestId });
      const known = record.id === undefined ? await newerThan(before, key, context) : record;
      return { record: known ?? {}, requestId };
    },
    look: async () => {
      const begun = await newerThan(before, key, context);
      const isOnline = async (): Promise<boolean> => (await showApi(key, context))?.status === deployedStatus;
      if (begun === undefined && !(await isOnline())) return undefined;
      return { record: begun ?? {}, requestId: undefined };
    },
  });
}

/** The record of the deployment that was just made: as it was answered, else from the history; else what is known. */
export async function recordOf(
  { record }: Accepted,
  key: ApiKey & Pick<Given, "frontApi">,
  before: Deployment | undefined,
  context: Context,
): Promise<Deployment> {
  const { id, deploy_time: time, api_id: frontApiId } = record;
  const isWhole = id && time && (key.frontApi === undefined || frontApiId);
  if (isWhole) return record;
  const look = async (): Promise<Deployment | undefined> => {
    if (id === undefined) return newerThan(before, key, context);
    return (await listDeployments(key, context)).find((listed) => listed.id === id);
  };
  return (await lookTwice(look, context)) ?? record;
}

/** Takes it offline, if it is online. */
export async function undeploy(key: ApiKey, context: Context): Promise<void> {
  const found = await lookTwice(() => showApi(key, context), context);
  if (found?.status === deployedStatus) await takeOffline(key, context);
}

/** Takes an API offline that was just seen online. */
export async function takeOffline(key: ApiKey, context: Context): Promise<void> {
  const isDown = async (): Promise<true | undefined> => {
    const seen = await showApi(key, context);
    return seen !== undefined && seen.status !== deployedStatus ? true : undefined;
  };
  try {
    await writeThenLook<unknown>(context, { write: () => undeployApi(key, context), look: isDown });
  } catch (error) {
    // Somebody else may have been faster; what ROMA answers then is not documented.
    if (!(error instanceof CloudError)) throw error;
    const left = await lookTwice(() => showApi(key, context), context);
    if (left?.status === deployedStatus) throw error;
  }
  await waitForStatus(key, false, context);
}
