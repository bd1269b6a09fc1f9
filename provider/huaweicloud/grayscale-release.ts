import type { Unwrap } from "@pulumi/pulumi";
import * as z from "../zod.js";
import type { GrayscaleReleaseArgs } from "../../sdk/huaweicloud/grayscale-release.js";
import { adopting } from "../adopt.js";
import { differences } from "../compare.js";
import { unfinishedOf } from "../diff.js";
import { cloudId, huaweicloudInputs, type Context, type Kind } from "../kind.js";
import { createRelease, type Release, type ReleaseBody } from "./asm.js";
import {
  end,
  find,
  findBefore,
  findByName,
  fromId,
  hasEnded,
  settle,
  toId,
  toState,
  unanswered,
} from "./release-steps.js";

export type Given = Unwrap<GrayscaleReleaseArgs>;

export interface State {
  readonly uid: string;
  readonly phase?: string | undefined;
  readonly startTime?: string | undefined;
  readonly updateTime?: string | undefined;
  readonly outcome: "running" | "endedElsewhere";
  readonly requestId?: string | undefined;
}

const text = z.string().min(1, "must not be empty");
const phases = z.array(text).optional();

/** A Kubernetes Deployment, as far as it can be told: the cloud judges the rest. */
const template = z.looseObject({
  kind: z.literal("Deployment", { error: 'must be "Deployment"' }).optional(),
  apiVersion: z.string().startsWith("apps/", "must be a version of apps, such as apps/v1").optional(),
  spec: z.looseObject({}, { error: "must be the spec of a Kubernetes Deployment" }),
});

const inputs: z.ZodType<Given> = z.strictObject({
  meshId: cloudId,
  namespace: cloudId,
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{2,62}[a-z0-9]$/,
      "must be 4 to 64 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
    )
    .optional(),
  serviceName: text,
  clusterId: cloudId,
  deploymentName: text,
  version: text,
  type: text,
  grayDeployments: z
    .array(z.strictObject({ clusterId: cloudId, template }))
    .min(1, "must hold at least one gray deployment"),
  readyPhases: phases,
  failedPhases: phases,
  endedPhases: phases,
  ifEndedElsewhere: z.enum(["keep", "recreate"]).optional(),
  ...huaweicloudInputs(["cancel", "end", "retain"]),
});

function toWire(given: Given): ReleaseBody {
  const { serviceName, clusterId, deploymentName, version, type, grayDeployments } = given;
  return {
    kind: "Release",
    apiVersion: "asm/v2",
    metadata: { name: given.name, namespace: given.namespace, meshID: given.meshId },
    spec: {
      serviceName,
      clusterID: clusterId,
      deploymentName,
      version,
      type,
      grayDeployments: grayDeployments.map((gray) => ({
        clusterID: gray.clusterId,
        template: gray.template,
      })),
    },
  };
}

function toDeclared(meshId: string, { metadata, spec }: Release): Partial<Given> {
  const { clusterID: clusterId, grayDeployments, ...rest } = spec;
  const workloads = grayDeployments?.map((gray) => ({ clusterId: gray.clusterID, template: gray.template }));
  const { name, namespace } = metadata;
  return {
    meshId,
    namespace,
    name,
    clusterId,
    ...rest,
    grayDeployments: workloads as Given["grayDeployments"],
  };
}

const released = [
  "meshId",
  "namespace",
  "name",
  "serviceName",
  "clusterId",
  "deploymentName",
  "version",
  "type",
  "grayDeployments",
] as const;

