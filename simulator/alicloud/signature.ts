import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { KeyOwner } from "../accounts.js";
import type { WireRequest } from "../operation.js";

const V3 = /^ACS3-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;
const V2 = /^acs ([^:\s]+):([A-Za-z0-9+/]{27}=)$/;
const SKEW_MILLISECONDS = 15 * 60 * 1000;

/** A refusal of the API gateway. */
export interface GatewayProblem {
  status: number;
  code: string;
  message: string;
}

/** Checks a signed request of either scheme, apart from the reuse of its nonce. */
export function verifyAlicloudSignature(
  request: WireRequest,
  findKey: (accessKey: string) => KeyOwner | undefined,
  now: number,
): KeyOwner | GatewayProblem {
  const authorization = request.headers["authorization"] ?? "";
  const third = V3.exec(authorization);
  const second = V2.exec(authorization);
  const accessKey = third?.[1] ?? second?.[1];
  if (accessKey === undefined) return nonconforming("header Authorization is missing or malformed");
  const owner = findKey(accessKey);
  if (!owner) {
    return problem("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404);
  }
  if (request.headers["x-acs-signature-nonce"] === undefined) return missing("x-acs-signature-nonce");
  if (request.headers["x-acs-security-token"] !== owner.key.securityToken) {
    return problem(
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
    );
  }
  const secret = owner.key.secretKey;
  const found = third
    ? problemOfV3(request, (third[2] ?? "").split(";"), third[3] ?? "", secret, now)
    : problemOfV2(request, second?.[2] ?? "", secret, now);
  return found ?? owner;
}

function problemOfV3(
  request: WireRequest,
  signedHeaders: readonly string[],
  signature: string,
  secret: string,
  now: number,
): GatewayProblem | undefined {
  const headers = request.headers;
  if (headers["x-acs-content-sha256"] === undefined) return missing("x-acs-content-sha256");
  const late = timeProblem("x-acs-date", headers["x-acs-date"], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, now);
  if (late) return late;
  const due = Object.keys(headers).filter((name) => /^(x-acs-.*|host|content-type)$/.test(name));
  const unsigned = due.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) return nonconforming(`header ${unsigned} must be signed`);
  const absent = signedHeaders.find((name) => headers[name] === undefined);
  if (absent !== undefined) return nonconforming(`signed header ${absent} was not sent`);
  if (headers["x-acs-content-sha256"] !== sha256(request.body)) {
    return nonconforming("x-acs-content-sha256 is not the hash of the body");
  }
  const text = `ACS3-HMAC-SHA256\n${sha256(canonicalRequestV3(request, signedHeaders))}`;
  return same(createHmac("sha256", secret).update(text).digest("hex"), signature)
    ? undefined
    : mismatch(text);
}

export function canonicalRequestV3(request: WireRequest, signedHeaders: readonly string[]): string {
  const [pathname = ""] = request.path.split("?");
  const query = queryPairs(request.path)
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}=${value}`);
  return [
    request.method.toUpperCase(),
    pathname
      .split("/")
      .map((segment) => encode(decode(segment)))
      .join("/"),
    query.join("&"),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim()}`),
    "",
    signedHeaders.join(";"),
    sha256(request.body),
  ].join("\n");
}

function problemOfV2(
  request: WireRequest,
  signature: string,
  secret: string,
  now: number,
): GatewayProblem | undefined {
  const headers = request.headers;
  if (headers["x-acs-signature-method"] !== "HMAC-SHA1" || headers["x-acs-signature-version"] !== "1.0") {
    return nonconforming("signature method must be HMAC-SHA1 and its version 1.0");
  }
  const late = timeProblem("Date", headers["date"], /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/, now);
  if (late) return late;
  const digest = headers["content-md5"];
  if (digest !== undefined && digest !== createHash("md5").update(request.body).digest("base64")) {
    return nonconforming("Content-MD5 is not the digest of the body");
  }
  const text = stringToSignV2(request);
  return same(signV2(text, secret), signature) ? undefined : mismatch(text);
}

export function stringToSignV2(request: WireRequest): string {
  const headers = request.headers;
  const acs = Object.keys(headers).filter((name) => name.startsWith("x-acs-"));
  const [pathname = ""] = request.path.split("?");
  const query = queryPairs(request.path)
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}=${value}`);
  return [
    request.method.toUpperCase(),
    ...["accept", "content-md5", "content-type", "date"].map((name) => headers[name] ?? ""),
    ...acs.toSorted().map((name) => `${name}:${(headers[name] ?? "").trim()}`),
    query.length === 0 ? pathname : `${pathname}?${query.join("&")}`,
  ].join("\n");
}

export function signV2(text: string, secret: string): string {
  return createHmac("sha1", secret).update(text).digest("base64");
}

function timeProblem(
  name: string,
  text: string | undefined,
  form: RegExp,
  now: number,
): GatewayProblem | undefined {
  if (text === undefined) return missing(name);
  const time = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) return problem("InvalidTimeStamp.Format", `The format of ${name} is not valid.`);
  if (Math.abs(now - time) <= SKEW_MILLISECONDS) return undefined;
  return problem("InvalidTimeStamp.Expired", `${name} is more than 15 minutes off.`);
}

function problem(code: string, message: string, status: number = 400): GatewayProblem {
  return { status, code, message };
}

function missing(name: string): GatewayProblem {
  return problem("MissingParameter", `The input parameter "${name}" that is mandatory is not supplied.`);
}

function nonconforming(why: string): GatewayProblem {
  return problem(
    "IncompleteSignature",
    `The request signature does not conform to Aliyun standards: ${why}.`,
  );
}

function mismatch(text: string): GatewayProblem {
  const message = `Specified signature is not matched with our calculation. server string to sign is: ${text}`;
  return problem("SignatureDoesNotMatch", message);
}

/** Clients send spaces as `+` or `%20` and leave different characters raw, so the wire form does not matter. */
function queryPairs(path: string): [string, string][] {
  const start = path.indexOf("?");
  return start === -1 ? [] : [...new URLSearchParams(path.slice(start + 1))];
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
