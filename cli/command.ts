/** A sub-command; `run` answers with the exit code. */
export interface Command {
  summary: string;
  usage: string;
  run(args: readonly string[]): Promise<number>;
}

/** The command was called wrongly: exit code 2, with the usage. */
export class UsageError extends Error {}
