export * as alicloud from "./alicloud/index.js";
export * as huaweicloud from "./huaweicloud/index.js";
export type { HuaweicloudArgs, ReleaseArgs, Unfinished } from "./dynamic.js";
export {
  Provider,
  type AlicloudSettings,
  type GrayscaleSettings,
  type HuaweicloudSettings,
  type ProviderArgs,
} from "./provider.js";
