import type { ResourceValidationPolicy } from "@pulumi/policy";
import { everyStack, releasePolicy, saidFor, textsByResource, type Settings } from "./release-policy";

interface ReasonSettings extends Settings {
  reasons: Record<string, string>;
  reasonPattern: string;
}

export function overrideNeedsReason(): ResourceValidationPolicy {
  return releasePolicy(
    {
      name: "override-needs-reason",
      description: "A synchronization that overwrites images of the same tag needs a reason.",
      only: "huaweicloud:ImageSyncTask",
      stacks: everyStack,
      properties: {
        reasons: textsByResource,
        reasonPattern: { type: "string", format: "regex", default: String.raw`\S.{8,}\S` },
      },
    },
    (declared, settings) => {
      const { reasons, reasonPattern } = settings as ReasonSettings;
      if (declared.props.override !== true) return undefined;
      if (new RegExp(reasonPattern).test(saidFor(declared, reasons))) return undefined;
      return (
        `"${declared.name}" has override: true. Take it away, or put a reason that matches /${reasonPattern}/ ` +
        `under "reasons" in this policy's configuration, by the resource's name.`
      );
    },
  );
}
