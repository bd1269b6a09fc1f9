import type { ResourceValidationPolicy } from "@pulumi/policy";
import { endNeedsApproval, type Environment } from "./end-needs-approval";
import { freezeWindows } from "./freeze-windows";
import { overrideNeedsReason } from "./override-needs-reason";
import { productionDeclaresOnDelete } from "./production-declares-on-delete";
import { syncRegions } from "./sync-regions";

/**
 * All policies; time and environment are inputs, for tests and for packs of one's own. The time is that of the
 * run's begin: a run that goes on into a freeze is not stopped half-way.
 */
export function policies(
  now: Date = new Date(),
  environment: Environment = process.env,
): ResourceValidationPolicy[] {
  return [
    productionDeclaresOnDelete(),
    endNeedsApproval(environment),
    syncRegions(),
    overrideNeedsReason(),
    freezeWindows(now),
  ];
}
