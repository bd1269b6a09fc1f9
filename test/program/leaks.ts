// How tests find a secret where it should not be.
import type { Step } from "./simulated-stack.js";

/** The names of the secrets that a text holds: as they are, URL-encoded, or in base64, wherever they begin in it. */
export function namesOfSecretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, value]) =>
      [value, encodeURIComponent(value), ...encodings(value)].some((form) => text.includes(form)),
    )
    .map(([name]) => name);
}

/** What a text is in the midst of something in base64: it depends on where in it the text begins. */
function encodings(value: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + value).toString("base64");
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
}

/** Without Pulumi's own debug messages, which its SDK sends from the program, and nobody prints. */
export function everythingSaid({ text, events }: Step): string {
  const heard = events.filter(({ diagnosticEvent }) => String(diagnosticEvent?.severity) !== "debug");
  return `${text}\n${JSON.stringify(heard)}`;
}
