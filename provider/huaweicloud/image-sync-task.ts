import type { Unwrap } from "@pulumi/pulumi";
import * as z from "../zod.js";
import type { ImageSyncTaskArgs } from "../../sdk/huaweicloud/image-sync-task.js";
import { huaweicloudInputs, evenIfOthersFail, type Kind, type Seen } from "../kind.js";
import { lookTwice } from "../look.js";
import { make, remove, type Made } from "./image-sync-steps.js";
import { findTask, type TaskKey } from "./swr.js";

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

function toState({ task, requestId }: Omit<Made, "adopted">): State {
  const { id: taskId, createdAt, updatedAt } = task ?? {};
  return { taskId, createdAt, updatedAt, requestId };
}

function toId(region: string, key: TaskKey): string {
  return [region, key.namespace, key.repository, key.targetRegion, key.targetNamespace].join("/");
}

/** The repository may hold slashes, so an id is read from both its ends; only four parts have no region. */
function fromId(id: string): { region: string | undefined } & TaskKey {
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

/** The tasks of a repository are refreshed at the same time. */
const ofRefresh = { seconds: 5 };

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
    const id = toId(context.place.region, given);
    const made = await make(id, given, context);
    return { id, state: toState(made), adopted: made.adopted };
  },

  async read(id, stored, context): Promise<Seen<Given, State> | undefined> {
    const { region: _region, ...where } = fromId(id);
    const found = await lookTwice(
      (fresh) => findTask(where, context, fresh ? undefined : ofRefresh),
      context,
    );
    // A list that is late says nothing about a task that SWR has accepted: the next up looks again.
    const isUnfinished = (stored as { unfinished?: unknown }).unfinished !== undefined;
    if (found === undefined) return isUnfinished ? { declared: {}, state: {} } : undefined;
    return { declared: { ...where, override: found.override ?? false }, state: toState({ task: found }) };
  },

  /** What is found now is our own: it is not refused for being there. */
  async resume(id, given, _state, context) {
    const adopt = given.adopt === "never" ? "identical" : given.adopt;
    return toState(await make(id, { ...given, adopt }, context));
  },

  delete: (_id, stored, context) => remove(stored, context),
};
