// What the program spends its time on while it declares, by Node.js's own profiler.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud } from "./cloud.js";
import type { KindName } from "./declared.js";
import { table } from "./markdown.js";
import { openProject } from "./project.js";
import { seedOf } from "./seeds.js";
import { spentRows, type Spent } from "./spent.js";
import { spentIn, type V8Profile } from "./v8-profile.js";

const variants = ["floor", "floor, short stacks", "ours"] as const;
type Variant = (typeof variants)[number];
export type ProgramProfile = Readonly<Record<Variant, Spent>>;

/** Of an `up` without a change: the program does the same in each. */
async function profileVariant(variant: Variant, kind: KindName, count: number, cloud: Cloud): Promise<Spent> {
  await cloud.reset(seedOf(kind, count));
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  const name = "program.cpuprofile";
  const file = join(folder, name);
  const project = await openProject({
    side: variant === "ours" ? variant : "floor",
    kind,
    count,
    cloud,
    shortStacks: variant === "floor, short stacks",
    skipCheckpoints: true,
    programArguments: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-name=${name}`,
  });
  try {
    await project.perform("create");
    rmSync(file);
    await project.perform("unchanged");
    return spentIn(JSON.parse(readFileSync(file, "utf8")) as V8Profile);
  } finally {
    await project.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function profileProgram(kind: KindName, count: number, cloud: Cloud): Promise<ProgramProfile> {
  const profile: Partial<Record<Variant, Spent>> = {};
  for (const variant of variants) profile[variant] = await profileVariant(variant, kind, count, cloud);
  return profile as ProgramProfile;
}

export function programTable(count: number, profile: ProgramProfile): string {
  return table(
    [`the program: ${count} resources, \`up\`, no change`, ...variants],
    spentRows(variants.map((variant) => profile[variant])),
  );
}
