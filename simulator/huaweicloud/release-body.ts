import { z } from "zod";
import type { Release } from "../state.js";

const NAME = /^[a-z][a-z0-9-]{2,62}[a-z0-9]$/;
const text = z.string().min(1);
const template = z.looseObject({ kind: z.literal("Deployment").optional() });
/** What a client may send; `meshID` and `uid` are accepted, as documented. */
export interface ReleaseBody {
  kind?: "Release";
  apiVersion?: "asm/v2";
  metadata: { name: string; namespace: string; meshID?: string; uid?: string };
  spec: Release["spec"];
}

export const releaseBody: z.ZodType<ReleaseBody> = z.strictObject({
  kind: z.literal("Release").optional(),
  apiVersion: z.literal("asm/v2").optional(),
  metadata: z.strictObject({
    name: z.string().regex(NAME),
    namespace: text,
    meshID: z.string().optional(),
    uid: z.string().optional(),
  }),
  spec: z.strictObject({
    serviceName: text,
    clusterID: text,
    deploymentName: text,
    version: text,
    type: text,
    grayDeployments: z.array(z.strictObject({ clusterID: text, template })).min(1),
  }),
});

export function toWire(release: Release): Record<string, unknown> {
  const { meshId, namespace, uid, name, spec, phase, startTime, updateTime } = release;
  const deployment = {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: { name: spec.deploymentName, namespace },
  };
  return {
    status: {
      phase,
      startTime,
      updateTime,
      deployment,
      grayDeployments: spec.grayDeployments.map((gray) => gray.template),
    },
    spec,
    metadata: { uid, namespace, name, meshID: meshId },
    kind: "Release",
    apiVersion: "asm/v2",
  };
}
