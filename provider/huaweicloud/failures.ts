// How the services of Huawei Cloud tell what went wrong, each in a way of its own.
import * as z from "../zod.js";
import type { CloudError } from "../errors.js";
import type { Answer } from "../http.js";
import { toldToWait, type Failure } from "../retry.js";

const flatError = z.object({
  error_code: z.string().nullish(),
  error_msg: z.string().nullish(),
  errorCode: z.string().nullish(),
  errorMsg: z.string().nullish(),
  errorMessage: z.string().nullish(),
  request_id: z.string().nullish(),
});
const errorBody = z.union([
  z.object({ errors: z.array(flatError).min(1) }),
  z.array(flatError).min(1),
  z.object({
    error: z.object({ code: z.union([z.string(), z.number()]).optional(), message: z.string().optional() }),
  }),
  flatError,
]);

/** Codes that mean "not now", whatever the status (SWR answers 403 and 409). */
const throttledCodes = new Set([
  "APIGW.0308",
  "ASM.01429001",
  "SVCSTG.SWR.4031032",
  "SVCSTG.SWR.4031042",
  "SVCSTG.SWR.4090023",
]);
const tokenCodes = new Set(["APIGW.0307", "APIGW.0301"]);

export function failureOf(answer: Answer): Failure | undefined {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const { code, words } = readError(body);
  const isRedirect = status >= 300 && status < 400;
  const noWords = isRedirect ? "redirects are not followed" : "no words came with it";
  return {
    status,
    code,
    words: words?.trim() || noWords,
    requestId: requestId(answer),
    throttled: status === 429 || throttledCodes.has(code ?? ""),
    permanent: code === "SVCSTG.SWR.5001101",
    tokenExpired: status === 401 && tokenCodes.has(code ?? ""),
    waitMilliseconds: toldToWait(headers, Date.now()),
  };
}

/** The five shapes in which these services tell their errors. */
export function readError(body: unknown): { code: string | undefined; words: string | undefined } {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return { code: undefined, words: undefined };
  const { data } = parsed;
  if ("error" in data) return { code: data.error.code?.toString(), words: data.error.message };
  const flat = Array.isArray(data) ? data[0] : "errors" in data ? data.errors[0] : data;
  return {
    code: flat?.errorCode ?? flat?.error_code ?? undefined,
    words: flat?.errorMsg ?? flat?.errorMessage ?? flat?.error_msg ?? undefined,
  };
}

export function requestId({ headers, body }: Answer): string | undefined {
  const inBody = flatError.safeParse(body);
  return headers["x-request-id"] ?? (inBody.success ? inBody.data.request_id : undefined) ?? undefined;
}

const advice = new Map([
  ["APIGW.0101", "The URL is not known there: check huaweicloud:region and huaweicloud:endpoints"],
  ["APIGW.0310", "The project does not belong to these credentials: check huaweicloud:projectId"],
  ["APIG.3030", "No such instance in this region and project: check instanceId"],
  ["SVCSTG.SWR.5001101", "SWR answers so for a target region that it does not know: check targetRegion"],
]);

export function adviceFor({ status, code }: Failure): string | undefined {
  const known = advice.get(code ?? "");
  if (known !== undefined) return known;
  if (status === 404 && code === undefined) return advice.get("APIGW.0101");
  if (status === 401)
    return "Check the credentials and this machine's clock; five refused signatures lock a key for five minutes";
  if (status === 403) return "The credentials may lack the permission for this call";
  return undefined;
}

/** What the services themselves say of a thing; a proxy's page, a wrong URL or a wrong instance says nothing. */
const missingCode = /^(?:ASM\.|SVCSTG\.SWR\.|APIG\.3084$)/;

/** Whether the service that should have it says that it is not there. */
export function isMissing({ status, code }: Pick<CloudError, "status" | "code">): boolean {
  return status === 404 && missingCode.test(code ?? "");
}
