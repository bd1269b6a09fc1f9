// What every resource owes, whatever it is: one suite, told the particulars of each kind.
import type { OperationName, Progress, Seed } from "pulumi-grayscale/simulator";
import { describe } from "vitest";
import type { Properties } from "./dynamic-host.js";
import { adopts } from "./obligations/adopting.js";
import { survivesFaults } from "./obligations/faults.js";
import { comparesInputs } from "./obligations/inputs.js";
import { livesItsLife } from "./obligations/life.js";
import { readsAgain } from "./obligations/reading.js";
import { keepsUnfinished } from "./obligations/unfinished.js";
import type { SimulatedCloud } from "./simulated-cloud.js";

export interface ResourceSpec {
  readonly kind: string;
  readonly cloudName: "huaweicloud" | "alicloud";
  /** Every name that the kind's schema knows. */
  readonly inputNames: readonly string[];
  /** What a program declares. */
  readonly args: Properties;
  readonly seed?: Seed;
  /** The region of `args`, and another one. */
  readonly regions: readonly [string, string];
  readonly id: string | ((cloud: SimulatedCloud) => string);
  /** The keys of the outputs that are no inputs. */
  readonly outputs: readonly string[];
  /** Arguments that break a rule, each with the field that it is named by. */
  readonly bad: readonly { readonly with: Properties; readonly property: string; readonly reason: RegExp }[];
  /** Another value for each input that replaces, is acted upon, or only changes what is stored. */
  readonly replaced: Readonly<Record<string, unknown>>;
  readonly actedOn: Readonly<Record<string, unknown>>;
  readonly stored: Readonly<Record<string, unknown>>;
  /** An argument that may be secret, and the part of it that gives it away. */
  readonly secret: { readonly args: Properties; readonly name: string; readonly value: string };
  /** Every call, as `METHOD path status`. */
  readonly calls: {
    readonly create: readonly string[];
    readonly refresh: readonly string[];
    readonly destroy: readonly string[];
    /** Which of `create` is the first read of the thing, and which the write. */
    readonly read: number;
    readonly write: number;
    /** How it is looked whether a write was carried out; and what follows once it is seen that it was. */
    readonly look: string;
    /** The calls of a look that finds nothing, if they are more than that one. */
    readonly lookInVain?: readonly string[];
    /** How often it is looked in vain before the write is sent again. @default 2 */
    readonly looks?: number;
    readonly afterLook: readonly string[];
    /** Of an update that takes up what was left. */
    readonly resume: readonly string[];
  };
  readonly operations: {
    readonly read: OperationName;
    readonly write: OperationName;
    readonly refresh: OperationName;
  };
  /** How many things there are that the write makes. */
  count(cloud: SimulatedCloud): number;
  /** Lets a create not end, and the phase that it then names. */
  readonly stuck: { readonly progress: Progress; readonly lateList?: boolean; readonly phase: RegExp };
  /** What makes it end badly. */
  readonly failing?: { readonly args: Properties; readonly seed?: Seed; readonly reason: RegExp };
  /** Takes the thing away behind Pulumi's back; nothing where absence is never concluded. */
  readonly vanish?: (cloud: SimulatedCloud) => void;
  /** What a read of an id that nothing has answers, and an id that cannot be one. */
  readonly unknownId: { readonly id: string; readonly message: RegExp };
  readonly badId: string;
  /** The id of `args` can be read only with its region: without it, something else could be meant. */
  readonly needsRegionInId?: boolean;
  /** Changes the thing behind Pulumi's back, and what a refresh then has as inputs. */
  readonly drift?: { readonly make: (cloud: SimulatedCloud) => void; readonly inputs: Properties };
  /** How a thing that exists is taken over. */
  readonly adoption?: Adoption;
}

export interface Adoption {
  /** Makes the thing behind Pulumi's back, as declared. */
  readonly plant: (cloud: SimulatedCloud) => void;
  /** Arguments that what was planted differs in, and how that is told. */
  readonly different: Properties;
  readonly differing: string;
  /** The calls of a create that finds it as declared, and of one that replaces it. */
  readonly adoptCalls: readonly string[];
  readonly replaceCalls: readonly string[];
  /** Not the default, yet a way to delete. */
  readonly explicitWay: string;
}

export function describeResource(spec: ResourceSpec): void {
  describe(`what ${spec.kind} owes`, () => {
    comparesInputs(spec);
    livesItsLife(spec);
    readsAgain(spec);
    survivesFaults(spec);
    keepsUnfinished(spec);
    if (spec.adoption !== undefined) adopts(spec, spec.adoption);
  });
}

export function idOf({ id }: ResourceSpec, cloud: SimulatedCloud): string {
  return typeof id === "string" ? id : id(cloud);
}
