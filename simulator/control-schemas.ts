import { z } from "zod";
import type { Fault, FaultKind } from "./faults.js";
import { operationNames } from "./operation.js";
import type { Progress } from "./progress.js";
import type { RateLimit } from "./rate-limit.js";

/** Reads how time passes from JSON. */
export const progressSchema: z.ZodType<Progress> = z.discriminatedUnion("advance", [
  z.strictObject({ advance: z.literal("immediately") }),
  z.strictObject({ advance: z.literal("afterReads"), reads: z.int().min(1) }),
  z.strictObject({ advance: z.literal("byClock"), seconds: z.number().min(0) }),
  z.strictObject({ advance: z.literal("never") }),
]);

const flag = z.boolean().optional();

/** Reads a rate limit from JSON. */
export const rateLimitSchema: z.ZodType<RateLimit> = z.strictObject({
  requests: z.int().min(1),
  seconds: z.number().positive(),
  retryAfter: flag,
  tellsLimit: flag,
});

const kinds: z.ZodType<FaultKind> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tooManyRequests"),
    retryAfter: z.union([z.number(), z.string()]).optional(),
    status: z.int().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("serverError"),
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
    html: flag,
    applied: flag,
  }),
  z.strictObject({ kind: z.literal("resetBefore") }),
  z.strictObject({ kind: z.literal("lostReply") }),
  z.strictObject({ kind: z.literal("hang"), applied: flag }),
  z.strictObject({ kind: z.literal("cutReply"), dropped: flag }),
  z.strictObject({ kind: z.literal("slowBody"), milliseconds: z.number().min(0) }),
  z.strictObject({ kind: z.literal("unreachableAfter"), milliseconds: z.number().min(0) }),
  z.strictObject({ kind: z.literal("lateList"), reads: z.int().min(1) }),
  z.strictObject({ kind: z.literal("expiredToken") }),
  z.strictObject({ kind: z.literal("emptyRead") }),
  z.strictObject({
    kind: z.literal("edasFailure"),
    code: z.union([z.number(), z.string()]),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal("clockSkew") }),
]);

/** Reads a fault from JSON. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  match: z
    .strictObject({
      service: z.enum(["iam", "asm", "roma", "swr", "edas"]).optional(),
      operation: z.enum(operationNames).optional(),
      method: z.string().optional(),
      pathIncludes: z.string().optional(),
    })
    .optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
  fault: kinds,
});
