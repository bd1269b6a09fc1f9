import { createHmac } from "node:crypto";
import {
  canonicalHeaders,
  canonicalPath,
  canonicalQuery,
  sha256,
  type AccessKeyPair,
  type SignableRequest,
} from "../canonical.js";

/** The value of the `Authorization` header: ACS3-HMAC-SHA256 over `host`, `content-type` and every `x-acs-*`. */
export function sign(request: SignableRequest, keys: AccessKeyPair): string {
  const signedHeaders = signed(request)
    .map(([name]) => name)
    .join(";");
  const signature = createHmac("sha256", keys.secretKey)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest(request))}`)
    .digest("hex");
  return `ACS3-HMAC-SHA256 Credential=${keys.accessKey},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

/** The text whose hash is signed ("Request syntax and signature method V3"). */
export function canonicalRequest(request: SignableRequest): string {
  const headers = signed(request);
  return [
    request.method.toUpperCase(),
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers.map(([name, value]) => `${name}:${value}\n`).join(""),
    headers.map(([name]) => name).join(";"),
    sha256(request.body),
  ].join("\n");
}

/** `yyyy-MM-ddTHH:mm:ssZ`, the form of `x-acs-date`. */
export function signingDate(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

function signed(request: SignableRequest): [string, string][] {
  return canonicalHeaders(request.headers).filter(
    ([name]) => name.startsWith("x-acs-") || name === "host" || name === "content-type",
  );
}
