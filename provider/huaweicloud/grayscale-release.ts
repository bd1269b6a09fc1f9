import type { Unwrap } from "@pulumi/pulumi";
import { z } from "zod";
import type { GrayscaleReleaseArgs } from "../../sdk/huaweicloud/grayscale-release.js";
import { adopting } from "../adopt.js";
import { differences } from "../compare.js";
import { CloudError, UnfinishedError } from "../errors.js";
import { cloudId, huaweicloudInputs, type Context, type Kind } from "../kind.js";
import { lookTwice } from "../look.js";
import { waitFor } from "../wait.js";
import {
  createRelease,
  deleteRelease,
  getRelease,
  listReleases,
  type Release,
  type ReleaseBody,
  type ReleaseKey,
  wasDeleted,
} from "./asm.js";
import { releaseActions } from "./settings.js";

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

function toState({ metadata, status }: Release, outcome: State["outcome"] = "running"): State {
  const { phase, startTime, updateTime } = status ?? {};
  return { uid: metadata.uid, phase, startTime, updateTime, outcome };
}

function fromId(id: string): ReleaseKey & { region: string | undefined } {
  const [uid, namespace, meshId, region, ...rest] = id.split("/").toReversed();
  if (uid === undefined || namespace === undefined || meshId === undefined || rest.length > 0) {
    throw new Error(`the id of a GrayscaleRelease is region/meshId/namespace/uid, found ${id}`);
  }
  return { region, meshId, namespace, uid };
}

function hasEnded({ endedPhases = [] }: Partial<Given>, { status }: Release): boolean {
  return endedPhases.includes(status?.phase ?? "");
}

/** A release of that name that has not ended; `known` ones are others. */
async function findByName(given: Given, context: Context, known?: Release): Promise<Release | undefined> {
  const releases = await listReleases(given.meshId, context);
  return releases.find(
    (found) =>
      found.metadata.namespace === given.namespace &&
      found.metadata.name === given.name &&
      found.metadata.uid !== known?.metadata.uid &&
      !wasDeleted(found) &&
      !hasEnded(given, found),
  );
}

/** A release that is not found is waited for a while: what was just made may be seen a little later. */
const missesAllowed = 4;

async function settle(id: string, given: Given, context: Context): Promise<State> {
  const { name, readyPhases = [], failedPhases = [] } = given;
  const phaseOf = (seen: Release | undefined): string =>
    seen ? (seen.status?.phase ?? "unknown") : "not found";
  let misses = 0;
  const found = await waitFor(
    {
      what: `the release ${name} to become ${readyPhases.join(" or ") || "visible"}`,
      read: () => getRelease(fromId(id), context),
      phase: phaseOf,
      done: (seen) => seen !== undefined && (readyPhases.length === 0 || readyPhases.includes(phaseOf(seen))),
      check: (seen) => {
        misses = seen === undefined ? misses + 1 : 0;
        if (misses > missesAllowed) throw new UnfinishedError("failed", `the release ${name} is gone`);
        if (seen !== undefined && hasEnded(given, seen)) {
          throw new UnfinishedError("failed", `the release ${name} was ended: its phase is ${phaseOf(seen)}`);
        }
        if (!failedPhases.includes(phaseOf(seen))) return;
        throw new UnfinishedError("failed", `the release ${name} is in phase ${phaseOf(seen)}`);
      },
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return found === undefined ? { uid: fromId(id).uid, outcome: "running" } : toState(found);
}

async function end(key: ReleaseKey, given: Given, context: Context): Promise<void> {
  const way = given.onDelete === "end" ? "end" : "cancel";
  const action = releaseActions(context.sources)[way];
  const look = async (): Promise<Release | undefined> => {
    const seen = await getRelease(key, context);
    return seen !== undefined && hasEnded(given, seen) ? undefined : seen;
  };
  try {
    await deleteRelease(key, action, look, context);
  } catch (error) {
    if (!(error instanceof CloudError) || error.status !== 400) throw error;
    const [version, other] = way === "end" ? ["gray", "cancel"] : ["original", "end"];
    throw new Error(
      `${error.message}. Two things lead to this answer: the traffic is not where "${way}" needs it (all on the ${version} version), or ASM does not know the word "${action}" for it (huaweicloud:asmActions). Move the traffic there in the mesh, or set onDelete to "${other}" and run \`pulumi up\` before \`pulumi destroy\``,
      { cause: error },
    );
  }
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

  rollout({ serviceName, version, deploymentName, meshId, namespace, grayDeployments, onDelete = "cancel" }) {
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

  async create(given, context) {
    const { meshId, namespace, name, readyPhases } = given;
    const before = await findByName(given, context);
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
    const { made, requestId } =
      before !== undefined && adopted
        ? { made: before, requestId: undefined }
        : await createRelease(given, toWire(given), () => findByName(given, context, before), context);
    const id = [context.place.region, meshId, namespace, made.metadata.uid].join("/");
    const state = { ...toState(made), requestId };
    context.accepted(id, { ...state, adopted });
    const settled = readyPhases === undefined ? {} : await settle(id, given, context);
    return { id, state: { ...state, ...settled }, adopted };
  },

  async read(id, stored, context) {
    if (stored.outcome === "endedElsewhere") return { declared: {}, state: stored as State };
    const key = fromId(id);
    const found = await lookTwice(() => getRelease(key, context), context);
    if (found !== undefined && !hasEnded(stored, found)) {
      return { declared: toDeclared(key.meshId, found), state: toState(found) };
    }
    const isKnown = stored.uid !== undefined;
    if (!isKnown || stored.ifEndedElsewhere === "recreate") return undefined;
    context.log.warning(
      `the release ${key.uid} was ended outside of Pulumi: it stays in the state with outcome "endedElsewhere", and is neither started again nor ended by a destroy. Set ifEndedElsewhere to "recreate" to start it again`,
    );
    const state = found === undefined ? (stored as State) : toState(found);
    return { declared: {}, state: { ...state, outcome: "endedElsewhere" } };
  },

  resume: (id, given, _state, context) => settle(id, given, context),

  async delete(id, stored, context) {
    if (stored.outcome === "endedElsewhere") return;
    await end(fromId(id), stored, context);
  },
};
