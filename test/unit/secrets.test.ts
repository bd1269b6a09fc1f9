import { expect, test } from "vitest";
import { maskedText, secretNames } from "../../provider/secrets.js";

test("only what the program told is secret", () => {
  expect(secretNames({ __secrets: ["version", 3, "type"] })).toEqual(["version", "type"]);
  expect(secretNames({})).toEqual([]);
  expect(secretNames({ __secrets: "version" })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["every place of a value", { a: "hunter2" }, "hunter2 and hunter2!", "[secret] and [secret]!"],
  ["a number", { a: 271_828 }, "code 271828", "code [secret]"],
  [
    "values deep inside",
    { a: [{ b: { c: "deep-one" } }, "deep-two"] },
    "deep-one deep-two",
    "[secret] [secret]",
  ],
  ["characters that mean something in patterns", { a: "a.*$&(b" }, "x a.*$&(b y", "x [secret] y"],
  ["a value that holds another", { a: ["pass", "password1"] }, "password1 pass", "[secret] [secret]"],
  [
    "what was quoted or encoded on the way",
    { a: 'pa"ss\\word 1' },
    'in JSON "pa\\"ss\\\\word 1", in an address pa%22ss%5Cword%201',
    'in JSON "[secret]", in an address [secret]',
  ],
  ["nothing too short to give something away", { a: ["v2", "", 7] }, "v2 of 7", "v2 of 7"],
  ["no other values", { a: "hunter2", b: "plain" }, "plain", "plain"],
  ["nothing that is no text", { a: [true, null] }, "true null", "true null"],
])("%s", (_, inputs, text, masked) => {
  expect(maskedText(text, { ...inputs, __secrets: ["a"] })).toBe(masked);
});

test("a value of one argument that holds the value of another", () => {
  const inputs = { a: "pass", b: "password1", __secrets: ["a", "b"] };
  expect(maskedText("it is password1", inputs)).toBe("it is [secret]");
});

test("an argument that is secret and not given", () => {
  expect(maskedText("nothing to hide", { __secrets: ["a"] })).toBe("nothing to hide");
});