async function make(given: Given, context: Context): Promise<{ id: string; state: State; adopted: boolean }> {
  const { meshId, namespace, name = "", readyPhases } = given;
  const before = await findBefore(given, context);
  let adopted = false;
  if (before !== undefined) {
    const declared = Object.fromEntries(released.map((key) => [key, given[key]]));
    const differing = differences(declared, toDeclared(meshId, before));
    // What a phase means is published nowhere: it may say that the release has ended.
    const phase = before.status?.phase ?? "unknown";
    const what = `a grayscale release named ${name} in namespace ${namespace} of mesh ${meshId}, in phase ${phase} (name that phase in endedPhases if it means that the release has ended)`;
    adopted = adopting(given, what, differing) === "adopt";
    if (adopted) context.log.info(`found ${what}`);
    if (!adopted) await end({ meshId, namespace, uid: before.metadata.uid }, given, context);
  }
  const look = (): Promise<Release | undefined> => findByName(given, context, before);
  const { made, requestId } =
    before !== undefined && adopted
      ? { made: before, requestId: undefined }
      : await createRelease(
          toId(context.place, given, `${unanswered}${name}`),
          given,
          toWire(given),
          look,
          context,
        );
  const { uid } = made.metadata;
  const id = toId(context.place, given, uid);
  const state = { ...toState(made), requestId };
  context.accepted(id, { ...state, adopted });
  const settled = readyPhases === undefined ? {} : await settle({ meshId, namespace, uid }, given, context);
  return { id, state: { ...state, ...settled }, adopted };
}

export const grayscaleRelease: Kind<Given, State> = {
  name: "huaweicloud:GrayscaleRelease",
  cloud: "huaweicloud",
  inputs,
  defaults: { onDelete: "cancel", ifEndedElsewhere: "keep" },
  idInputs: ["region", "meshId", "namespace"],
  replaceOn: released,
  actOn: [],
  computed: ["name"],
  timeoutSeconds: 600,
  pollSeconds: [2, 15],
  movesTraffic: true,

  rollout({ serviceName, version, deploymentName, meshId, namespace, onDelete = "cancel", ...given }) {
    // What ASM shows of one that was imported may be without them.
    const grayDeployments = (given as Partial<Given>).grayDeployments ?? [];
    const clusters = new Set(grayDeployments.map(({ clusterId }) => clusterId)).size;
    const destroy = {
      retain: "leaves the task running",
      end: `ends the task; version ${version} stays and ${deploymentName} is removed`,
      cancel: `cancels the task; ${deploymentName} keeps all traffic`,
    }[onDelete];
    return {
      whileDeclared: `grayscale version ${version} of ${serviceName} runs beside ${deploymentName} in mesh ${meshId}, namespace ${namespace}, on ${clusters} ${clusters === 1 ? "cluster" : "clusters"}`,
      destroy,
    };
  },

  naturalKey: ({ meshId, namespace, name }) => [meshId, namespace, name].join(" "),

  parseId: fromId,

  create: make,

  async read(id, stored, context) {
    const found = await find(id, stored, context);
    if (found !== undefined && !hasEnded(stored, found)) {
      if (stored.outcome === "endedElsewhere") context.log.info("the release runs after all");
      return { declared: toDeclared(fromId(id).meshId, found), state: toState(found) };
    }
    if (stored.outcome === "endedElsewhere") return { declared: {}, state: stored as State };
    if (stored.uid === undefined) {
      // One that was never answered may be listed late: the next up looks again.
      return unfinishedOf(stored) === undefined ? undefined : { declared: {}, state: stored as State };
    }
    if (stored.ifEndedElsewhere === "recreate") return undefined;
    context.log.warning(
      `the release ${stored.uid} was ended outside of Pulumi: it stays in the state with outcome "endedElsewhere", and is neither started again nor ended by a destroy. Set ifEndedElsewhere to "recreate" to start it again`,
    );
    const state = found === undefined ? (stored as State) : toState(found);
    return { declared: {}, state: { ...state, outcome: "endedElsewhere" } };
  },

  /** What is found of one that was never answered is our own: it is not refused for being there. */
  async resume(id, given, state, context) {
    const { meshId, namespace, uid } = fromId(id);
    const known = state.uid ?? uid;
    if (known !== undefined) return settle({ meshId, namespace, uid: known }, given, context);
    const adopt = given.adopt === "never" ? "identical" : given.adopt;
    return (await make({ ...given, adopt }, context)).state;
  },

  async delete(id, stored, context) {
    if (stored.outcome === "endedElsewhere") return;
    const { meshId, namespace, uid } = fromId(id);
    const known = stored.uid ?? uid ?? (await find(id, stored, context))?.metadata.uid;
    if (known !== undefined) await end({ meshId, namespace, uid: known }, stored, context);
  },
};
