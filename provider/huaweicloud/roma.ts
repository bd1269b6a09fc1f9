// Backend APIs of ROMA Connect ("livedata APIs") and their deployments, as its API has them.
import * as z from "../zod.js";
import { path, understood } from "../http.js";
import type { Context } from "../kind.js";
import { absent } from "../look.js";
import { isMissing } from "./failures.js";

export interface ApiKey {
  readonly instanceId: string;
  readonly apiId: string;
}

/** What is relied upon of a backend API ("Querying Details About a Backend API"). */
export interface Api {
  readonly status: number;
  readonly roma_app_id?: string | null | undefined;
  readonly modified_time?: string | null | undefined;
}

/** ROMA's status of an API that is deployed; 1 and 3 are stages of development. */
export const deployedStatus = 4;

/** A deployment, as "Deploying a Backend API" answers it and the history lists it. */
export interface Deployment {
  readonly id?: string | undefined;
  readonly group_id?: string | null | undefined;
  readonly env_id?: string | null | undefined;
  /** The front API. */
  readonly api_id?: string | null | undefined;
  readonly deploy_time?: string | null | undefined;
}

const underWayAtMostMilliseconds = 300_000;

/**
 * Whether a deployment was begun a short while ago and the API has not changed since: it has neither come online nor
 * been taken offline again. An API that came online within the second in which its deployment began counts as done.
 */
export function isUnderWay(
  { status, modified_time: modified }: Api,
  latest: Deployment | undefined,
): boolean {
  const begun = Date.parse(latest?.deploy_time ?? "");
  const isFresh = Date.now() - begun < underWayAtMostMilliseconds;
  return status !== deployedStatus && isFresh && Date.parse(modified ?? "") < begun;
}

const api: z.ZodType<Api> = z.object({
  status: z.number(),
  roma_app_id: z.string().nullish(),
  modified_time: z.string().nullish(),
});

const deployment: z.ZodType<Deployment> = z.object({
  id: z.string().optional(),
  group_id: z.string().nullish(),
  env_id: z.string().nullish(),
  api_id: z.string().nullish(),
  deploy_time: z.string().nullish(),
});

const history = z.object({ histories: z.array(deployment).nullish() });

function item({ instanceId, apiId }: ApiKey, { place }: Context): string {
  return path`/v2/${place.projectId ?? ""}/apic/instances/${instanceId}/livedata-apis/${apiId}`;
}

/** Nothing only where ROMA says that this API does not exist; a wrong instance or URL is an error. */
export async function showApi(key: ApiKey, context: Context): Promise<Api | undefined> {
  const call = { service: "roma", method: "GET", path: item(key, context) } as const;
  const reply = await absent(context.call(call), isMissing);
  return reply && understood(api, reply);
}

/** The history, newest first. */
export async function listDeployments(key: ApiKey, context: Context): Promise<Deployment[]> {
  const call = { service: "roma", method: "GET", path: `${item(key, context)}/deploy` } as const;
  const records = understood(history, await context.call(call)).histories ?? [];
  return records.toSorted((left, right) => (right.deploy_time ?? "").localeCompare(left.deploy_time ?? ""));
}

/** The newest deployment of the history. */
export async function latestDeployment(key: ApiKey, context: Context): Promise<Deployment | undefined> {
  return (await listDeployments(key, context))[0];
}

/** What is known of a deployment that was accepted. */
export interface Accepted {
  readonly record: Deployment;
  readonly requestId: string | undefined;
}

/** Deploys ("Deploying a Backend API"). The record that it answers is welcome, but not needed. */
export async function deployApi(
  key: ApiKey,
  body: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<Accepted> {
  const call = { service: "roma", method: "POST", path: `${item(key, context)}/deploy`, body } as const;
  const reply = await context.call(call);
  return { record: deployment.safeParse(reply.body).data ?? {}, requestId: reply.requestId };
}

/** Undeploys ("Canceling Deployment of a Backend API"). */
export async function undeployApi(key: ApiKey, context: Context): Promise<void> {
  await context.call({ service: "roma", method: "POST", path: `${item(key, context)}/undeploy` });
}
