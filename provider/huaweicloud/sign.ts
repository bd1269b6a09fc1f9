import { createHmac } from "node:crypto";
import {
  canonicalHeaders,
  canonicalPath,
  canonicalQuery,
  sha256,
  type AccessKeyPair,
  type SignableRequest,
} from "../canonical.js";

/** The value of the `Authorization` header: SDK-HMAC-SHA256 over every header given, `X-Sdk-Date` among them. */
export function sign(request: SignableRequest, keys: AccessKeyPair): string {
  const headers = canonicalHeaders(request.headers);
  const date = headers.find(([name]) => name === "x-sdk-date")?.[1] ?? "";
  const toSign = `SDK-HMAC-SHA256\n${date}\n${sha256(canonicalRequest(request))}`;
  const signature = createHmac("sha256", keys.secretKey).update(toSign).digest("hex");
  const signedHeaders = headers.map(([name]) => name).join(";");
  return `SDK-HMAC-SHA256 Access=${keys.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** The text whose hash is signed (API Request Signing Guide, "Constructing a Standard Request"). */
export function canonicalRequest(request: SignableRequest): string {
  const headers = canonicalHeaders(request.headers);
  const path = canonicalPath(request.path);
  return [
    request.method.toUpperCase(),
    path.endsWith("/") ? path : `${path}/`,
    canonicalQuery(request.query),
    headers.map(([name, value]) => `${name}:${value}\n`).join(""),
    headers.map(([name]) => name).join(";"),
    sha256(request.body),
  ].join("\n");
}

/** `YYYYMMDDTHHMMSSZ`, the form of `X-Sdk-Date`. */
export function signingDate(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}
