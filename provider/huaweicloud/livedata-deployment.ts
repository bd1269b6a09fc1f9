import type { Unwrap } from "@pulumi/pulumi";
import * as z from "../zod.js";
import type { LivedataDeploymentArgs } from "../../sdk/huaweicloud/livedata-deployment.js";
import { adopting } from "../adopt.js";
import { differences, equal } from "../compare.js";
import { unfinishedOf } from "../diff.js";
import { cloudId, huaweicloudInputs, evenIfOthersFail, type Context, type Kind } from "../kind.js";
import { lookTwice } from "../look.js";
import {
  awaitUnderWay,
  comesOnline,
  deploy,
  recordOf,
  takeOffline,
  undeploy,
  waitForStatus,
} from "./livedata-steps.js";
import {
  deployedStatus,
  isUnderWay,
  latestDeployment,
  showApi,
  type Api,
  type ApiKey,
  type Deployment,
} from "./roma.js";

export type Given = Unwrap<LivedataDeploymentArgs>;
type FrontApi = NonNullable<Given["frontApi"]>;

export interface State {
  readonly status: number;
  readonly deploymentId?: string | undefined;
  readonly frontApiId?: string | undefined;
  readonly deployTime?: string | undefined;
  readonly requestId?: string | undefined;
}

const text = z.string().min(1, "must not be empty");

const frontApi = z
  .strictObject({
    authType: z.enum(["NONE", "APP", "IAM", "AUTHORIZER"]),
    groupId: text,
    envId: text,
    protocol: text,
    authorizerId: text.optional(),
    path: z.string().startsWith("/", "must begin with a slash").optional(),
    method: text.optional(),
    cors: z.boolean().optional(),
    backendTimeoutMs: z.int("must be a whole number").positive("must be more than 0").optional(),
    retryCount: z
      .int("must be a whole number")
      .min(-1, "must be at least -1")
      .max(10, "must be at most 10")
      .optional(),
  })
  .refine(({ authType, authorizerId }) => authType !== "AUTHORIZER" || authorizerId !== undefined, {
    path: ["authorizerId"],
    when: evenIfOthersFail,
    message: "must be given for authType AUTHORIZER",
  });

const inputs: z.ZodType<Given> = z.strictObject({
  instanceId: cloudId,
  apiId: cloudId,
  frontApi: frontApi.optional(),
  romaAppId: text.max(65, "must have at most 65 characters").optional(),
  triggers: z.record(z.string(), z.string()).optional(),
  ...huaweicloudInputs(["undeploy", "retain"]),
});

function toWire(given: Given): Record<string, unknown> {
  const front: Partial<FrontApi> = given.frontApi ?? {};
  return {
    deploy_front_api: given.frontApi !== undefined,
    auth_type: front.authType,
    authorizer_id: front.authorizerId,
    group_id: front.groupId,
    env_id: front.envId,
    protocol: front.protocol,
    path: front.path,
    method: front.method,
    cors: front.cors,
    backend_timeout: front.backendTimeoutMs,
    retry_count: front.retryCount?.toString(),
    roma_app_id: given.romaAppId,
  };
}

function toState({ status }: Api, latest: Deployment | undefined): State {
  return {
    status,
    deploymentId: latest?.id,
    frontApiId: latest?.api_id ?? undefined,
    deployTime: latest?.deploy_time ?? undefined,
  };
}

function fromId(id: string): ApiKey & { region: string | undefined } {
  const [apiId, instanceId, region, ...rest] = id.split("/").toReversed();
  if (apiId === undefined || instanceId === undefined || rest.length > 0) {
    throw new Error(`the id of a LivedataDeployment is region/instanceId/apiId, found ${id}`);
  }
  return { region, instanceId, apiId };
}

/** What ROMA shows of the inputs. Without a front API, the group and environment of a declared one are empty. */
function shownInputs(stored: Partial<Given>, found: Api, latest: Deployment | undefined): Partial<Given> {
  const { group_id: groupId, env_id: envId } = latest ?? {};
  const isShown = latest !== undefined && (stored.frontApi !== undefined || (groupId && envId));
  const front = { ...stored.frontApi, groupId: groupId ?? "", envId: envId ?? "" } as FrontApi;
  return {
    ...(isShown && { frontApi: front }),
    ...(stored.romaAppId !== undefined && { romaAppId: found.roma_app_id ?? undefined }),
  };
}

/** The declared fields that the running deployment shows otherwise: only group and environment are shown. */
function differing(
  { frontApi: front, romaAppId }: Given,
  found: Api,
  latest: Deployment | undefined,
): string[] {
  const declared = { groupId: front?.groupId ?? "", envId: front?.envId ?? "", romaAppId };
  const shown = latest === undefined ? {} : { groupId: latest.group_id ?? "", envId: latest.env_id ?? "" };
  return differences(declared, { ...shown, romaAppId: found.roma_app_id });
}

