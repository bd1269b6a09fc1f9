import * as pulumi from "@pulumi/pulumi";
import { credentialSettings } from "./credentials.js";

/** Where and as whom resources of Huawei Cloud are made. Each credential is stored as a secret. */
export interface HuaweicloudSettings {
  accessKey?: pulumi.Input<string | undefined>;
  secretKey?: pulumi.Input<string | undefined>;
  /** Of a temporary access key. */
  securityToken?: pulumi.Input<string | undefined>;
  /** A ready IAM token, in place of a key. */
  token?: pulumi.Input<string | undefined>;
  /** An IAM user, with `password` and `domainName`, in place of a key. */
  userName?: pulumi.Input<string | undefined>;
  password?: pulumi.Input<string | undefined>;
  /** Name of the account to which the user belongs. */
  domainName?: pulumi.Input<string | undefined>;
  region?: pulumi.Input<string | undefined>;
  projectId?: pulumi.Input<string | undefined>;
  /** By which the project is looked up. @default the name of the region */
  projectName?: pulumi.Input<string | undefined>;
  /** Suffix of the hosts. @default "myhuaweicloud.com", or ".eu" for the regions there */
  cloud?: pulumi.Input<string | undefined>;
  /** URLs in place of the usual hosts; `{region}` stands for the region. */
  endpoints?: pulumi.Input<Partial<Record<"asm" | "roma" | "swr" | "iam", pulumi.Input<string>>> | undefined>;
  /** The words for `action` with which ASM ends a release. @default { cancel: "cancel", end: "end" } */
  asmActions?: pulumi.Input<Partial<Record<"cancel" | "end", pulumi.Input<string>>> | undefined>;
}

/** Where and as whom resources of Alibaba Cloud are made. Each credential is stored as a secret. */
export interface AlicloudSettings {
  accessKey?: pulumi.Input<string | undefined>;
  secretKey?: pulumi.Input<string | undefined>;
  /** Of a temporary access key. */
  securityToken?: pulumi.Input<string | undefined>;
  region?: pulumi.Input<string | undefined>;
  /** URL in place of the usual host; `{region}` stands for the region. */
  endpoints?: pulumi.Input<{ edas?: pulumi.Input<string> } | undefined>;
}

/** How the provider itself behaves. */
export interface GrayscaleSettings {
  /** A request without an answer is given up after this many seconds. @default 30 */
  requestTimeoutSeconds?: pulumi.Input<number | undefined>;
  /** How often a failing request is tried; being asked to wait does not count. @default 6 */
  maxAttempts?: pulumi.Input<number | undefined>;
  /** Requests under way at once, for each host. @default 16 */
  maxConcurrentRequests?: pulumi.Input<number | undefined>;
  /** First interval of every wait, in seconds. @default 1 or 2, as the resource has it */
  pollSeconds?: pulumi.Input<number | undefined>;
  /** File to which a line of JSON is added for each request: never a header, a body or a key. @default none */
  trace?: pulumi.Input<string | undefined>;
  /** Allows endpoints that are plain `http` on another machine. @default false */
  insecure?: pulumi.Input<boolean | undefined>;
}

/** What a {@link Provider} is declared with. */
export interface ProviderArgs {
  /** For the resources of Huawei Cloud. */
  huaweicloud?: HuaweicloudSettings | undefined;
  /** For the resources of Alibaba Cloud. */
  alicloud?: AlicloudSettings | undefined;
  /** How requests are sent, for both. */
  grayscale?: GrayscaleSettings | undefined;
}

/**
 * A second account or region in one program: pass it to resources as `{ provider }`, or to a component as
 * `{ providers: { "pulumi-nodejs": provider } }`. It takes nothing from the stack's configuration: what it does not
 * set is looked for in the environment.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, options?: pulumi.ResourceOptions) {
    super("pulumi-nodejs", name, settingsOf(args), options);
  }
}

function settingsOf(args: ProviderArgs): pulumi.Inputs {
  const settings = Object.entries(args).flatMap(([namespace, values]) =>
    Object.entries((values ?? {}) as pulumi.Inputs).map(([key, value]): [string, unknown] => [
      `${namespace}:${key}`,
      credentialSettings.has(key) && value !== undefined ? pulumi.secret(value) : value,
    ]),
  );
  return Object.fromEntries(settings);
}
