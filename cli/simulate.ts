import { parseArgs } from "node:util";
import {
  exampleSeed,
  readSeed,
  startSimulator,
  type Progress,
  type RecordedRequest,
  type Seed,
} from "../simulator/index.js";
import { readingCommandLine, UsageError, type Command } from "./command.js";
import { settingsFor } from "./simulate-settings.js";

const DEFAULT_PORT = 4390;

const usage = `Usage: pulumi-grayscale simulate [options]

Runs a simulated Huawei Cloud and Alibaba Cloud on this machine until Ctrl-C.

  --port N         port on 127.0.0.1 (default ${DEFAULT_PORT})
  --state FILE     keep what the cloud holds in FILE, and go on from it next time
  --seed FILE      JSON: what the cloud holds at first (default: a few things for the examples)
  --progress HOW   how time passes: immediately (default), after-reads:N, by-clock:SECONDS or never`;

/** `pulumi-grayscale simulate` */
export const simulate: Command = {
  summary: "run a simulated cloud to try things on",
  usage,
  async run(args) {
    const { port, stateFile, seed, progress } = readOptions(args);
    const end = interrupted();
    const started = await startSimulator({ port, stateFile, seed, progress, onRequest: printRequest }).catch(
      (error: unknown) => {
        throw isPortTaken(error) ? new Error(`port ${port} is in use; choose another with --port`) : error;
      },
    );
    process.stdout.write(settingsFor(started));
    await end;
    await started.close();
    return 0;
  },
};

interface Options {
  port: number;
  stateFile: string | undefined;
  seed: Seed;
  progress: Progress;
}

function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UsageError("--port must be 0 to 65535");
  return {
    port,
    stateFile: values.state,
    seed: values.seed === undefined ? exampleSeed : seedFrom(values.seed),
    progress: readProgress(values.progress ?? "immediately"),
  };
}

interface Values {
  port?: string;
  state?: string;
  seed?: string;
  progress?: string;
}

function parse(args: readonly string[]): Values {
  return readingCommandLine(() => {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        state: { type: "string" },
        seed: { type: "string" },
        progress: { type: "string" },
      },
    }).values;
  });
}

function readProgress(text: string): Progress {
  if (text === "immediately" || text === "never") return { advance: text };
  const [, how, amount] = /^(after-reads|by-clock):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const number = Number(amount);
  if (how === "by-clock") return { advance: "byClock", seconds: number };
  if (how === "after-reads" && Number.isInteger(number) && number > 0) {
    return { advance: "afterReads", reads: number };
  }
  throw new UsageError(`--progress ${text}: it is immediately, after-reads:N, by-clock:SECONDS or never`);
}

function seedFrom(file: string): Seed {
  try {
    return readSeed(file);
  } catch (error) {
    throw new UsageError(`--seed ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Paths and status only: neither headers nor bodies reach the terminal. */
function printRequest({ at, service, operation, method, path, status, fault }: RecordedRequest): void {
  const time = new Date(at).toISOString().slice(11, 23);
  const name = `${service} ${operation}`.padEnd(34);
  process.stdout.write(`${time}  ${name} ${method} ${path} ${status}${fault ? ` (fault: ${fault})` : ""}\n`);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Not `once`: npm passes on a Ctrl-C that has arrived already, and the second must not cut the end short.
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
  });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
