// Runs the script of a job as GitLab's runner does, as far as the example needs it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Ended } from "../../tools/command.mjs";
import { repositoryRoot } from "../../tools/places.mjs";
import type { Environment, Machine } from "./machine.js";

export const pipelineFile: string = join(repositoryRoot, "examples", "ci", "gitlab", ".gitlab-ci.yml");

interface Job {
  rules?: { if: string }[];
  /** Lines, and references to those of another job. */
  script: (string | [job: string, key: "script"])[];
  variables?: Environment;
  [key: string]: unknown;
}

interface Pipeline {
  variables: Environment;
  jobs: Record<string, Job>;
}

export function readPipeline(): Pipeline {
  // `!reference` is a tag that only GitLab knows; without it there is a list.
  const document = parse(readFileSync(pipelineFile, "utf8"), { logLevel: "error" }) as object;
  const { default: _default, variables, ...jobs } = document as Pipeline["jobs"];
  return { variables: variables as unknown as Environment, jobs };
}

/** The lines of a job, with those of the jobs that it refers to. */
export function scriptOf(name: string): string[] {
  const job = readPipeline().jobs[name];
  if (job === undefined) throw new Error(`There is no job ${name}.`);
  return job.script.flatMap((line) => (typeof line === "string" ? [line] : scriptOf(line[0])));
}

interface RanJob extends Ended {
  workspace: string;
}

/** Runs a job in a copy of a folder, or in an empty one. */
export async function runJob(
  name: string,
  machine: Machine,
  origin: string | undefined,
  environment: Environment,
): Promise<RanJob> {
  const { variables, jobs } = readPipeline();
  const workspace = machine.folder(origin);
  const ended = await machine.bash(["-eo", "pipefail"], scriptOf(name).join("\n"), workspace, {
    GITLAB_CI: "true",
    ...variables,
    ...jobs[name]?.variables,
    ...environment,
  });
  return { ...ended, workspace };
}
