import {
  anyRegion,
  bothNames,
  collecting,
  ConfigurationError,
  endpoints,
  endpointUrl,
  readOnce,
  sourcesOf,
  text,
  type SettingNames,
  type Sources,
} from "../config.js";

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken: string | undefined;
}

const credentialNames = {
  accessKey: [
    "alicloud:accessKey",
    "ALICLOUD_ACCESS_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABACLOUD_ACCESS_KEY_ID",
  ],
  secretKey: [
    "alicloud:secretKey",
    "ALICLOUD_SECRET_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABACLOUD_ACCESS_KEY_SECRET",
  ],
  securityToken: [
    "alicloud:securityToken",
    "ALICLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_SECURITY_TOKEN",
  ],
} as const satisfies Record<string, SettingNames>;

export const regionNames: SettingNames = ["alicloud:region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"];
const endpointNames = ["ALIBABA_CLOUD_ENDPOINT_EDAS", "EDAS_ENDPOINT"];

/** Ways to sign in that the same configuration namespace knows and we do not: never fall through to another. */
const unsupported = [
  "profile",
  "ecsRoleName",
  "assumeRole",
  "assumeRoles",
  "assumeRoleWithOidc",
  "credentialsUri",
  "sharedCredentialsFile",
];

/** Regions that are served by the central host, and those served from Tokyo. */
const central = new Set(
  "cn-chengdu cn-huhehaote cn-wuhan cn-fujian cn-yushanfang cn-edge-1 cn-hangzhou-finance cn-beijing-finance-1 cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-beijing-gov-1".split(
    " ",
  ),
);
const tokyo = new Set("ap-south-1 ap-southeast-3 ap-southeast-5 eu-west-1 me-east-1 us-west-1".split(" "));

/** Everything the configuration says about Alibaba Cloud, for one region. */
interface Settings {
  readonly credentials: Credentials;
  readonly region: string;
  readonly warnings: readonly string[];
  readonly baseUrl: string;
}

/** Reads the whole configuration, and reports everything that is missing or malformed at once. */
export const settings: typeof readSettings = readOnce(readSettings);

function readSettings(sources: Sources, region: string | undefined, insecure: boolean): Settings {
  const problems: string[] = [];
  for (const key of unsupported) {
    if (sources.config(`alicloud:${key}`) !== undefined) {
      problems.push(
        `alicloud:${key} is a way to sign in that this provider does not support: use an access key`,
      );
    }
  }
  const found = sourcesOf(sources, credentialNames).filter(
    ({ values }) => values.accessKey !== undefined || values.secretKey !== undefined,
  );
  const { accessKey, secretKey, securityToken } = found[0]?.values ?? {};
  for (const [name, value] of Object.entries({ accessKey, secretKey })) {
    if (value === undefined)
      problems.push(`the credentials are not whole: set ${bothNames(credentialNames[name as "accessKey"])}`);
  }
  const known = region ?? text(sources, regionNames);
  if (known === undefined) problems.push(`the region is not set: set ${bothNames(regionNames)}`);
  const baseUrl = baseUrlFor(sources, known ?? anyRegion, insecure, problems);
  if (accessKey === undefined || secretKey === undefined || known === undefined || problems.length > 0) {
    throw new ConfigurationError("Alibaba Cloud", problems);
  }
  return {
    credentials: { accessKey, secretKey, securityToken },
    region: known,
    warnings:
      found.length > 1
        ? [`credentials of Alibaba Cloud are set in several places; those of ${found[0]?.source} are used`]
        : [],
    baseUrl,
  };
}

function baseUrlFor(sources: Sources, region: string, insecure: boolean, problems: string[]): string {
  const place = { region, configuredRegion: text(sources, regionNames), insecure };
  const configured = endpoints(sources, "alicloud:endpoints", ["edas"], problems)["edas"];
  const name = endpointNames.find((candidate) => (sources.environment[candidate] ?? "") !== "");
  const given = configured ?? (name === undefined ? undefined : sources.environment[name]);
  if (given !== undefined) {
    const source = configured === undefined ? (name ?? "") : "alicloud:endpoints.edas";
    return collecting(problems, () => endpointUrl(given, source, place)) ?? "";
  }
  if (central.has(region)) return "https://edas.aliyuncs.com";
  return `https://edas.${tokyo.has(region) ? "ap-northeast-1" : region}.aliyuncs.com`;
}
