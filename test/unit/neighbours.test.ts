import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Neighbours } from "../../provider/neighbours.js";

const address = "127.0.0.1:40001";
/** Two processes that live, and one that does not. */
const one = process.pid;
const other = process.ppid;
const { pid: dead } = spawnSync(process.execPath, ["--version"]);

let place: string;
let folder: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "neighbours-"));
  folder = join(place, "notes");
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const open = (pid: number, engine = address): Neighbours => new Neighbours(engine, folder, pid);

test("each hears what another noted last, and nothing of its own", () => {
  const speaker = open(other);
  speaker.tell("thing", { as: "kept" });
  speaker.tell("another thing", { as: "held" });
  speaker.tell("thing", { as: "replaced" });
  expect(open(one).ask("thing")).toEqual([{ as: "replaced" }]);
  expect(open(one).ask("another thing")).toEqual([{ as: "held" }]);
  expect(open(one).ask("no thing")).toEqual([]);
  expect(speaker.ask("thing")).toEqual([]);
});

test("the processes of another engine are no neighbours", () => {
  open(other, "127.0.0.1:40002").tell("thing", { as: "held" });
  expect(open(one).ask("thing")).toEqual([]);
});

test("what a process noted that has ended counts for nothing, and goes with the next first note", () => {
  open(dead).tell("thing", { as: "held" });
  open(dead, "127.0.0.1:40002").tell("thing", { as: "held" });
  expect(readdirSync(folder)).toHaveLength(2);
  const listener = open(one);
  expect(listener.ask("thing")).toEqual([]);
  listener.tell("thing", { as: "kept" });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(new RegExp(`-${one}$`))]);
});

test("nobody else can read them, and what they are about is not in them", () => {
  open(one).tell("thing of somebody", { as: "held" });
  const [name = ""] = readdirSync(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, name), "utf8")).not.toContain("somebody");
});

test("a line that is not whole yet is not read", () => {
  open(other).tell("thing", { as: "held" });
  const [name = ""] = readdirSync(folder);
  const whole = readFileSync(join(folder, name), "utf8");
  writeFileSync(join(folder, name), whole.slice(0, -3));
  const listener = open(one);
  expect(listener.ask("thing")).toEqual([]);
  writeFileSync(join(folder, name), whole);
  expect(listener.ask("thing")).toEqual([{ as: "held" }]);
});

test("what is noted between two questions is heard", () => {
  const speaker = open(other);
  const listener = open(one);
  speaker.tell("thing", { as: "kept" });
  expect(listener.ask("thing")).toEqual([{ as: "kept" }]);
  expect(listener.ask("another thing")).toEqual([]);
  speaker.tell("another thing", { as: "held" });
  speaker.tell("thing", { as: "replaced" });
  expect(listener.ask("thing")).toEqual([{ as: "replaced" }]);
  expect(listener.ask("another thing")).toEqual([{ as: "held" }]);
});

test.each<[string, () => void]>([
  [
    "others may read",
    () => {
      mkdirSync(folder);
      chmodSync(folder, 0o755);
    },
  ],
  [
    "is a link",
    () => {
      mkdirSync(join(place, "own"), { mode: 0o700 });
      symlinkSync(join(place, "own"), folder);
    },
  ],
  ["is a file", () => writeFileSync(folder, "")],
  ["cannot be made", () => void (folder = "/dev/null/notes")],
])("with a folder that %s each process is alone", (_, prepare) => {
  prepare();
  open(other).tell("thing", { as: "held" });
  expect(open(one).ask("thing")).toEqual([]);
});
