// A PostgreSQL server of our own: a temporary folder, a loopback port, and gone at the end.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface PostgresServer {
  readonly version: string;
  /** As Pulumi takes it for a backend. */
  readonly url: string;
  close(): Promise<void>;
}

/** Debian keeps the programs of a server off PATH, in a folder for each version. */
function findServer(): string {
  const versions = "/usr/lib/postgresql";
  const installed = existsSync(versions)
    ? readdirSync(versions)
        .toSorted((left, right) => Number(right) - Number(left))
        .map((version) => join(versions, version, "bin"))
    : [];
  const folders = [...installed, ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = folders.find((folder) =>
    ["initdb", "postgres"].every((name) => existsSync(join(folder, name))),
  );
  if (found !== undefined) return found;
  throw new Error(
    "There is no PostgreSQL server here (initdb, postgres). On Debian and Ubuntu: apt-get install postgresql",
  );
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The server refuses to run as root: then it is the user of Debian's package, or nobody. */
function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = ["postgres", "nobody"]
    .map((name) => users.find((user) => user.startsWith(`${name}:`)))
    .find(Boolean);
  const [, , uid, gid] = (line ?? "").split(":").map(Number);
  if (uid === undefined || gid === undefined)
    throw new Error("there is no unprivileged user to run PostgreSQL");
  return { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startPostgres(): Promise<PostgresServer> {
  const bin = findServer();
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "bench-postgres-"));
  chmodSync(folder, 0o700);
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: folder };
  const usual = { cwd: folder, env: environment, ...user };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const parameters = ["-D", data, "-U", "pulumi", "--auth=trust", "--encoding=UTF8"];
    execFileSync(join(bin, "initdb"), parameters, { ...usual, stdio: ["ignore", "ignore", "pipe"] });
    const port = await freePort();
    const settings = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
    const server = spawn(join(bin, "postgres"), settings, { ...usual, stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.stderr.on("data", (part: Buffer) => {
        said += part.toString();
        if (said.includes("ready to accept connections")) resolve();
      });
      void ended.then(() => reject(new Error(`PostgreSQL did not start:\n${said}`)));
    });
    const version = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }).trim();
    return {
      version,
      url: `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable`,
      close: async () => {
        // Connections that are still open are ended.
        server.kill("SIGINT");
        await ended;
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
