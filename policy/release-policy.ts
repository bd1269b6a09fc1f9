import type { PolicyConfigSchema, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

/** The kinds of resources, each with what `onDelete` may be, the default first. */
export const endings = {
  "huaweicloud:GrayscaleRelease": ["cancel", "end", "retain"],
  "huaweicloud:LivedataDeployment": ["undeploy", "retain"],
  "huaweicloud:ImageSyncTask": ["delete", "retain"],
  "alicloud:ChangeOrder": ["retain", "abort"],
} as const;
type Kind = keyof typeof endings;

type Properties = PolicyConfigSchema["properties"];

/** A resource as it is declared, and what it is. */
export interface Declared extends ResourceValidationArgs {
  kind: Kind;
}

/** What every policy is configured with; each knows its own further ones. */
export interface Settings {
  stacks: string[];
  kinds?: string[];
}

interface About extends Pick<ResourceValidationPolicy, "name" | "description"> {
  /** The kinds that it looks at, or those that it looks at unless `kinds` is configured. */
  only?: Kind;
  stacks: readonly string[];
  properties: Properties;
}

export const everyStack: readonly string[] = ["*"];
export const production: readonly string[] = [
  "prod",
  "production",
  "prod-*",
  "production-*",
  "*-prod",
  "*-production",
];

/** A list of texts, for the schema of a configuration. */
export function texts(byDefault: readonly string[]): Properties[string] {
  return { type: "array", items: { type: "string", minLength: 1 }, default: byDefault };
}

/** A text for each resource, by its name or its URN. */
export const textsByResource: Properties[string] = {
  type: "object",
  additionalProperties: { type: "string" },
  default: {},
};

/**
 * A policy about our resources: those of its kinds, in its stacks. `complaint` answers what is wrong and what to
 * change; it says no value of the resource, for a policy cannot know which ones are secret.
 */
export function releasePolicy(
  { name, description, only, stacks, properties }: About,
  complaint: (declared: Declared, settings: Settings) => string | undefined,
): ResourceValidationPolicy {
  const kinds = Object.keys(endings);
  const configSchema: PolicyConfigSchema = {
    properties: {
      stacks: texts(stacks),
      ...(only === undefined
        ? { kinds: { type: "array", items: { type: "string", enum: kinds }, default: kinds } }
        : {}),
      ...properties,
    },
  };
  return {
    name,
    description,
    configSchema,
    validateResource: (resource, reportViolation) => {
      const settings = settingsOf(resource, configSchema);
      const kind = kindOf(resource.type);
      if (kind === undefined || !(only === undefined ? settings.kinds : [only])?.includes(kind)) return;
      if (!isInStacks(resource.urn, settings.stacks)) return;
      const message = complaint({ ...resource, kind }, settings);
      if (message !== undefined) reportViolation(message);
    },
  };
}

/** An unknown key is an error: a misspelt list of regions must not allow them all. */
function settingsOf(resource: ResourceValidationArgs, { properties }: PolicyConfigSchema): Settings {
  const given = resource.getConfig<Record<string, unknown>>();
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(properties, key));
  if (unknown.length > 0) {
    const known = Object.keys(properties).join(", ");
    throw new Error(
      `Its configuration has "${unknown.join('", "')}"; it may have enforcementLevel, ${known}.`,
    );
  }
  const defaults = Object.entries(properties).map(([key, schema]) => [key, schema.default]);
  return { ...Object.fromEntries(defaults), ...given } as Settings;
}

function kindOf(type: string): Kind | undefined {
  const kind = type.replace(/^pulumi-nodejs:dynamic\//, "");
  return kind !== type && Object.hasOwn(endings, kind) ? (kind as Kind) : undefined;
}

/** A pattern with a slash means `project/stack`. */
function isInStacks(urn: string, patterns: readonly string[]): boolean {
  const { stack, project } = placeOf(urn);
  return patterns.some((pattern) =>
    matchesAny(pattern.includes("/") ? `${project}/${stack}` : stack, [pattern]),
  );
}

/** `urn:pulumi:STACK::PROJECT::TYPE::NAME` */
export function placeOf(urn: string): { stack: string; project: string } {
  const [, , stack = "", , project = ""] = urn.split(":");
  return { stack, project };
}

/** Whether a text is meant by one of the patterns, in which `*` stands for any letters. */
export function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
  });
}

/** What is said for a resource: by its URN, or else by its name, for all that are called so. */
export function saidFor({ urn, name }: Declared, said: Readonly<Record<string, string>>): string {
  const key = [urn, name].find((one) => Object.hasOwn(said, one));
  return key === undefined ? "" : (said[key] ?? "");
}
