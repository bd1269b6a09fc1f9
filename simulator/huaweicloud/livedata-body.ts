import { z } from "zod";
import type { LivedataApi, LivedataDeployment } from "../state.js";

/** The status of a deployed backend. */
export const DEPLOYED = 4;

/** What a client may send to deploy. */
export interface DeployBody {
  ld_api_id?: string;
  deploy_front_api?: boolean;
  auth_type?: "NONE" | "APP" | "IAM" | "AUTHORIZER";
  authorizer_id?: string;
  group_id?: string;
  env_id?: string;
  /** Published pages disagree on its values. */
  protocol?: string;
  backend_timeout?: number;
  path?: string;
  method?: string;
  cors?: boolean;
  roma_app_id?: string;
  retry_count?: string;
}

export const deployBody: z.ZodType<DeployBody> = z.strictObject({
  ld_api_id: z.string().optional(),
  deploy_front_api: z.boolean().optional(),
  auth_type: z.enum(["NONE", "APP", "IAM", "AUTHORIZER"]).optional(),
  authorizer_id: z.string().optional(),
  group_id: z.string().optional(),
  env_id: z.string().optional(),
  protocol: z.string().optional(),
  backend_timeout: z.int().positive().optional(),
  path: z.string().startsWith("/").optional(),
  method: z.string().optional(),
  cors: z.boolean().optional(),
  roma_app_id: z.string().optional(),
  retry_count: z
    .string()
    .regex(/^(-1|\d|10)$/)
    .optional(),
});
export function toWire(api: LivedataApi): Record<string, unknown> {
  return {
    id: api.id,
    name: api.name,
    path: api.path,
    method: api.method,
    version: api.version,
    content_type: "json",
    roma_app_id: api.romaAppId,
    roma_app_name: api.romaAppId,
    instance: api.instanceId,
    type: api.status === 1 ? "" : "data",
    status: api.status,
    description: "",
    return_format: false,
    parameters: [],
    scripts: [],
    created_time: api.createdTime,
    modified_time: api.modifiedTime,
  };
}

export function deploymentToWire(deployment: LivedataDeployment, api: LivedataApi): Record<string, unknown> {
  return {
    id: deployment.id,
    ld_api_id: deployment.ldApiId,
    group_id: deployment.groupId,
    env_id: deployment.envId,
    api_id: deployment.frontApiId,
    deploy_time: deployment.deployTime,
    api_definition: { ...toWire(api), status: DEPLOYED },
  };
}
