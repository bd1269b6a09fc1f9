// What the engine spends its processor time on, by Go's own profiler.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import type { Cloud } from "./cloud.js";
import type { KindName } from "./declared.js";
import { table } from "./markdown.js";
import { openProject, operationNames } from "./project.js";
import { recordOf } from "./record.js";
import { seedOf } from "./seeds.js";
import { spentOn, spentRows, type Spent } from "./spent.js";

const steps = ["create", "unchanged", "destroy"] as const;
type StepName = (typeof steps)[number];
export type EngineProfile = Readonly<Record<StepName, Spent>>;

/** By the functions that were on the stack. */
export function purposeOf(stack: readonly string[]): string {
  const passes = (pattern: RegExp): boolean => stack.some((name) => pattern.test(name));
  if (passes(/^runtime\.gcBgMarkWorker/)) return "garbage collection";
  if (passes(/\.saveSnapshot$/)) {
    if (passes(/^crypto\/md5\./)) return "writing the state: checksums";
    if (passes(/^encoding\/json\./)) return "writing the state: JSON";
    if (passes(/^gocloud\.dev\//)) return "writing the state: files";
    return "writing the state: collecting and verifying it";
  }
  if (passes(/\/resource\/plugin\.(?:M|Unm)arshal/)) return "properties, to and from messages";
  if (passes(/^(?:google\.golang\.org\/(?:grpc|protobuf)|golang\.org\/x\/net\/http2)/))
    return "messages, with the program and the host";
  return "everything else";
}

function readProfile(file: string): Spent {
  const profile = Profile.decode(gunzipSync(readFileSync(file)));
  const names = new Map(
    profile.function.map(({ id, name }) => [Number(id), profile.stringTable.strings[Number(name)] ?? ""]),
  );
  const places = new Map(
    profile.location.map(({ id, line }) => [
      Number(id),
      line.map(({ functionId }) => names.get(Number(functionId)) ?? ""),
    ]),
  );
  return spentOn(
    profile.sample.map(({ locationId, value }) => [
      purposeOf(locationId.flatMap((id) => places.get(Number(id)) ?? [])),
      // Of a sample are told its number, and its nanoseconds.
      Number(value[1]) / 1e9,
    ]),
  );
}

export async function profileEngine(
  kind: KindName,
  side: "floor" | "ours",
  count: number,
  cloud: Cloud,
): Promise<EngineProfile> {
  await cloud.reset(seedOf(kind, count));
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  const project = await openProject({ side, kind, count, cloud, profileIn: folder });
  try {
    for (const step of steps) await project.perform(step);
    return recordOf(steps, (step) => {
      const file = readdirSync(folder).find((name) => name.startsWith(`${step}.`) && name.endsWith(".cpu"));
      if (file === undefined) throw new Error(`the engine has left no profile of ${step}`);
      return readProfile(join(folder, file));
    });
  } finally {
    await project.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function engineTable(
  count: number,
  profiles: readonly EngineProfile[],
  heads: readonly string[],
): string {
  return table(
    [
      `the engine: ${count} resources`,
      ...steps.flatMap((step) => heads.map((head) => `${operationNames[step]}: ${head}`)),
    ],
    spentRows(steps.flatMap((step) => profiles.map((profile) => profile[step]))),
  );
}
