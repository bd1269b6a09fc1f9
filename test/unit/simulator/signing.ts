import { createHash, createHmac, randomUUID } from "node:crypto";

export interface Outgoing {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Keys {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

const sha256 = (data: string): string => createHash("sha256").update(data).digest("hex");
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const stamp = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

/** A string is sent as it is, so that a test can send what is no JSON. */
export function textOf(body: unknown): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

function sortedQuery(path: string): string {
  const pairs = [...new URLSearchParams(path.split("?")[1] ?? "")].map(([name, value]) => [
    encode(name),
    encode(value),
  ]);
  return pairs
    .map((pair) => pair.join("="))
    .toSorted()
    .join("&");
}

/** Headers of a request signed as Huawei's clients do. */
export function signHuawei(
  { method, path, body, headers = {} }: Outgoing,
  host: string,
  keys: Keys,
  now: number,
): Record<string, string> {
  const signed: Record<string, string> = {
    "content-type": "application/json",
    host,
    "x-sdk-date": stamp(now).replaceAll(/[-:]/g, ""),
    ...(keys.securityToken ? { "x-security-token": keys.securityToken } : {}),
    ...headers,
  };
  const names = Object.keys(signed).toSorted();
  const segments = (path.split("?")[0] ?? "").split("/").map((one) => encode(decodeURIComponent(one)));
  const canonical = [
    method,
    `${segments.join("/")}/`,
    sortedQuery(path),
    names.map((name) => `${name}:${signed[name]}\n`).join(""),
    names.join(";"),
    sha256(textOf(body)),
  ].join("\n");
  const text = `SDK-HMAC-SHA256\n${signed["x-sdk-date"]}\n${sha256(canonical)}`;
  const signature = createHmac("sha256", keys.secretKey).update(text).digest("hex");
  const authorization = `SDK-HMAC-SHA256 Access=${keys.accessKey}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...signed, authorization };
}

/** Headers of a request signed by Alibaba's V3 scheme. */
export function signAlicloud(
  { method, path, headers = {} }: Outgoing,
  host: string,
  action: string,
  keys: Keys,
  now: number,
): Record<string, string> {
  const signed: Record<string, string> = {
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": sha256(""),
    "x-acs-date": stamp(now),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-version": "2017-08-01",
    ...(keys.securityToken ? { "x-acs-security-token": keys.securityToken } : {}),
    ...headers,
  };
  const names = Object.keys(signed).toSorted();
  const canonical = [
    method,
    path.split("?")[0],
    sortedQuery(path),
    ...names.map((name) => `${name}:${signed[name]}`),
    "",
    names.join(";"),
    sha256(""),
  ].join("\n");
  const text = `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
  const signature = createHmac("sha256", keys.secretKey).update(text).digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${keys.accessKey},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...signed, authorization };
}
