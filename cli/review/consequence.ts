import type { Given } from "./given.js";
import type { Phrase } from "./phrase.js";

/**
 * Whether taking a change back and running `pulumi up` again leads to what was before: `inPart` where something stays
 * different, `no` where something is lost, `notKnown` where no preview can tell.
 */
export type Reversible = "yes" | "inPart" | "no" | "notKnown";

/** The worst first. */
export const byRisk: readonly ["no", "notKnown", "inPart", "yes"] = ["no", "notKnown", "inPart", "yes"];

/** One line of the picture. */
export interface Move {
  /** Two things of one name in two places are two things. */
  readonly place: string;
  readonly from: Phrase;
  readonly to: Phrase;
  readonly label: string;
  readonly how: "begins" | "stays" | "ends";
}

export interface Consequence {
  /** For the verdict: "1 release starts", "2 releases start". */
  readonly one: string;
  readonly many: string;
  /** What is there afterwards. */
  readonly to: Phrase;
  readonly reversible: Reversible;
  /** Why, in a few words. */
  readonly why: Phrase;
  readonly moves: readonly Move[];
}

/** A removal also has the words for "on destroy". */
export interface Removal extends Consequence {
  readonly destroy: Phrase;
  /** Whether it goes on in the cloud, without a resource that stands for it. */
  readonly leaves?: true;
}

/** What a kind of resource does, in the words of a reviewer. The facts are those of `provider/`, and stand here only. */
export interface Reviewed {
  /** The name in Pulumi's type token. */
  readonly name: string;
  readonly noun: readonly [one: string, many: string];
  /** For the verdict, of one that is replaced. */
  readonly replaced: readonly [one: string, many: string];
  /** What becomes of one that a removal leaves. */
  readonly left: string;
  /** The ways of a removal, other than "retain". */
  readonly ways: readonly string[];
  /** The way of a removal where `onDelete` is not given. */
  readonly usualWay: string;
  /** What only one thing can have at a time. */
  naturalKey(given: Given): string;
  what(given: Given): Phrase;
  where(given: Given): Phrase;
  /** What is there while it is declared; what is equal in the other one may be left out. */
  standing(given: Given, other?: Given): Phrase;
  create(given: Given, onDelete: string): Consequence;
  /** By one of the ways. */
  remove(given: Given, way: string): Removal;
  /** Why a removal would make no call, if it would not. */
  over?(given: Given): Phrase | undefined;
  /**
   * Whether what was declared under another name is taken over as it is, if this is declared now. A kind that takes
   * nothing over says instead what comes of declaring it anew.
   */
  isSame?(before: Given, after: Given): boolean;
  again?(before: Given, after: Given): Consequence;
  /** An update that acts in the cloud. */
  act?(before: Given, after: Given): Consequence | undefined;
}
