// What a killed run leaves among the files of Pulumi's file backend: a lock, for each run has one, and cut-off attributes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Lock {
  /** As Pulumi tells it: user@host, process and time. */
  readonly words: string;
  /** Whether that process is still there; another machine's cannot be seen. */
  readonly state: "ended" | "running" | "elsewhere";
}

/** The locks on a stack; nothing where the backend keeps them out of sight. */
export function readLocks(backend: string, folder: string, stack: string): Lock[] | undefined {
  const root = rootOf(backend);
  if (root === undefined) return undefined;
  const locks = join(root, ".pulumi", "locks");
  const { name, project } = identityOf(stack, folder);
  // A backend of old has no projects.
  const places = [join(locks, "organization", project, name), join(locks, name)];
  return places.flatMap((place) =>
    existsSync(place)
      ? readdirSync(place)
          .filter((file) => file.endsWith(".json"))
          .map((file) => lockOf(readFileSync(join(place, file), "utf8")))
      : [],
  );
}

/**
 * The files of attributes beside the project's states that a kill cut off in the writing. As long as one is there, Pulumi
 * says `failed to load checkpoint: EOF` of a state that is whole; without it, it reads the state.
 */
export function cutOffAttributes(backend: string, folder: string, stack = ""): string[] {
  const root = rootOf(backend);
  if (root === undefined) return [];
  const states = join(root, ".pulumi", "stacks");
  return [join(states, identityOf(stack, folder).project), states].flatMap((place) =>
    existsSync(place)
      ? readdirSync(place)
          .filter((file) => /\.json(\.gz|\.zst)?\.attrs$/.test(file))
          .map((file) => join(place, file))
          .filter((file) => !isWhole(readFileSync(file, "utf8")))
      : [],
  );
}

function isWhole(content: string): boolean {
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

function rootOf(backend: string): string | undefined {
  if (!backend.startsWith("file://")) return undefined;
  const path = backend.slice("file://".length);
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : fileURLToPath(`file://${path}`);
}

/** What `stack` and `organization/project/stack` name. */
function identityOf(stack: string, folder: string): { name: string; project: string } {
  const [name = "", project = projectName(folder)] = stack.split("/").toReversed();
  return { name, project };
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
