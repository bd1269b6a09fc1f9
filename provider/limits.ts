import * as z from "./zod.js";
import { ConfigurationError, readOnce, shape, type Sources } from "./config.js";

/** The settings of this provider itself, with what they mean when they are not given. */
export interface Limits {
  /** A request without an answer is given up after this long. */
  readonly requestTimeoutSeconds: number;
  /** How often a request is tried when it fails; refusals for now do not count. */
  readonly maxAttempts: number;
  /** Requests under way at once, for each host. */
  readonly maxConcurrentRequests: number;
  /** The first interval between two reads of a wait; each kind of resource has its own. */
  readonly pollSeconds: number | undefined;
  /** File that gets a line for each request. */
  readonly trace: string | undefined;
  /** Allows plain http to hosts other than this machine. */
  readonly insecure: boolean;
}

const limitsSchema = z.object({
  requestTimeoutSeconds: z.coerce.number().positive().max(600).default(30),
  maxAttempts: z.coerce.number().int().min(1).max(20).default(6),
  maxConcurrentRequests: z.coerce.number().int().min(1).max(256).default(16),
  pollSeconds: z.coerce.number().positive().max(600).optional(),
  trace: z.string().optional(),
  insecure: z
    .union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")])
    .default(false),
});

export const limits: typeof readLimits = readOnce(readLimits);

function readLimits(sources: Sources): Limits {
  const given = Object.fromEntries(
    Object.keys(limitsSchema.shape).map((key) => [key, sources.config(`grayscale:${key}`)]),
  );
  const result = limitsSchema.safeParse(given);
  if (result.success)
    return { ...result.data, pollSeconds: result.data.pollSeconds, trace: result.data.trace };
  throw new ConfigurationError(
    "grayscale",
    result.error.issues.map(
      (issue) =>
        `grayscale:${issue.path.join(".")}: ${issue.message}, found ${shape(given[String(issue.path[0])])}`,
    ),
  );
}
