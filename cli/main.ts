#!/usr/bin/env node
import { importFile } from "./import-file.js";
import { recover } from "./recover.js";
import { review } from "./review.js";
import { simulate } from "./simulate.js";
import { UsageError, type Command } from "./command.js";

const commands: Record<string, Command> = { simulate, "import-file": importFile, recover, review };

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`pulumi-grayscale: unknown command ${name}\n\n${usage()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`pulumi-grayscale ${name}: ${error.message}\n\n${command.usage}\n`);
    return 2;
  }
}

function usage(): string {
  const rows = Object.entries(commands).map(([name, command]) => `  ${name.padEnd(14)}${command.summary}\n`);
  return `Usage: pulumi-grayscale <command> [options]\n\n${rows.join("")}\nOptions of a command: pulumi-grayscale <command> --help\n`;
}

async function start(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`pulumi-grayscale: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

void start();
