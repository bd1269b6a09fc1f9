// What a request has to look like on the wire, byte for byte, as the documents have it.
import type { RecordedRequest } from "pulumi-grayscale/simulator";
import { expect } from "vitest";
import { changeOrderRegion, region, simulatorCredentials } from "./simulated-cloud.js";

/** A request as it was sent, or has to be. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Keys {
  readonly accessKey: string;
  /** Where the keys are temporary. */
  readonly securityToken?: string;
}

/** Of a request, all but what the connection adds. */
export function sent(request: RecordedRequest | undefined): Sent | undefined {
  if (request === undefined) return undefined;
  const { host: _host, connection: _connection, "accept-encoding": _encoding, ...headers } = request.headers;
  return { method: request.method, path: request.path, body: request.body, headers };
}

/** A signed request to ASM, ROMA or SWR; no body where none may be sent. */
export function huaweicloudRequest(
  { method, path, body }: { method: string; path: string; body?: string },
  { accessKey, securityToken }: Keys = simulatorCredentials.huaweicloud,
): Sent {
  const token: Record<string, string> =
    securityToken === undefined ? {} : { "x-security-token": securityToken };
  const signed = ["content-type", "host", "x-project-id", "x-sdk-date", ...Object.keys(token)].join(";");
  const authorization = `^SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${signed}, Signature=[0-9a-f]{64}$`;
  return {
    method,
    path: `/${region}${path}`,
    body: body ?? "",
    headers: {
      accept: "application/json",
      "user-agent": "pulumi-grayscale",
      "content-type": "application/json",
      "x-project-id": simulatorCredentials.huaweicloud.projectId,
      "x-sdk-date": matching(/^\d{8}T\d{6}Z$/),
      authorization: matching(new RegExp(authorization)),
      ...token,
      ...lengthOf(method, body),
    },
  };
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A signed request to EDAS: everything in the query, no body, and no content type. */
export function alicloudRequest(
  { method, path, action }: { method: string; path: string; action: string },
  { accessKey, securityToken }: Keys = simulatorCredentials.alicloud,
): Sent {
  const token: Record<string, string> =
    securityToken === undefined
      ? {}
      : { "x-acs-accesskey-id": accessKey, "x-acs-security-token": securityToken };
  const always = "host x-acs-action x-acs-content-sha256 x-acs-date x-acs-signature-nonce x-acs-version";
  const signed = [...always.split(" "), ...Object.keys(token)].toSorted().join(";");
  const authorization = `^ACS3-HMAC-SHA256 Credential=${accessKey},SignedHeaders=${signed},Signature=[0-9a-f]{64}$`;
  return {
    method,
    path: `/${changeOrderRegion}${path}`,
    body: "",
    headers: {
      accept: "application/json",
      "user-agent": "pulumi-grayscale",
      "x-acs-action": action,
      "x-acs-version": "2017-08-01",
      "x-acs-date": matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      "x-acs-signature-nonce": matching(/^[0-9a-f-]{36}$/),
      "x-acs-content-sha256": emptyHash,
      authorization: matching(new RegExp(authorization)),
      ...token,
      ...lengthOf(method),
    },
  };
}

/** Methods that may have a body say how long it is, even if there is none. */
function lengthOf(method: string, body?: string): Record<string, string> {
  if (body !== undefined) return { "content-length": String(Buffer.byteLength(body)) };
  return method === "POST" || method === "PUT" ? { "content-length": "0" } : {};
}

function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}
