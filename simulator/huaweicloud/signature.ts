import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { KeyOwner } from "../accounts.js";
import type { WireRequest } from "../operation.js";

const AUTHORIZATION =
  /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;
const SKEW_MILLISECONDS = 15 * 60 * 1000;

/** Why a signed request is not let in. */
export interface SignatureProblem {
  problem: string;
}

/** Checks an SDK-HMAC-SHA256 request; the signer chooses the signed headers, apart from `x-sdk-date`. */
export function verifyHuaweiSignature(
  request: WireRequest,
  findKey: (accessKey: string) => KeyOwner | undefined,
  now: number,
): KeyOwner | SignatureProblem {
  const match = AUTHORIZATION.exec(request.headers["authorization"] ?? "");
  if (!match)
    return {
      problem: "Incorrect IAM authentication information: header Authorization is missing or malformed",
    };
  const [, accessKey = "", names = "", signature = ""] = match;
  const owner = findKey(accessKey);
  if (!owner)
    return { problem: `Incorrect IAM authentication information: access key ${accessKey} not found` };
  const signedHeaders = names.split(";");
  const problem =
    dateProblem(request.headers["x-sdk-date"], signedHeaders, now) ??
    headerProblem(request, signedHeaders) ??
    tokenProblem(request, owner) ??
    bodyProblem(request);
  if (problem !== undefined) return { problem };
  const expected = candidatePaths(request.path).map((path) =>
    sign(request, path, signedHeaders, owner.key.secretKey),
  );
  if (!expected.some((candidate) => same(candidate, signature))) {
    return { problem: "Incorrect IAM authentication information: verify aksk signature fail" };
  }
  return owner;
}

function sign(
  request: WireRequest,
  canonicalPath: string,
  signedHeaders: readonly string[],
  secret: string,
): string {
  const date = request.headers["x-sdk-date"] ?? "";
  const text = `SDK-HMAC-SHA256\n${date}\n${sha256(canonicalRequest(request, canonicalPath, signedHeaders))}`;
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** The text whose hash is signed; `canonicalPath` as made by `candidatePaths`. */
export function canonicalRequest(
  request: WireRequest,
  canonicalPath: string,
  signedHeaders: readonly string[],
): string {
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join("");
  return [
    request.method.toUpperCase(),
    canonicalPath,
    canonicalQuery(request.path),
    headers,
    signedHeaders.join(";"),
    request.headers["x-sdk-content-sha256"] ?? sha256(request.body),
  ].join("\n");
}

/** Most signers split the path, then decode; Python's decodes first, which differs where a segment holds `%2F`. */
export function candidatePaths(path: string): string[] {
  const pathname = path.split("?")[0] ?? "";
  const perSegment = pathname.split("/").map((segment) => encode(decode(segment)));
  const decodedFirst = decode(pathname).split("/").map(encode);
  return [...new Set([perSegment, decodedFirst].map((segments) => withSlash(segments.join("/"))))];
}

function canonicalQuery(path: string): string {
  const start = path.indexOf("?");
  if (start === -1 || start === path.length - 1) return "";
  const pairs = path
    .slice(start + 1)
    .split("&")
    .map((pair): [string, string] => {
      const equals = pair.indexOf("=");
      const [name, value] = equals === -1 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encode(decodeQuery(name)), encode(decodeQuery(value))];
    });
  return pairs
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function dateProblem(
  date: string | undefined,
  signedHeaders: readonly string[],
  now: number,
): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? "");
  if (!match) return "Incorrect IAM authentication information: header X-Sdk-Date is missing or malformed";
  if (!signedHeaders.includes("x-sdk-date")) {
    return "Incorrect IAM authentication information: X-Sdk-Date is not among the signed headers";
  }
  const [, year, month, day, hour, minute, second] = match;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Math.abs(now - signedAt) <= SKEW_MILLISECONDS) return undefined;
  return "Incorrect IAM authentication information: x-sdk-date is more than 15 minutes off";
}

function headerProblem(request: WireRequest, signedHeaders: readonly string[]): string | undefined {
  const missing = signedHeaders.find((name) => request.headers[name] === undefined);
  if (missing !== undefined)
    return `Incorrect IAM authentication information: signed header ${missing} was not sent`;
  if (signedHeaders.join(";") === signedHeaders.toSorted().join(";").toLowerCase()) return undefined;
  return "Incorrect IAM authentication information: SignedHeaders must be sorted and in lower case";
}

function tokenProblem(request: WireRequest, owner: KeyOwner): string | undefined {
  if (request.headers["x-security-token"] === owner.key.securityToken) return undefined;
  return "Incorrect IAM authentication information: X-Security-Token does not belong to the access key";
}

function bodyProblem(request: WireRequest): string | undefined {
  const claimed = request.headers["x-sdk-content-sha256"];
  if (claimed === undefined || claimed === sha256(request.body)) return undefined;
  const json = (request.headers["content-type"] ?? "").startsWith("application/json");
  if (claimed === "UNSIGNED-PAYLOAD" && !json) return undefined;
  return "Incorrect IAM authentication information: X-Sdk-Content-Sha256 is not the hash of the body";
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A stray `%` is no reason to fail: the signature will not match, and that says it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeQuery(text: string): string {
  return decode(text.replaceAll("+", " "));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
