// Values that nobody means well with.

/** Text that means something somewhere: in a path, a query, a header, a regular expression, a prototype. */
export const hostileTexts = [
  "../../x",
  "..",
  ".",
  "",
  "%2e%2e%2fx",
  "a/b",
  "a?b=c#d",
  "//evil.example/x",
  "__proto__",
  "constructor",
  "$&",
  "\u0000\r\nX-Evil: 1",
  "\ud800",
];
const polluting = JSON.parse(
  '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": 1}}}',
) as object;
const deep = Array.from({ length: 1000 }).reduce<object>((inner) => ({ inner: [inner] }), {});
/** By name, so that a failure can be read. */
export const monsters: Readonly<Record<string, unknown>> = { polluting, deep, long: "x".repeat(100_000) };

/** The monster of that name, or the value itself. */
export function monstrous(named: unknown): unknown {
  return typeof named === "string" && Object.hasOwn(monsters, named) ? monsters[named] : named;
}

/** A copy in which one place, whichever `at` leads to, holds another value. */
export function withValueAt(whole: unknown, at: number, replacement: unknown): unknown {
  const places: ((copy: { root: unknown }) => void)[] = [];
  const visit = (inner: unknown, path: string[]): void => {
    places.push((copy) => {
      let target: Record<string, unknown> = copy;
      for (const key of path.slice(0, -1)) target = target[key] as Record<string, unknown>;
      target[path.at(-1) ?? ""] = replacement;
    });
    if (typeof inner !== "object" || inner === null) return;
    for (const [key, child] of Object.entries(inner)) visit(child, [...path, key]);
  };
  visit(whole, ["root"]);
  const copy = { root: structuredClone(whole) };
  places[at % places.length]?.(copy);
  return copy.root;
}
