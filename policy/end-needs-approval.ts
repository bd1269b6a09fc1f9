import type { ResourceValidationPolicy } from "@pulumi/policy";
import { everyStack, releasePolicy, saidFor, textsByResource, type Settings } from "./release-policy";

interface EndSettings extends Settings {
  approvals: Record<string, string>;
  approvalPattern: string;
  approvalVariable: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function endNeedsApproval(environment: Environment): ResourceValidationPolicy {
  return releasePolicy(
    {
      name: "end-needs-approval",
      description: "A release whose destroy gives up the original version needs an approval.",
      only: "huaweicloud:GrayscaleRelease",
      stacks: everyStack,
      properties: {
        approvals: textsByResource,
        approvalPattern: { type: "string", format: "regex", default: String.raw`\S` },
        approvalVariable: { type: "string", default: "" },
      },
    },
    (declared, settings) => {
      const { approvals, approvalPattern, approvalVariable } = settings as EndSettings;
      if (declared.props.onDelete !== "end") return undefined;
      const approved = new RegExp(approvalPattern);
      if (approved.test(saidFor(declared, approvals))) return undefined;
      if (approved.test(environment[approvalVariable] ?? "")) return undefined;
      const variable = approvalVariable === "" ? "" : `, or in the variable ${approvalVariable}`;
      return (
        `"${declared.name}" has onDelete "end". Write "cancel" or "retain", or put an approval that matches ` +
        `/${approvalPattern}/ under "approvals" in this policy's configuration, by the resource's name${variable}.`
      );
    },
  );
}
