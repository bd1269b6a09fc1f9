// Where a release is, and the steps that wait for it and end it.
import { CloudError, UnfinishedError } from "../errors.js";
import type { Context, Place } from "../kind.js";
import { lookTwice } from "../look.js";
import { waitFor } from "../wait.js";
import {
  deleteRelease,
  getRelease,
  listReleases,
  wasCreated,
  wasDeleted,
  type Namespace,
  type Release,
  type ReleaseKey,
} from "./asm.js";
import type { Given, State } from "./grayscale-release.js";
import { releaseActions } from "./settings.js";

export function toState({ metadata, status }: Release, outcome: State["outcome"] = "running"): State {
  const { phase, startTime, updateTime } = status ?? {};
  return { uid: metadata.uid, phase, startTime, updateTime, outcome };
}

/** In place of the uid in the id of a release whose create was never answered: nobody knows its uid yet. */
export const unanswered = "name=";

export function toId({ region }: Place, { meshId, namespace }: Given, last: string): string {
  return [region, meshId, namespace, last].join("/");
}

interface ParsedId extends Namespace {
  readonly region: string | undefined;
  /** One of the two. */
  readonly uid: string | undefined;
  readonly name: string | undefined;
}

export function fromId(id: string): ParsedId {
  const [last, namespace, meshId, region, ...rest] = id.split("/").toReversed();
  if (last === undefined || namespace === undefined || meshId === undefined || rest.length > 0) {
    throw new Error(`the id of a GrayscaleRelease is region/meshId/namespace/uid, found ${id}`);
  }
  const name = last.startsWith(unanswered) ? last.slice(unanswered.length) : undefined;
  return { region, meshId, namespace, name, uid: name === undefined ? last : undefined };
}

export function hasEnded({ endedPhases = [] }: Partial<Given>, { status }: Release): boolean {
  return endedPhases.includes(status?.phase ?? "");
}

/** The release of an id; where its uid is not known, the one of its name, which was not there before it was created. */
export async function find(
  id: string,
  stored: Partial<Given & State>,
  context: Context,
): Promise<Release | undefined> {
  const { uid, name = "", ...where } = fromId(id);
  const known = stored.uid ?? uid;
  return lookTwice(
    () =>
      known === undefined
        ? findByName({ ...stored, ...where, name }, context)
        : getRelease({ ...where, uid: known }, context),
    context,
  );
}

type Named = Pick<Given, "meshId" | "namespace" | "name" | "endedPhases">;

/** A release of that name that has not ended; `known` ones are others. */
export async function findByName(
  given: Named,
  context: Context,
  known?: Release,
): Promise<Release | undefined> {
  return findIn(await listReleases(given.meshId, context), given, known);
}

/** Before it is created: that there is none, a list of a moment ago tells as well as a new one. */
export async function findBefore(given: Named, context: Context): Promise<Release | undefined> {
  const where = (releases: Release[]): boolean => findIn(releases, given) === undefined;
  const reuse = wasCreated(given, context) ? undefined : { seconds: 2, where };
  return findIn(await listReleases(given.meshId, context, reuse), given);
}

function findIn(releases: readonly Release[], given: Named, known?: Release): Release | undefined {
  return releases.find(
    (found) =>
      found.metadata.namespace === given.namespace &&
      found.metadata.name === given.name &&
      found.metadata.uid !== known?.metadata.uid &&
      !wasDeleted(found) &&
      !hasEnded(given, found),
  );
}

/** A release that is not found is waited for a while: what was just made may be seen a little later. */
const missesAllowed = 4;

export async function settle(key: ReleaseKey, given: Given, context: Context): Promise<State> {
  const { name, readyPhases = [], failedPhases = [] } = given;
  const phaseOf = (seen: Release | undefined): string =>
    seen ? (seen.status?.phase ?? "unknown") : "not found";
  let misses = 0;
  const found = await waitFor(
    {
      what: `the release ${name} to become ${readyPhases.join(" or ") || "visible"}`,
      read: () => getRelease(key, context),
      phase: phaseOf,
      done: (seen) => seen !== undefined && (readyPhases.length === 0 || readyPhases.includes(phaseOf(seen))),
      check: (seen) => {
        misses = seen === undefined ? misses + 1 : 0;
        if (misses > missesAllowed) throw new UnfinishedError("failed", `the release ${name} is gone`);
        if (seen !== undefined && hasEnded(given, seen)) {
          throw new UnfinishedError("failed", `the release ${name} was ended: its phase is ${phaseOf(seen)}`);
        }
        if (!failedPhases.includes(phaseOf(seen))) return;
        throw new UnfinishedError("failed", `the release ${name} is in phase ${phaseOf(seen)}`);
      },
      everySeconds: context.pollSeconds,
    },
    context,
  );
  return found === undefined ? { uid: key.uid, outcome: "running" } : toState(found);
}

export async function end(key: ReleaseKey, given: Given, context: Context): Promise<void> {
  const way = given.onDelete === "end" ? "end" : "cancel";
  const action = releaseActions(context.sources)[way];
  const look = async (): Promise<Release | undefined> => {
    const seen = await lookTwice(() => getRelease(key, context), context);
    return seen !== undefined && hasEnded(given, seen) ? undefined : seen;
  };
  try {
    await deleteRelease(key, action, look, context);
  } catch (error) {
    if (!(error instanceof CloudError) || error.status !== 400) throw error;
    const [version, other] = way === "end" ? ["gray", "cancel"] : ["original", "end"];
    throw new Error(
      `${error.message}. Two things lead to this answer: the traffic is not where "${way}" needs it (all on the ${version} version), or ASM does not know the word "${action}" for it (huaweicloud:asmActions). Move the traffic there in the mesh, or set onDelete to "${other}" and run \`pulumi up\` before \`pulumi destroy\``,
      { cause: error },
    );
  }
}
