// What a killed run leaves among the files of Pulumi's file backend: a lock, for each run has one, and cut-off attributes.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface Lock {
  /** As Pulumi tells it: user@host, process and time. */
  readonly words: string;
  /** Whether that process is still there; another machine's cannot be seen. */
  readonly state: "ended" | "running" | "elsewhere";
}

/** The locks on a stack; nothing where the backend keeps them out of sight. */
export function readLocks(backend: string, folder: string, stack: string): Lock[] | undefined {
  const root = rootOf(backend, folder);
  if (root === undefined) return undefined;
  const locks = join(root, ".pulumi", "locks");
  const { name, project } = identityOf(stack, folder);
  // A backend of old has no projects.
  const places = [join(locks, "organization", project, name), join(locks, name)];
  return places.flatMap((place) =>
    filesIn(place)
      .filter((file) => file.endsWith(".json"))
      .map((file) => lockOf(readFileSync(join(place, file), "utf8"))),
  );
}

export interface CutOff {
  readonly file: string;
  /** By the name that was asked for, which may tell another project than the folder's. */
  readonly stack: string;
}

/**
 * The files of attributes beside a stack's state and tags that a kill cut off in the writing; of all stacks of the project
 * where none is named. As long as one is there, Pulumi says `failed to load checkpoint: EOF` of a state that is whole;
 * without it, it reads the state.
 */
export function cutOffAttributes(backend: string, folder: string, stack?: string): CutOff[] {
  const root = rootOf(backend, folder);
  if (root === undefined) return [];
  const { name: wanted, project } = identityOf(stack ?? "", folder);
  const states = join(root, ".pulumi", "stacks");
  return [join(states, project), states].flatMap((place) =>
    filesIn(place).flatMap((file) => {
      const [, name = ""] = /^(.+?)\.(?:json|json\.gz|json\.zst|pulumi-tags)\.attrs$/.exec(file) ?? [];
      const isWanted = name !== "" && (stack === undefined || name === wanted);
      const cutOff = { file: join(place, file), stack: stack ?? name };
      return isWanted && isCutOff(cutOff.file) ? [cutOff] : [];
    }),
  );
}

/** Takes away what is still cut off: a run may have written it anew. */
export function removeCutOff(files: readonly CutOff[]): void {
  for (const { file } of files) if (isCutOff(file)) rmSync(file, { force: true });
}

/** What is not there, or cannot be read, is not known to be cut off. */
function isCutOff(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return false;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function rootOf(backend: string, folder: string): string | undefined {
  if (!backend.startsWith("file://")) return undefined;
  const [path = ""] = backend.slice("file://".length).split("?");
  if (path.startsWith("~")) return join(homedir(), path.slice(1));
  return path.startsWith("/") ? fileURLToPath(`file://${path}`) : resolve(folder, path);
}

/** What `stack`, `organization/stack` and `organization/project/stack` name. */
function identityOf(stack: string, folder: string): { name: string; project: string } {
  const parts = stack.split("/");
  const [, named] = parts.length === 3 ? parts : [];
  return { name: parts.at(-1) ?? "", project: named ?? projectName(folder) };
}

/** The name in the nearest Pulumi.yaml, which is where Pulumi looks for it. */
function projectName(folder: string): string {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    const file = join(folder, name);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const [, found] = /^[{\s]*"?name"?\s*:\s*["']?([\w.-]+)/m.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  if (dirname(folder) === folder) throw new Error("there is no Pulumi.yaml here or above");
  return projectName(dirname(folder));
}

function lockOf(content: string): Lock {
  const { pid, username, hostname: host, timestamp } = JSON.parse(content) as Record<string, unknown>;
  const words = `process ${String(pid)} of ${String(username)}@${String(host)}, since ${String(timestamp)}`;
  if (host !== hostname()) return { words, state: "elsewhere" };
  return { words, state: isRunning(Number(pid)) ? "running" : "ended" };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
