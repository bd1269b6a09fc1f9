// docs/operating.md says what errors mean: it knows every code that the provider treats, and quotes its real words.
// docs/configuration.md lists every setting.
import { expect, test } from "vitest";
import { filesBelow, readText } from "./sources.js";

const guide = readText("docs/operating.md");
const provider = filesBelow("provider").map(readText).join("\n");
const code = /"((?:APIGW?|ASM|SVCSTG\.SWR)\.\d+|[A-Z]\w+\.NotFound|SignatureDoesNotMatch)"/g;
const codes = [...new Set([...provider.matchAll(code)].map(([, found]) => found ?? ""))];

test("codes are found in the sources", () => expect(codes).toContain("APIGW.0308"));

// Inner to the resources: the code says "gone" there, and nobody is told.
const untold = new Set(["APIG.3084", "SVCSTG.SWR.4001158"]);

test.each(codes.filter((found) => !untold.has(found)))("%s is explained", (found) => {
  expect(guide).toContain(`\`${found}\``);
});

const settings = readText("docs/configuration.md");
const keys = [...provider.matchAll(/"((?:huaweicloud|alicloud|grayscale):[a-z]\w+)"/g)].map(
  ([, key]) => key ?? "",
);
const ownKeys = [...readText("provider/limits.ts").matchAll(/^  (\w+): z\./gm)].map(([, key]) => key ?? "");

test("settings are found in the sources", () => {
  expect(keys).toContain("huaweicloud:accessKey");
  expect(ownKeys).toContain("maxAttempts");
});

test.each([...new Set([...keys, ...ownKeys.map((key) => `grayscale:${key}`)])])("%s is listed", (key) => {
  expect(settings).toMatch(new RegExp(`:${key.split(":")[1] ?? ""}\``));
});

const [, said = ""] = guide.split("What the provider says itself:");
const quoted = [...said.matchAll(/^\| (`.*?) \|/gm)]
  .flatMap(([, cell = ""]) => cell.split("`, `"))
  .map((words) => words.replaceAll("`", "").split(/ ?[…\d]/)[0] ?? "");

test("words are quoted", () => expect(quoted.length).toBeGreaterThan(8));

test.each(quoted)("the provider says “%s”", (words) => expect(provider).toContain(words));
