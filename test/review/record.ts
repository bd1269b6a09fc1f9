// Writes the previews that are not there yet, each from the real engine, as Pulumi's command line prints it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatorProjectId } from "pulumi-grayscale/simulator";
import { repositoryRoot } from "../../tools/places.mjs";
import { startProject } from "../program/start-project.js";
import { region, type SimulatedCloud } from "../simulated-cloud.js";
import { programs, type RecordedProgram } from "./programs.js";

const folder = join(repositoryRoot, "test", "review");

async function record(): Promise<void> {
  for (const [name, program] of Object.entries(programs)) {
    const file = join(folder, `preview-${name}.json`);
    if (existsSync(file)) continue;
    writeFileSync(file, await previewOf(name, program));
    console.log(`written: ${file}`);
  }
}

async function previewOf(name: string, { before, after, ...recorded }: RecordedProgram): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "pulumi-grayscale-preview-"));
  const project = { name: "shop", runtime: { name: "nodejs", options: { typescript: false } } };
  const compiled = join(repositoryRoot, ".build", "test", "review", "programs.js");
  writeFileSync(join(place, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(place, "package.json"), "{}");
  symlinkSync(join(repositoryRoot, "node_modules"), join(place, "node_modules"));
  const declare = (when: "before" | "after"): void =>
    writeFileSync(
      join(place, "index.js"),
      `require(${JSON.stringify(compiled)}).programs.${name}.${when}();`,
    );
  const environment = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: String(recorded.streaming ?? false) };
  const opened = await startProject(place, { stackName: "prod", environment });
  try {
    if (recorded.repositorySynced !== undefined) plant(opened.cloud, recorded.repositorySynced);
    if (before !== undefined) {
      declare("before");
      // What waits for a person ends an update as failed; it is in the state.
      await opened
        .pulumi("up", "--yes", "--continue-on-error")
        .catch((error: unknown) => console.log(String(error).slice(-300)));
    }
    if (after !== undefined) declare("after");
    const operation = after === undefined ? ["destroy", "--preview-only"] : ["preview"];
    // What it says of a preview that fails is a document, too.
    const { stdout } = spawnSync("pulumi", [...operation, "--json"], {
      cwd: place,
      encoding: "utf8",
      env: opened.environment,
    });
    return withoutPlaces(stdout, opened.cloud, place);
  } finally {
    await opened.close();
    rmSync(place, { recursive: true });
  }
}

/** A synchronization of somebody else's, as the programs declare theirs. */
function plant({ cloud }: SimulatedCloud, repository: string): void {
  const time = "2026-11-23T00:00:00.000Z";
  cloud.syncTasks.push({
    region,
    projectId: simulatorProjectId(region),
    id: 1,
    namespace: "team",
    repository,
    remoteRegionId: "cn-east-3",
    remoteNamespace: "team",
    syncAuto: true,
    override: false,
    createdAt: time,
    updatedAt: time,
    domainName: "simulated-account",
  });
}

/** As it is kept: without the places of this machine, and with a placeholder for the simulated cloud. */
function withoutPlaces(text: string, cloud: SimulatedCloud, place: string): string {
  const isAboutThisMachine = (value: unknown): boolean =>
    typeof value === "object" && value !== null && JSON.stringify(value).includes("pulumi-language-nodejs");
  const clean = (key: string, value: unknown): unknown => {
    if (["sourcePosition", "stackTrace", "timestamp", "duration", "durationSeconds"].includes(key))
      return undefined;
    return key === "diagnostics" && Array.isArray(value)
      ? value.filter((one) => !isAboutThisMachine(one))
      : value;
  };
  // One document, or an event a line; the engine's words for a debugger are not kept.
  const documents = text.includes('\n{"sequence"')
    ? text
        .split("\n")
        .filter((line) => line.startsWith("{") && !/"severity":"debug"|pulumi-language-nodejs/.test(line))
    : [text];
  const space = documents.length === 1 ? 2 : undefined;
  const kept = documents.map((one) => JSON.stringify(JSON.parse(one, clean), undefined, space)).join("\n");
  return `${kept.replaceAll(cloud.url, "http://simulator.invalid").replaceAll(place, "/project")}\n`;
}

void record();
