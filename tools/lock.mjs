import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./command.mjs";

/** @typedef {{ pid: number, host: string, token: string }} Owner */

const heartbeatMilliseconds = 5_000;
// Several heartbeats, so that a machine under load or just woken from sleep is not taken for dead.
const silentMilliseconds = 60_000;
// Between the exclusive creation of the file and its content being there.
const emptyMilliseconds = 10_000;

/**
 * Runs `work` while no other process of the same user does the work behind the same file.
 * @template Result
 * @param {string} file
 * @param {() => Promise<Result>} work
 * @param {(text: string) => void} tell
 * @returns {Promise<Result>}
 */
export async function withLock(file, work, tell) {
  const token = await acquire(file, tell);
  const heartbeat = setInterval(() => beat(file), heartbeatMilliseconds);
  heartbeat.unref();
  const forget = atEnd(() => release(file, token));
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    forget();
    release(file, token);
  }
}

/**
 * @param {string} file
 * @param {(text: string) => void} tell
 */
async function acquire(file, tell) {
  mkdirSync(dirname(file), { recursive: true });
  const owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(owner), { flag: "wx" });
      return owner.token;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const holder = look(file);
    if (holder === undefined) continue;
    if (isStale(holder)) {
      takeAway(file, holder.text);
      continue;
    }
    if (!told)
      tell(`Another set-up is at work here (process ${holder.owner?.pid ?? "unknown"}); waiting for it.`);
    told = true;
    await sleep(200);
  }
}

/**
 * @param {string} file
 * @returns {{ text: string, owner: Owner | undefined, silentFor: number } | undefined}
 */
function look(file) {
  try {
    const silentFor = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, "utf8");
    return { text, owner: parse(text), silentFor };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {Owner | undefined}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A process number means something on its own machine only; a shared home folder leaves the heartbeat.
 * @param {{ owner: Owner | undefined, silentFor: number }} holder
 */
function isStale({ owner, silentFor }) {
  if (owner === undefined) return silentFor > emptyMilliseconds;
  if (owner.host === hostname() && !isAlive(owner.pid)) return true;
  return silentFor > silentMilliseconds;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Two processes may find the same stale lock: only the one that renames it away removes it, and if what it
 * caught is another, fresh lock it is put back. Should even that race be lost, both do the same work aside.
 * @param {string} file
 * @param {string} expected
 */
function takeAway(file, expected) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    const caught = readFileSync(aside, "utf8");
    if (caught !== expected) writeFileSync(file, caught, { flag: "wx" });
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function beat(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The lock was taken from us: what is made aside stays harmless.
  }
}

/**
 * @param {string} file
 * @param {string} token
 */
function release(file, token) {
  if (look(file)?.owner?.token === token) rmSync(file, { force: true });
}
