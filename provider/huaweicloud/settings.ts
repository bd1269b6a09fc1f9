import * as z from "../zod.js";
import {
  anyRegion,
  bothNames,
  collecting,
  ConfigurationError,
  endpoints,
  endpointUrl,
  parsed,
  readOnce,
  shape,
  sourcesOf,
  text,
  type Found,
  type SettingNames,
  type Sources,
} from "../config.js";
import type { PasswordCredentials } from "./iam.js";

export type Credentials =
  | { readonly method: "token"; readonly token: string }
  | {
      readonly method: "keys";
      readonly accessKey: string;
      readonly secretKey: string;
      readonly securityToken: string | undefined;
    }
  | PasswordCredentials;

const credentialNames = {
  token: ["huaweicloud:token", "HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
  accessKey: ["huaweicloud:accessKey", "HW_ACCESS_KEY", "OS_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"],
  secretKey: ["huaweicloud:secretKey", "HW_SECRET_KEY", "OS_SECRET_KEY", "HUAWEICLOUD_SDK_SK"],
  securityToken: [
    "huaweicloud:securityToken",
    "HW_SECURITY_TOKEN",
    undefined,
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
  ],
  userName: ["huaweicloud:userName", "HW_USER_NAME", "OS_USERNAME"],
  password: ["huaweicloud:password", "HW_USER_PASSWORD", "OS_PASSWORD"],
  domainName: ["huaweicloud:domainName", "HW_DOMAIN_NAME", "OS_DOMAIN_NAME"],
} as const satisfies Record<string, SettingNames>;

type CredentialName = keyof typeof credentialNames;

export const regionNames: SettingNames = ["huaweicloud:region", "HW_REGION_NAME", "OS_REGION_NAME"];
export const projectIdNames: SettingNames = [
  "huaweicloud:projectId",
  "HW_PROJECT_ID",
  "OS_PROJECT_ID",
  "HUAWEICLOUD_SDK_PROJECT_ID",
];
const projectNameNames: SettingNames = ["huaweicloud:projectName", "HW_PROJECT_NAME", "OS_PROJECT_NAME"];
const cloudNames: SettingNames = ["huaweicloud:cloud", "HW_CLOUD"];

/** Ways to sign in that the same configuration namespace knows and we do not: never fall through to another. */
const unsupported = [
  "profile",
  "sharedConfigFile",
  "assumeRole",
  "assumeRoleWithOidc",
  "agencyName",
  "ecsRoleName",
];

const hosts: Readonly<Record<string, string>> = { asm: "asm", roma: "roma", swr: "swr-api", iam: "iam" };

const actionsSchema = z.strictObject({
  cancel: z.string().min(1).optional(),
  end: z.string().min(1).optional(),
});

/** Everything the configuration says about Huawei Cloud, for one region. */
export interface Settings {
  readonly credentials: Credentials;
  readonly region: string;
  readonly projectName: string;
  readonly warnings: readonly string[];
  readonly baseUrl: (service: string) => string;
}

/** Reads the whole configuration, and reports everything that is missing or malformed at once. */
export const settings: typeof readSettings = readOnce(readSettings);

function readSettings(sources: Sources, region: string | undefined, insecure: boolean): Settings {
  const problems: string[] = [];
  for (const key of unsupported) {
    if (sources.config(`huaweicloud:${key}`) !== undefined) {
      problems.push(
        `huaweicloud:${key} is a way to sign in that this provider does not support: use keys, a token or a password`,
      );
    }
  }
  const found = sourcesOf<CredentialName>(sources, credentialNames).filter(({ values }) => signsIn(values));
  const credentials = collecting(problems, () => credentialsFrom(found[0]));
  const known = region ?? text(sources, regionNames);
  if (known === undefined) problems.push(`the region is not set: set ${bothNames(regionNames)}`);
  // A project belongs to one region: the configured one says nothing about another.
  const configuredRegion = text(sources, regionNames);
  const isElsewhere = configuredRegion !== undefined && configuredRegion !== known;
  const baseUrls = baseUrlsFor(sources, known ?? anyRegion, insecure, problems);
  if (credentials === undefined || known === undefined || problems.length > 0) {
    throw new ConfigurationError("Huawei Cloud", problems);
  }
  return {
    credentials,
    region: known,
    projectName: (isElsewhere ? undefined : text(sources, projectNameNames)) ?? known,
    warnings:
      found.length > 1
        ? [`credentials of Huawei Cloud are set in several places; those of ${found[0]?.source} are used`]
        : [],
    baseUrl: (service) => baseUrls[service] ?? "",
  };
}

/** The words for `action` when a release is deleted; no page publishes them, so they can be overridden. */
export function releaseActions(sources: Sources): Readonly<Record<"cancel" | "end", string>> {
  const configured = sources.config("huaweicloud:asmActions");
  const given = actionsSchema.safeParse(parsed(configured, "huaweicloud:asmActions") ?? {});
  if (!given.success) {
    throw new Error(
      `huaweicloud:asmActions must be an object such as {"cancel": "cancel", "end": "end"}, found ${shape(configured)}`,
    );
  }
  return { cancel: given.data.cancel ?? "cancel", end: given.data.end ?? "end" };
}

function signsIn(values: Found<CredentialName>["values"]): boolean {
  return (["token", "accessKey", "secretKey", "userName", "password"] as const).some(
    (name) => values[name] !== undefined,
  );
}

function credentialsFrom(found: Found<CredentialName> | undefined): Credentials {
  if (found === undefined) {
    throw new Error(
      `no credentials are set: set ${bothNames(credentialNames.accessKey)} and ${bothNames(credentialNames.secretKey)}, or ${bothNames(credentialNames.token)}`,
    );
  }
  const { values, source } = found;
  if (values.token !== undefined) return { method: "token", token: values.token };
  const need = <Name extends CredentialName>(names: readonly Name[]): Record<Name, string> => {
    const missing = names.filter((name) => values[name] === undefined);
    if (missing.length > 0) {
      throw new Error(
        `the credentials of ${source} are not whole: set ${missing.map((name) => bothNames(credentialNames[name])).join(" and ")}`,
      );
    }
    return values as Record<Name, string>;
  };
  if (values.accessKey !== undefined || values.secretKey !== undefined) {
    const { accessKey, secretKey } = need(["accessKey", "secretKey"]);
    return { method: "keys", accessKey, secretKey, securityToken: values.securityToken };
  }
  const { userName, password, domainName } = need(["userName", "password", "domainName"]);
  return { method: "password", userName, password, domainName };
}

/** Every service's, with what is wrong with each of them added to `problems`. */
function baseUrlsFor(
  sources: Sources,
  region: string,
  insecure: boolean,
  problems: string[],
): Record<string, string | undefined> {
  const configured = endpoints(sources, "huaweicloud:endpoints", Object.keys(hosts), problems);
  const suffix =
    text(sources, cloudNames) ?? (/^eu-west-1\d\d$/.test(region) ? "myhuaweicloud.eu" : "myhuaweicloud.com");
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(suffix)) {
    problems.push(
      `${bothNames(cloudNames)} must be the end of host names, such as myhuaweicloud.com, found ${shape(suffix)}`,
    );
  }
  const place = { region, configuredRegion: text(sources, regionNames), insecure };
  const baseUrlOf = (service: string, host: string): string => {
    const variable = `HUAWEICLOUD_SDK_REGION_${service}_${region}`.toUpperCase().replaceAll("-", "_");
    const fromConfig = configured[service];
    if (fromConfig !== undefined) return endpointUrl(fromConfig, `huaweicloud:endpoints.${service}`, place);
    const fromEnvironment = sources.environment[variable]?.split(",")[0];
    if (fromEnvironment !== undefined && fromEnvironment !== "") {
      return endpointUrl(fromEnvironment, variable, { ...place, configuredRegion: region });
    }
    return `https://${host}.${region}.${suffix}`;
  };
  return Object.fromEntries(
    Object.entries(hosts).map(([service, host]) => [
      service,
      collecting(problems, () => baseUrlOf(service, host)),
    ]),
  );
}
