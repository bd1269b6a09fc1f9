// Whatever goes wrong with a request, nothing is lost, nothing is made twice, and the next `up` puts it right.
import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { faults, type Fault } from "./faults.js";
import { resultsFile } from "./results.js";
import { runFault, type Case } from "./run.js";

const all: Case[] = [];
// `npm run faults` prints them, in the order of the faults.
afterAll(() => {
  const inOrder = faults.flatMap(({ name }) => all.filter(({ fault }) => fault === name));
  writeFileSync(resultsFile, JSON.stringify(inOrder));
});

test.concurrent.each(faults.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
  const cases = await runFault(fault);
  all.push(...cases);
  const [shown, expected] = [cases.map(asSeen), cases.map((one) => asExpected(one, fault))];
  expect(cases.length).toBeGreaterThan(0);
  expect(shown).toEqual(expected);
});

interface Seen {
  readonly at: string;
  readonly ending: string;
  readonly problems: readonly string[];
}

const placeOf = ({ lane }: Case): string => `${lane.title}, ${lane.phase}: ${lane.does}`;

function asSeen(one: Case): Seen {
  const { ending, problems, message } = one;
  const told = problems.length === 0 || message === undefined ? problems : [...problems, message];
  return { at: placeOf(one), ending: ending === "kept" ? "refused" : ending, problems: told };
}

/** A request that cannot succeed is refused at once, or leaves what was made before it as unfinished. */
function asExpected(one: Case, { isFinal }: Fault): Seen {
  return { at: placeOf(one), ending: isFinal?.(one.lane) === true ? "refused" : "done", problems: [] };
}
