import type { ResourceValidationPolicy } from "@pulumi/policy";
import { endings, production, releasePolicy } from "./release-policy";

export function productionDeclaresOnDelete(): ResourceValidationPolicy {
  return releasePolicy(
    {
      name: "production-declares-on-delete",
      description: "In production, what a destroy does is written in the program.",
      stacks: production,
      properties: {},
    },
    ({ name, kind, props }) => {
      // A value that is not known yet is a written one.
      if ("onDelete" in props) return undefined;
      const written = endings[kind].map((ending) => `"${ending}"`);
      return (
        `"${name}" has no onDelete, so a destroy would do the default, ${written[0]}. ` +
        `Write onDelete: ${written.join(" or ")} in its arguments.`
      );
    },
  );
}
