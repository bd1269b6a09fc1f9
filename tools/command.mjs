import { spawn } from "node:child_process";

/** @typedef {{ code: number, output: string }} Ended */

/** @type {Set<() => void>} */
const duties = new Set();
let listening = false;

/**
 * What must still be done if the user interrupts us; call the answer when there is nothing left to do.
 * @param {() => void} duty
 * @returns {() => void}
 */
export function atEnd(duty) {
  if (!listening) listen();
  listening = true;
  duties.add(duty);
  return () => duties.delete(duty);
}

function listen() {
  for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])) {
    process.once(signal, () => {
      // Newest first: a process is stopped before the folder it writes to is removed.
      for (const duty of [...duties].toReversed()) duty();
      process.exit(code);
    });
  }
}

/**
 * Runs a command to its end. It gets a process group of its own, so that stopping it stops its children too.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ folder?: string, environment?: NodeJS.ProcessEnv, limitSeconds?: number }} [options]
 * @returns {Promise<Ended>}
 */
export async function run(command, parameters, options = {}) {
  const child = spawn(command, parameters, {
    cwd: options.folder,
    env: options.environment ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const forget = atEnd(() => stop(child.pid));
  const limit =
    options.limitSeconds === undefined
      ? undefined
      : setTimeout(() => stop(child.pid), options.limitSeconds * 1_000);
  try {
    return await new Promise((resolve) => {
      child.on("error", (error) => resolve({ code: 127, output: error.message }));
      child.on("close", (code) => resolve({ code: code ?? 1, output }));
    });
  } finally {
    clearTimeout(limit);
    forget();
  }
}

/** @param {number | undefined} pid */
function stop(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/**
 * The last lines of what a command said, for an error message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 15) {
  return output.trim().split("\n").slice(-lines).join("\n");
}
