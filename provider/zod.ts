// What the provider uses of zod. The build puts it into one file (tools/build.mjs): zod's own entry loads its
// translations into forty languages as well, and that takes the host longer than all of this package.
export {
  array,
  boolean,
  coerce,
  enum,
  int,
  literal,
  looseObject,
  number,
  object,
  record,
  strictObject,
  string,
  union,
  unknown,
} from "zod";
export type { ZodEnum, ZodNumber, ZodOptional, ZodString, ZodType } from "zod";
export type { $ZodIssue } from "zod/v4/core";