async function make(given: Given, context: Context): Promise<{ state: State; adopted: boolean }> {
  const what = `API ${given.apiId} of instance ${given.instanceId}`;
  const seen = await lookTwice(() => showApi(given, context), context);
  if (seen === undefined) throw new Error(`${what} does not exist: create it before it is deployed`);
  const before = await latestDeployment(given, context);
  const found = isUnderWay(seen, before) ? ((await awaitUnderWay(given, context)) ?? seen) : seen;
  if (found.status === deployedStatus) {
    if (adopting(given, `a deployment of ${what}`, differing(given, found, before)) === "adopt") {
      return { state: toState(found, before), adopted: true };
    }
    await takeOffline(given, context);
  }
  const id = [context.place.region, given.instanceId, given.apiId].join("/");
  const accepted = await deploy(id, given, toWire(given), before, context);
  const { record, requestId } = accepted;
  context.accepted(id, { status: found.status, deploymentId: record.id, requestId });
  const now = await waitForStatus(given, true, context);
  const latest = await recordOf(accepted, given, before, context);
  return { state: { ...toState(now ?? found, latest), requestId }, adopted: false };
}

export const livedataDeployment: Kind<Given, State> = {
  name: "huaweicloud:LivedataDeployment",
  cloud: "huaweicloud",
  inputs,
  defaults: { onDelete: "undeploy" },
  idInputs: ["region", "instanceId", "apiId"],
  replaceOn: ["instanceId", "apiId", "frontApi", "romaAppId", "triggers"],
  actOn: [],
  computed: [],
  timeoutSeconds: 300,
  pollSeconds: [1, 10],
  movesTraffic: true,

  /** After an import only group and environment are known: the rest is taken from the program. */
  same(key, stored, declared) {
    if (key !== "frontApi") return equal(stored, declared);
    const [before, now] = [stored, declared] as (Partial<FrontApi> | undefined)[];
    if (before === undefined || before.authType !== undefined || now === undefined) return equal(before, now);
    return before.groupId === now.groupId && before.envId === now.envId;
  },

  rollout({ apiId, instanceId, frontApi: front, onDelete }) {
    const reach =
      front === undefined
        ? ""
        : `, reached through a front API in group ${front.groupId}, environment ${front.envId}`;
    const destroy =
      onDelete === "retain"
        ? "leaves it online"
        : `takes it offline${front === undefined ? "" : " and deletes its front API"}`;
    return { whileDeclared: `backend API ${apiId} of instance ${instanceId} is online${reach}`, destroy };
  },

  naturalKey: ({ instanceId, apiId }) => [instanceId, apiId].join(" "),

  parseId: fromId,

  async create(given, context) {
    return {
      id: [context.place.region, given.instanceId, given.apiId].join("/"),
      ...(await make(given, context)),
    };
  },

  async read(id, stored, context) {
    const key = fromId(id);
    const { instanceId, apiId } = key;
    const found = await lookTwice(() => showApi(key, context), context);
    if (found === undefined) return undefined;
    if (found.status !== deployedStatus) {
      // Not deployed any more – unless a deployment of ours is still on its way.
      if (unfinishedOf(stored) === undefined) return undefined;
      return { declared: { instanceId, apiId }, state: { ...(stored as State), status: found.status } };
    }
    const latest = await latestDeployment(key, context);
    return {
      declared: { instanceId, apiId, ...shownInputs(stored, found, latest) },
      state: toState(found, latest),
    };
  },

  /**
   * A deployment that was accepted is not begun again while it may come online; what is found now is our own, not
   * refused for being there.
   */
  async resume(_id, given, { deploymentId, requestId }, context) {
    const latest = await latestDeployment(given, context);
    if (deploymentId !== undefined && latest?.id === deploymentId) {
      const seen = await lookTwice(() => showApi(given, context), context);
      const isOnItsWay = seen !== undefined && isUnderWay(seen, latest);
      const found = isOnItsWay ? await waitForStatus(given, true, context) : seen;
      if (found?.status === deployedStatus) return { ...toState(found, latest), requestId };
    }
    const adopt = given.adopt === "never" ? "identical" : given.adopt;
    return (await make({ ...given, adopt }, context)).state;
  },

  async delete(id, stored, context) {
    const key = fromId(id);
    if (unfinishedOf(stored)?.kind === "waiting" && !(await comesOnline(key, context))) return;
    await undeploy(key, context);
  },
};
