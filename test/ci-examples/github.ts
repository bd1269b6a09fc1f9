// Runs a job of a workflow as GitHub's runner does, as far as the examples need it.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "../../tools/places.mjs";
import type { Environment, Machine } from "./machine.js";

interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  shell?: string;
  env?: Environment;
}

export interface Job {
  if?: string;
  permissions?: Record<string, string>;
  environment?: string;
  "timeout-minutes"?: number;
  env?: Environment;
  steps: Step[];
}

export interface Workflow {
  name: string;
  on: unknown;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

export const workflowFolder: string = join(repositoryRoot, "examples", "ci", "github");

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(join(workflowFolder, file), "utf8")) as Workflow;
}

export interface JobRequest {
  machine: Machine;
  /** What a checkout gets. */
  origin: string;
  /** `github.event.number`, `secrets.NAME` and so on. */
  values: Record<string, string | undefined>;
  environment: Environment;
  /** Replaces some of the workflow's own environment. */
  replaced?: Environment;
  /** What was uploaded, by name: folders. */
  artifacts: Map<string, string>;
}

export interface RanJob {
  /** Of each step: `success`, `failure` or `skipped`. */
  outcomes: Record<string, string>;
  output: string;
  workspace: string;
}

/** Runs the one job of a workflow; `undefined` if its condition is not met. */
export async function runJob(file: string, request: JobRequest): Promise<RanJob | undefined> {
  const [job] = Object.values(readWorkflow(file).jobs);
  if (job === undefined) throw new Error(`${file} has no job.`);
  const { machine, origin, artifacts } = request;
  const [workspace, temp] = [machine.folder(), machine.folder()];
  const values: JobRequest["values"] = { ...request.values, "runner.temp": temp };
  if (job.if !== undefined && !holds(job.if, values)) return undefined;
  const outcomes: Record<string, string> = {};
  let output = "";
  let failed = false;
  const written = join(temp, "environment");
  writeFileSync(written, "");

  for (const step of job.steps) {
    const name = step.name ?? step.uses ?? step.run ?? "";
    const environment = {
      GITHUB_ACTIONS: "true",
      GITHUB_ENV: written,
      RUNNER_TEMP: temp,
      ...request.environment,
      ...filled(job.env, values),
      ...request.replaced,
      ...readEnvironment(written),
    };
    const stepValues = { ...values, ...prefixed("env.", environment) };
    const runs =
      step.if === undefined
        ? !failed
        : holds(step.if, stepValues) && (!failed || /cancelled\(\)/.test(step.if));
    let outcome = "skipped";
    if (runs && step.uses !== undefined) {
      use(step, { workspace, origin, artifacts, values: stepValues });
      outcome = "success";
    } else if (runs && step.run !== undefined) {
      if (step.run.includes("${{")) throw new Error(`An expression stands in the script of "${name}".`);
      const given = { ...environment, ...filled(step.env, stepValues) };
      const ended = await machine.bash(["-e"], step.run, workspace, given);
      output += `${name}\n${ended.output}\n`;
      outcome = ended.code === 0 ? "success" : "failure";
    }
    failed ||= outcome === "failure";
    outcomes[name] = outcome;
    if (step.id !== undefined) values[`steps.${step.id}.outcome`] = outcome;
  }
  return { outcomes, output, workspace };
}

interface Using extends Pick<JobRequest, "origin" | "artifacts" | "values"> {
  workspace: string;
}

/** The actions that the examples use. */
function use(step: Step, { workspace, origin, artifacts, values }: Using): void {
  const given = filled(step.with, values);
  const [action] = (step.uses ?? "").split("@");
  const { name = "", path = "" } = given;
  if (action === "actions/checkout") cpSync(origin, workspace, { recursive: true });
  else if (action === "actions/upload-artifact") {
    const file = join(workspace, path);
    if (!existsSync(file)) throw new Error(`There is no ${path} to upload.`);
    const folder = `${workspace}-${name}`;
    mkdirSync(folder);
    cpSync(file, join(folder, basename(path)));
    artifacts.set(name, folder);
  } else if (action === "actions/download-artifact") {
    const folder = artifacts.get(name);
    if (folder === undefined || given["run-id"] !== values["github.event.workflow_run.id"])
      throw new Error(`There is no artifact ${name} of that run.`);
    cpSync(folder, join(workspace, path), { recursive: true });
  } else if (!["actions/setup-node", "pulumi/actions"].includes(action ?? ""))
    throw new Error(`The action ${action} is not known here.`);
}

/** Expressions are names, texts, `==`, `!=`, `&&` and `cancelled()`. */
function holds(condition: string, values: JobRequest["values"]): boolean {
  const expression = condition.replace(/^\$\{\{(.*)\}\}$/s, "$1");
  return expression.split("&&").every((part) => {
    const [one = "", operator, other = ""] = part.trim().split(/ (==|!=) /);
    if (one === "!cancelled()") return true;
    if (operator === undefined) throw new Error(`The condition ${part} is not known here.`);
    return (valueOf(one, values) === valueOf(other, values)) === (operator === "==");
  });
}

function valueOf(operand: string, values: JobRequest["values"]): string {
  const text = /^'(.*)'$/.exec(operand)?.[1];
  if (text !== undefined) return text;
  if (!(operand in values) && !operand.startsWith("env.")) throw new Error(`${operand} has no value here.`);
  return values[operand] ?? "";
}

function filled(environment: Record<string, unknown> | undefined, values: JobRequest["values"]): Environment {
  return Object.fromEntries(
    Object.entries(environment ?? {}).map(([name, text]) => [
      name,
      String(text).replaceAll(/\$\{\{ (\S+) \}\}/g, (_, operand: string) => valueOf(operand, values)),
    ]),
  );
}

function prefixed(prefix: string, values: Environment): Environment {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** What steps wrote into `$GITHUB_ENV`. */
function readEnvironment(file: string): Environment {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
}
