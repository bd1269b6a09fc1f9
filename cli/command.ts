/** A sub-command; `run` answers with the exit code. */
export interface Command {
  summary: string;
  usage: string;
  run(args: readonly string[]): Promise<number>;
}

/** The command was called wrongly: exit code 2, with the usage. */
export class UsageError extends Error {}

/** Reads a command line; what is wrong with it is a wrong call, whoever noticed. */
export function readingCommandLine<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
