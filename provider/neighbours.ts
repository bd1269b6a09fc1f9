// Every explicit provider is a process of its own, beside the one of the default provider. What one of them knows of a
// run the others look up in its file of notes, in a folder that only this user can read.
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "./canonical.js";

/** What is known of another's file: the last fact of each topic, from its first `bytes`. */
interface Heard {
  bytes: number;
  readonly facts: Map<string, string>;
}

/** The processes of one engine. Where their folder cannot be used, each of them is alone. */
export class Neighbours {
  private readonly folder: string;
  private readonly engine: string;
  private readonly pid: number;
  /** Open from the first note on; "none" where there can be no notes. */
  private file: number | "none" | undefined;
  private readonly heard = new Map<string, Heard>();

  constructor(engineAddress: string, folder: string = usersFolder(), pid: number = process.pid) {
    this.folder = folder;
    this.engine = sha256(engineAddress).slice(0, 16);
    this.pid = pid;
  }

  /** Notes what is true from now on. The topic is stored as a hash: ids can hold names that are nobody's business. */
  tell(topic: string, fact: object): void {
    if (this.file === "none") return;
    try {
      this.file ??= this.open();
      writeSync(this.file, `${sha256(topic)} ${JSON.stringify(fact)}\n`);
    } catch {
      this.giveUp();
    }
  }

  /** What each of the others noted last. */
  ask<Fact>(topic: string): Fact[] {
    const key = sha256(topic);
    return this.others().flatMap(({ name, engine, pid }) => {
      if (engine !== this.engine || !isAlive(pid)) return [];
      const fact = this.hear(name).get(key);
      return fact === undefined ? [] : [JSON.parse(fact) as Fact];
    });
  }

  /** Reads on where it was the last time: a run can delete thousands. */
  private hear(name: string): Heard["facts"] {
    const known = this.heard.get(name) ?? { bytes: 0, facts: new Map<string, string>() };
    this.heard.set(name, known);
    const more = readFrom(join(this.folder, name), known.bytes);
    const whole = more.subarray(0, more.lastIndexOf("\n") + 1);
    known.bytes += whole.length;
    for (const line of whole.toString().split("\n")) {
      const [key = ""] = line.split(" ", 1);
      known.facts.set(key, line.slice(key.length + 1));
    }
    return known.facts;
  }

  private open(): number {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!isOwn(this.folder)) throw new Error("the folder is somebody else's");
    for (const { name, pid } of this.others())
      if (!isAlive(pid)) rmSync(join(this.folder, name), { force: true });
    return openSync(this.path(), "w", 0o600);
  }

  /** Notes that are not kept up say what is not true any more. */
  private giveUp(): void {
    try {
      if (typeof this.file === "number") {
        closeSync(this.file);
        rmSync(this.path(), { force: true });
      }
    } catch {
      // Nothing can be done about it.
    }
    this.file = "none";
  }

  private path(): string {
    return join(this.folder, `${this.engine}-${this.pid}`);
  }

  private others(): { name: string; engine: string; pid: number }[] {
    return namesIn(this.folder).flatMap((name) => {
      const [, engine, pid] = /^([0-9a-f]{16})-(\d+)$/.exec(name) ?? [];
      if (engine === undefined || Number(pid) === this.pid) return [];
      return [{ name, engine, pid: Number(pid) }];
    });
  }
}

/** Processes of other machines, which may share the folder, cannot be seen from here. */
function usersFolder(): string {
  return join(tmpdir(), `pulumi-grayscale-run-${sha256(`${hostname()} ${process.getuid?.()}`).slice(0, 16)}`);
}

function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return isOwn(folder) ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

function readFrom(path: string, start: number): Buffer {
  try {
    const file = openSync(path, "r");
    try {
      const more = Buffer.alloc(Math.max(0, fstatSync(file).size - start));
      return more.subarray(0, readSync(file, more, 0, more.length, start));
    } finally {
      closeSync(file);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
