// What is written of a preview: words of ours, and values from the program. A pull request may be a stranger's, so
// the two stay apart until they are written, each in its own way.

interface Value {
  readonly value: string;
}

export type Phrase = readonly (string | Value)[];

/** A value of the program's in a phrase. */
export function quoted(value: string): Phrase {
  return [{ value }];
}

/** Words with phrases in them: a value gets in as `quoted` only. */
export function say(words: TemplateStringsArray, ...parts: readonly (Phrase | number)[]): Phrase {
  return words.flatMap((word, index) => {
    const part = parts[index] ?? [];
    return [word, ...(typeof part === "number" ? [String(part)] : part)];
  });
}

export function joined(phrases: readonly Phrase[], separator: string): Phrase {
  return phrases.flatMap((phrase, index) => (index === 0 ? phrase : [separator, ...phrase]));
}

export function written(phrase: Phrase, write: (value: string) => string): string {
  return phrase.map((part) => (typeof part === "string" ? part : write(part.value))).join("");
}

/** What has no shape of its own, or turns the writing around, is written as its number. */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** A value on one line, in which everything is seen, and not too long. */
export function visible(value: string, longest = 80): string {
  const characters = Array.from(value);
  const kept = characters.length > longest ? [...characters.slice(0, longest - 1), "…"] : characters;
  return kept.join("").replaceAll(unseen, numbered);
}

/** A character as its number, such as `\u{7c}`. */
export function numbered(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
