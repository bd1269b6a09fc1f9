// Asks a policy about a resource, as the policy SDK does.
import { policies } from "../../policy/policies.js";
import type { Declared } from "../../policy/release-policy.js";
import { typeToken, type KindName } from "../../sdk/dynamic.js";

export interface Case {
  kind: KindName;
  props?: Record<string, unknown>;
  /** @default "prod" */
  stack?: string;
  /** @default "thing" */
  name?: string;
  config?: Record<string, unknown>;
  now?: Date;
  environment?: Readonly<Record<string, string | undefined>>;
}

/** What the policy of this name complains of. */
export async function judge(policyName: string, given: Case): Promise<string[]> {
  const { kind, props = {}, stack = "prod", name = "thing", config = {}, now, environment = {} } = given;
  const policy = policies(now, environment).find((one) => one.name === policyName);
  const validate = policy?.validateResource;
  if (typeof validate !== "function") throw new Error(`There is no policy ${policyName}.`);
  const type = typeToken(kind);
  const declared: Omit<Declared, "kind"> = {
    type,
    name,
    props,
    urn: urnOf({ stack, type, name }),
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: () => config as never,
    notApplicable: (reason) => {
      throw new Error(reason);
    },
  };
  const complaints: string[] = [];
  await validate(declared, (message) => complaints.push(message));
  return complaints;
}

export function urnOf({ stack, type, name }: { stack: string; type: string; name: string }): string {
  return `urn:pulumi:${stack}::shop::${type}::${name}`;
}
