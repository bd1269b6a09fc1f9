import type { Directory } from "../accounts.js";
import { Refused, type Identity, type OperationName, type WireRequest } from "../operation.js";
import { verifyAlicloudSignature } from "./signature.js";

const VERSION = "2017-08-01";
const NONCE_MILLISECONDS = 30 * 60 * 1000;

/** A refusal by the gateway, before EDAS has seen the request. */
export function popRefusal(status: number, code: string, message: string, requestId: string): Refused {
  return new Refused({ status, body: popBody(code, message, requestId) });
}

export function popBody(code: string, message: string, requestId: string): Record<string, string> {
  return { RequestId: requestId, HostId: "edas.aliyuncs.com", Code: code, Message: message };
}

/** Lets requests in by signature, each nonce once. */
export class AlicloudGateway {
  readonly #directory: Directory;
  readonly #nonces: Map<string, number> = new Map();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  admit(request: WireRequest, operation: OperationName, requestId: string, now: number): Identity {
    const verdict = verifyAlicloudSignature(
      request,
      (name) => this.#directory.keyOwner("alicloud", name),
      now,
    );
    if ("code" in verdict) throw popRefusal(verdict.status, verdict.code, verdict.message, requestId);
    this.#useNonce(`${verdict.key.accessKey} ${request.headers["x-acs-signature-nonce"]}`, requestId, now);
    if (request.headers["x-acs-version"] !== VERSION) {
      throw popRefusal(
        400,
        "InvalidVersion",
        `Specified parameter Version is not valid, ${VERSION} is.`,
        requestId,
      );
    }
    const action = request.headers["x-acs-action"];
    const signedByV3 = request.headers["authorization"]?.startsWith("ACS3") ?? false;
    if (action === undefined ? signedByV3 : action.toLowerCase() !== operation.toLowerCase()) {
      throw popRefusal(404, "InvalidAction.NotFound", "Specified api is not found: x-acs-action.", requestId);
    }
    return { account: verdict.account, projectId: "" };
  }

  #useNonce(nonce: string, requestId: string, now: number): void {
    for (const [old, usedAt] of this.#nonces) {
      if (now - usedAt < NONCE_MILLISECONDS) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) {
      throw popRefusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.", requestId);
    }
    this.#nonces.set(nonce, now);
  }
}
