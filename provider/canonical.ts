// What both clouds' signatures are made of: RFC 3986 encoding, sorted queries, SHA-256.
import { createHash } from "node:crypto";

/** A request as it goes on the wire; `path` is percent-encoded. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AccessKeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Names and values encoded, sorted, joined: the string that is signed and also sent. */
export function canonicalQuery(query: SignableRequest["query"]): string {
  return query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([leftName, left], [rightName, right]) => compare(leftName, rightName) || compare(left, right))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Every segment decoded, then encoded: `$` and `%24` sign alike. */
export function canonicalPath(path: string): string {
  return path
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
}

/** Headers by lower-case name, sorted, values trimmed. */
export function canonicalHeaders(headers: SignableRequest["headers"]): [string, string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .toSorted(([left], [right]) => compare(left, right));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** RFC 3986; `encodeURIComponent` leaves `! ' ( ) *` as they are, and throws at half a character. */
export function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd")).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
