/**
 * Says one line of what set-up does. Standard error, so that a program's own output stays clean.
 * @param {string} text
 */
export function tell(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * @param {number} since
 * @returns {string}
 */
export function elapsed(since) {
  const seconds = (Date.now() - since) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/**
 * Says what is being done, how long it has taken so far, and how long it took; nobody should think that it hangs.
 * @template Result
 * @param {string} text
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function during(text, work) {
  const began = Date.now();
  const terminal = process.stderr.isTTY;
  tell(`${text} …`);
  const timer = setInterval(
    () => {
      // On a terminal one line is rewritten; elsewhere (CI, a pipe) a new one comes every 30 seconds.
      process.stderr.write(terminal ? `\r  ${elapsed(began)} so far ` : `  ${elapsed(began)} so far\n`);
    },
    terminal ? 1_000 : 30_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    tell(`${terminal ? "\r" : ""}  took ${elapsed(began)}${terminal ? "        " : ""}`);
  }
}
