// The contract of a kind of resource: its inputs and its life, without a word of Pulumi.
import * as z from "./zod.js";
import type { Sources } from "./config.js";
import type { CloudRequest, Reply } from "./http.js";
import type { Limits } from "./limits.js";
import type { WaitContext } from "./wait.js";

/** Where in a cloud a thing lives. */
export interface Place {
  readonly region: string;
  /** The project of Huawei Cloud; Alibaba Cloud has none. */
  readonly projectId: string | undefined;
}

/** The way to one place of a cloud, with credentials. */
export interface Connection {
  readonly place: Place;
  readonly call: (request: CloudRequest) => Promise<Reply>;
  /** Rejects unless the credentials belong to the place, so that "not there" means something. */
  readonly confirmOwned: () => Promise<void>;
}

export interface Log {
  info(text: string): void;
  warning(text: string): void;
  /** Shown while it happens, not kept. */
  progress(text: string): void;
}

/** What one step of a life may use. */
export interface Context extends Connection, WaitContext {
  readonly log: Log;
  readonly sources: Sources;
  readonly limits: Limits;
  /** First and longest interval of a wait, with the user's own first interval if there is one. */
  readonly pollSeconds: readonly [number, number];
  /**
   * From here on the cloud has the thing: whatever happens next, its id and what is known of it are kept.
   * May be called again when more is known.
   */
  accepted(id: string, state: object): void;
  /** What is there under that id turned out to be somebody else's. */
  withdrawn(): void;
}

/** The inputs that every kind has. */
export interface CommonGiven {
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  readonly onDelete?: string | undefined;
  readonly adopt?: "identical" | "never" | "always" | undefined;
  readonly ifFailed?: "stop" | "replace" | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** What a create made or found. */
interface Created<State> {
  readonly id: string;
  readonly state: State;
  /** It existed before, and equals what is declared. */
  readonly adopted: boolean;
}

/** What a read saw: the inputs that the cloud shows, in our words, and the outputs. */
export interface Seen<Given, State> {
  readonly declared: Partial<Given>;
  readonly state: State;
}

/** What a reviewer is told, in clauses without a tense that go on in lower case and have no full stop. */
export interface Rollout {
  /** What is going on: "every image pushed to … is copied to …". */
  readonly whileDeclared: string;
  /** What a destroy does: "stops the copying; copied images stay". */
  readonly destroy: string;
}

export interface Kind<Given extends CommonGiven, State> {
  readonly name: string;
  readonly cloud: "huaweicloud" | "alicloud";
  /** Validates, and never transforms: what the user wrote is what is stored. */
  readonly inputs: z.ZodType<Given>;
  /** What an input means when it is not given. */
  readonly defaults: Partial<Given>;
  /** Inputs that become part of the id, which is never secret. */
  readonly idInputs: readonly (keyof Given & string)[];
  readonly replaceOn: readonly (keyof Given & string)[];
  /** Which changes of an input in `replaceOn` replace; every one where the kind does not say. */
  replaces?(key: string, stored: unknown, declared: unknown): boolean;
  /** Inputs that are acted upon in the cloud when they change; the others only change what is stored. */
  readonly actOn: readonly (keyof Given & string)[];
  /** Inputs that a create works out when they are not given: absent never differs from stored. */
  readonly computed: readonly (keyof Given & string)[];
  readonly timeoutSeconds: number;
  readonly pollSeconds: readonly [number, number];
  /** Whether an input means the same as the stored one; plain equality where the kind does not say. */
  same?(key: string, stored: unknown, declared: unknown): boolean;
  /** Whether live traffic depends on it: then each is told by a line of its own, however many there are. */
  readonly movesTraffic: boolean;
  rollout(given: Given): Rollout;
  /** What only one thing can have at a time; two declarations with the same key mean the same thing. */
  naturalKey(given: Given): string;
  /** The region that an id begins with, and whether the rest of it can be read. */
  parseId(id: string): { readonly region: string | undefined };
  create(given: Given, context: Context): Promise<Created<State>>;
  /** Nothing when it is proved to be gone. */
  read(id: string, stored: Partial<Given & State>, context: Context): Promise<Seen<Given, State> | undefined>;
  /** Takes up what was left unfinished, or acts on changed inputs. */
  resume(id: string, given: Given, state: Partial<State>, context: Context): Promise<State>;
  delete(id: string, stored: Given & State, context: Context): Promise<void>;
}

interface CommonInputs<Way extends string> {
  region: z.ZodOptional<z.ZodString>;
  onDelete: z.ZodOptional<z.ZodEnum<{ [Name in Way]: Name }>>;
  ifFailed: z.ZodOptional<z.ZodEnum<{ stop: "stop"; replace: "replace" }>>;
  timeoutSeconds: z.ZodOptional<z.ZodNumber>;
}

/** The schemas of the inputs that every kind has, for one with these ways to be deleted. */
export function commonInputs<Way extends string>(ways: readonly [Way, ...Way[]]): CommonInputs<Way> {
  return {
    region: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,62}$/, "must be the id of a region, such as cn-north-4")
      .optional(),
    onDelete: z.enum(ways).optional(),
    ifFailed: z.enum(["stop", "replace"]).optional(),
    timeoutSeconds: z
      .number()
      .positive("must be more than 0 seconds")
      .max(86_400, "must be at most a day")
      .optional(),
  };
}

interface HuaweicloudInputs<Way extends string> extends CommonInputs<Way> {
  projectId: z.ZodOptional<z.ZodString>;
  adopt: z.ZodOptional<z.ZodEnum<{ identical: "identical"; never: "never"; always: "always" }>>;
}

/** The schemas of the inputs that every kind of Huawei Cloud has. */
export function huaweicloudInputs<Way extends string>(
  ways: readonly [Way, ...Way[]],
): HuaweicloudInputs<Way> {
  return {
    ...commonInputs(ways),
    projectId: cloudId.optional(),
    adopt: z.enum(["identical", "never", "always"]).optional(),
  };
}

/** For a rule about several inputs: it is looked at also when one of them breaks a rule of its own. */
export function evenIfOthersFail({ value }: { readonly value: unknown }): boolean {
  return typeof value === "object" && value !== null;
}

/** An id of a cloud: part of paths and of our own ids, so neither a slash nor a dot alone. */
export const cloudId: z.ZodString = z
  .string()
  .min(1, "must not be empty")
  .max(128, "must have at most 128 characters")
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/, "must hold only letters, digits, dots, underscores and hyphens");
