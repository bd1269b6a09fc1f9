// Where a resource is declared, as Pulumi stores it: the program's own calls, and the line of the `new` first.
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { run } from "../../tools/command.mjs";
import { repositoryRoot } from "../../tools/places.mjs";
import { readText } from "./sources.js";

const program = "declarations.cjs";
const lines = readText(`test/${program}`).split("\n");

/** The lines whose comment names a way, in the order of its numbers. */
function expected(way: string): string[] {
  const numbered = lines.flatMap((line, index) => {
    const [, number] = line.split(` // ${way} `);
    return number === undefined ? [] : [{ number, place: `${program}:${index + 1}` }];
  });
  return numbered.toSorted((one, other) => one.number.localeCompare(other.number)).map(({ place }) => place);
}

/** What calls all of them. */
const caller = `${program}:${lines.findIndex((line) => line.trim() === "declare();") + 1}`;

let printed: Record<string, unknown[]>;
beforeAll(async () => {
  const { output } = await run(process.execPath, [join(repositoryRoot, "test", program)], {});
  printed = JSON.parse(output) as typeof printed;
});

test.each([
  "plain",
  "function",
  "subclass",
  "a subclass of that",
  "no name",
  "the same name",
  "a name of Pulumi's",
  "component",
  "read",
])("%s", (way) => {
  expect(printed[way]).toEqual([...expected(way), caller]);
});
