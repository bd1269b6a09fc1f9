// A dynamic provider is not called: Pulumi stores its *text* with every resource, in inputs and outputs, and runs
// it later in another process. So the text is one constant line for each kind that loads the installed package:
// it never changes, refresh and destroy run the code that is installed, and a thousand resources stay small.
import * as pulumi from "@pulumi/pulumi";
import { warnOfPlainCredentials } from "./credentials.js";
import { shortenStacks } from "./declaration-stack.js";
import { namesOfSecrets } from "./secrets.js";

/** The kinds of resources, as `module:Type`. */
export type KindName =
  | "huaweicloud:GrayscaleRelease"
  | "huaweicloud:LivedataDeployment"
  | "huaweicloud:ImageSyncTask"
  | "alicloud:ChangeOrder";

/** The text that Pulumi stores for a kind, and runs to find its provider. */
export function providerText(kind: KindName): string {
  return `exports.handler=()=>require("pulumi-grayscale/provider")["${kind}"]`;
}

/** The type that Pulumi knows a kind by; it is in every user's state. */
export function typeToken(kind: KindName): string {
  return `pulumi-nodejs:dynamic/${kind}`;
}

/** The arguments that every resource has. */
export interface ReleaseArgs {
  /** Region in which the thing lives. Changing it replaces the resource. @default the region of the configuration */
  region?: pulumi.Input<string | undefined>;
  /**
   * What becomes of a thing that ended badly: `stop` fails every update until the program changes, `replace`
   * removes it and creates it again. Changing it makes no call.
   * @default "stop"
   */
  ifFailed?: pulumi.Input<"stop" | "replace" | undefined>;
  /** How long one operation may take, waits included, in seconds; at most a day. Changing it makes no call. */
  timeoutSeconds?: pulumi.Input<number | undefined>;
}

/** The arguments that every resource of Huawei Cloud has. */
export interface HuaweicloudArgs extends ReleaseArgs {
  /**
   * Project in which the thing lives. Changing it replaces the resource.
   * @default configuration `huaweicloud:projectId`, else looked up by `huaweicloud:projectName` or the region's name
   */
  projectId?: pulumi.Input<string | undefined>;
  /**
   * What becomes of a thing that is there before it is created: `identical` takes it over if it is as declared,
   * `never` refuses, `always` also replaces a different one. Changing it makes no call.
   * @default "identical"
   */
  adopt?: pulumi.Input<"identical" | "never" | "always" | undefined>;
}

/** What is not done: still going on when the time was up, or ended badly. */
export interface Unfinished {
  kind: "waiting" | "failed";
  reason: string;
}

/** As `pulumi.createUrn` has it; where there is no parent without its outputs, which cost as much as several properties. */
function urnOf(name: string, type: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  if (parent !== undefined) return pulumi.createUrn(name, type, parent);
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
}

const commonMembers = ["region", "requestId", "adopted", "unfinished"];

/** A resource whose life is looked after by the provider of its kind. */
export abstract class ReleaseResource extends pulumi.CustomResource {
  /** Region in which the thing lives. */
  declare readonly region: pulumi.Output<string>;
  /** Id of the request that the cloud accepted, for its support. */
  declare readonly requestId: pulumi.Output<string | undefined>;
  /** Whether the thing was there before it was declared here. */
  declare readonly adopted: pulumi.Output<boolean>;
  /** There only while something is not done. */
  declare readonly unfinished: pulumi.Output<Unfinished | undefined>;

  /** Which outputs exist is told by `members`; Pulumi makes a property for each key that it is given. */
  // The linter takes the way on which `super` throws for one on which it is not called.
  // oxlint-disable-next-line constructor-super
  protected constructor(
    kind: KindName,
    name: string,
    args: object | undefined,
    members: readonly string[],
    options: pulumi.CustomResourceOptions | undefined,
  ) {
    warnOfPlainCredentials();
    const type = typeToken(kind);
    // With an id it is read, and not declared.
    const known =
      args === undefined && options?.id !== undefined
        ? {}
        : { ...args, __urn: urnOf(name, type, options?.parent), ...namesOfSecrets(args ?? {}) };
    const placeholders = Object.fromEntries(
      [...commonMembers, ...members].map((member) => [member, undefined]),
    );
    const properties = { ...placeholders, ...known, __provider: providerText(kind) };
    const restoreStacks = shortenStacks(ReleaseResource, new.target);
    try {
      super(type, name, properties, options);
    } catch (error) {
      restoreStacks();
      // What is wrong is in the program, at the line that declares.
      if (error instanceof Error) Error.captureStackTrace(error, new.target);
      throw error;
    } finally {
      restoreStacks();
    }
  }
}
