import { randomUUID } from "node:crypto";
import * as z from "../zod.js";
import { sha256 } from "../canonical.js";
import type { Sources } from "../config.js";
import { send, type Answer, type CallContext, type CloudRequest, type Gateway } from "../http.js";
import type { Connection, Place } from "../kind.js";
import { warnOnce } from "../log.js";
import { toldToWait, type Failure } from "../retry.js";
import { settings, type Credentials } from "./settings.js";
import { sign, signingDate } from "./sign.js";

const version = "2017-08-01";

/** Opens the way to one region. */
export async function connect(
  sources: Sources,
  place: Partial<Place>,
  context: CallContext,
): Promise<Connection> {
  const { region, credentials, baseUrl, warnings } = settings(sources, place.region, context.limits.insecure);
  for (const warning of warnings) warnOnce(context.log, warning);
  const gateway: Gateway = {
    baseUrl: () => baseUrl,
    headersFor: async (request, call) => headersFor(request, call, credentials),
    failureOf,
    requestId,
    adviceFor,
    prepare: async () => undefined,
    renewToken: async () => undefined,
  };
  return {
    place: { region, projectId: undefined },
    call: (request: CloudRequest) => send(gateway, request, context),
    // The cloud forgets orders, and says so in no documented way: nothing is ever concluded from absence.
    confirmOwned: async () => {
      throw new Error("EDAS does not tell whether a change order is gone or belongs to somebody else");
    },
  };
}

type Signable = Parameters<Gateway["headersFor"]>[0];

function headersFor(
  request: Signable,
  call: CloudRequest,
  { securityToken, ...keys }: Credentials,
): Record<string, string | false> {
  const headers: Record<string, string> = {
    ...request.headers,
    "x-acs-action": call.action ?? "",
    "x-acs-version": version,
    "x-acs-date": signingDate(new Date()),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-content-sha256": sha256(request.body),
    ...(securityToken === undefined
      ? {}
      : { "x-acs-accesskey-id": keys.accessKey, "x-acs-security-token": securityToken }),
  };
  // No body, no content type: the one that axios would add is not signed.
  return { ...headers, "Content-Type": false, Authorization: sign({ ...request, headers }, keys) };
}

const envelope = z.object({
  Code: z.union([z.string(), z.number()]).nullish(),
  Message: z.string().nullish().catch(undefined),
  RequestId: z.string().nullish().catch(undefined),
});

/** HTTP 200 with a `Code` other than 200 is a failure too; `Code` may be a number or a text. */
export function failureOf(answer: Answer): Failure | undefined {
  const body = envelope.safeParse(answer.body ?? {});
  const code = body.success ? body.data.Code?.toString() : undefined;
  const served = answer.status >= 200 && answer.status < 300;
  if (served && (code === undefined || code === "200")) return undefined;
  const isRedirect = answer.status >= 300 && answer.status < 400;
  const noWords = isRedirect ? "redirects are not followed" : "no words came with it";
  return {
    status: served && /^5\d\d$/.test(code ?? "") ? Number(code) : answer.status,
    code,
    words: (body.success && body.data.Message?.trim()) || noWords,
    requestId: requestId(answer),
    throttled: answer.status === 429 || /^(Rejected\.)?Throttling/.test(code ?? ""),
    permanent: false,
    tokenExpired: false,
    waitMilliseconds: toldToWait(answer.headers, Date.now()),
  };
}

function requestId({ headers, body }: Answer): string | undefined {
  const parsed = envelope.safeParse(body);
  return (parsed.success ? parsed.data.RequestId : undefined) ?? headers["x-acs-request-id"];
}

export function adviceFor({ status, code }: Failure): string | undefined {
  if (code === "SignatureDoesNotMatch" || code?.startsWith("InvalidAccessKeyId") === true) {
    return "Check the access key pair";
  }
  if (code?.startsWith("InvalidTimeStamp") === true) return "Check this machine's clock";
  if (code === "InvalidApi.NotFound")
    return "The URL is not known there: check alicloud:region and alicloud:endpoints";
  if (code === "401" || status === 403) {
    return "The credentials may lack edas:ReadApplication or edas:ManageApplication for this application";
  }
  return undefined;
}
