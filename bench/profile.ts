// Where the time and the memory go, beside the floor's: of one kind that calls little, and of those that cost most.
import { startCloud } from "./cloud.js";
import { imageSyncTask, kindNames, type KindName } from "./declared.js";
import { engineTable, profileEngine, type EngineProfile } from "./engine-profile.js";
import { hostTable, profileHost, type HostProfile } from "./host-profile.js";
import { missing } from "./markdown.js";
import { profileProgram, programTable, type ProgramProfile } from "./program-profile.js";
import type { Cases, Measured, Options, Section } from "./section.js";

const sides = ["floor", "ours"] as const;
const expected: readonly KindName[] = [
  imageSyncTask,
  "huaweicloud:LivedataDeployment",
  "huaweicloud:GrayscaleRelease",
];

interface Data {
  readonly count: number;
  /** The floor's, and ours. */
  readonly host: readonly HostProfile[];
  readonly engine: readonly EngineProfile[];
  readonly program: ProgramProfile;
}

async function measureKind(kind: KindName, count: number, say: Options["say"]): Promise<Data> {
  const cloud = await startCloud();
  const [host, engine]: [HostProfile[], EngineProfile[]] = [[], []];
  try {
    for (const side of sides) {
      say(`profiles of ${kind} × ${count}, ${side}`);
      host.push(await profileHost(kind, side, count, cloud));
      engine.push(await profileEngine(kind, side, count, cloud));
    }
    return { count, host, engine, program: await profileProgram(kind, count, cloud) };
  } finally {
    await cloud.close();
  }
}

function tables({ count, host, engine, program }: Data): string {
  return [
    hostTable(count, host, sides),
    engineTable(count, engine, sides),
    programTable(count, program),
  ].join("\n\n");
}

function renderKind(kind: KindName, measured: Measured<Data> | undefined): string {
  const told =
    measured === undefined
      ? missing(`--only profile --kinds ${kind}`)
      : `One profile of each; ${measured.note}.\n\n${tables(measured.data)}`;
  return `### ${kind}\n\n${told}`;
}

export const profile: Section<Data> = {
  name: "profile",
  inQuick: false,
  async measure({ quick, kinds = expected, sizes, say }, keep) {
    for (const kind of kindNames.filter((one) => kinds.includes(one)))
      await keep(kind, () => measureKind(kind, sizes?.[0] ?? (quick ? 100 : 500), say));
  },
  render: (cases) =>
    [
      `## Where the time goes

By the samples of Node.js's and of Go's own profilers, one run of each side: of the dynamic host by whose code was running,
once it has started and made a first resource, of the program in the same way but with its start, of the engine by what it
was for. A cloud that answers at once.`,
      ...kindNames
        .filter((kind) => expected.includes(kind) || cases[kind] !== undefined)
        .map((kind) => renderKind(kind, cases[kind])),
    ].join("\n\n"),
  figures: (cases: Cases<Data>) => ({
    profile:
      cases[imageSyncTask] === undefined ? missing("--only profile") : tables(cases[imageSyncTask].data),
  }),
};
