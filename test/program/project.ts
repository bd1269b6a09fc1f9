// A folder with a program in it, run by Pulumi's real command line as a user runs it, until the test ends.
import { onTestFinished } from "vitest";
import { startProject, type Plan, type Project, type ProjectOptions } from "./start-project.js";

export type { Plan, Project } from "./start-project.js";

export async function openProject(folder: string, options: ProjectOptions = {}): Promise<Project> {
  const project = await startProject(folder, options);
  onTestFinished(() => project.close());
  return project;
}

/** What a preview warns of, or fails with, beside Pulumi's word that the language host lies on PATH. */
export function complaintsIn({ diagnostics }: Plan): string[] {
  return diagnostics
    .filter(({ severity }) => ["warning", "error"].includes(severity))
    .map(({ message }) => message.trim())
    .filter((message) => !message.startsWith("warning: using pulumi-language-nodejs from $PATH"));
}
