// The locks of Pulumi's file backend: a file for each run, which a killed one leaves.
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
  // As in organization/project/stack; a backend of old has no projects.
  const [name = "", project = projectName(folder)] = stack.split("/").toReversed();
  const places = [join(locks, "organization", project, name), join(locks, name)];
  return places.flatMap((place) =>
    existsSync(place)
      ? readdirSync(place)
          .filter((file) => file.endsWith(".json"))
          .map((file) => lockOf(readFileSync(join(place, file), "utf8")))
      : [],
  );
}

function rootOf(backend: string): string | undefined {
  if (!backend.startsWith("file://")) return undefined;
  const path = backend.slice("file://".length);
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : fileURLToPath(`file://${path}`);
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
