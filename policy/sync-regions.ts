import type { ResourceValidationPolicy } from "@pulumi/policy";
import { everyStack, matchesAny, releasePolicy, texts, type Settings } from "./release-policy";

interface RegionSettings extends Settings {
  allowed: string[];
  forbidden: string[];
}

export function syncRegions(): ResourceValidationPolicy {
  return releasePolicy(
    {
      name: "sync-regions",
      description: "Images are copied only to regions that the team allows.",
      only: "huaweicloud:ImageSyncTask",
      stacks: everyStack,
      properties: { allowed: texts(["*"]), forbidden: texts([]) },
    },
    ({ name, props }, settings) => {
      const { allowed, forbidden } = settings as RegionSettings;
      const target = String(props.targetRegion);
      if (matchesAny(target, allowed) && !matchesAny(target, forbidden)) return undefined;
      const except = forbidden.length === 0 ? "" : ` except ${forbidden.join(", ")}`;
      return `"${name}" copies to a forbidden region. Change its targetRegion; allowed is ${allowed.join(", ")}${except}.`;
    },
  );
}
