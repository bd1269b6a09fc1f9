import type { Account, Directory, IssuedToken } from "../accounts.js";
import { Refused, type Identity, type ServiceName, type WireRequest } from "../operation.js";
import { verifyHuaweiSignature } from "./signature.js";

const FAILURES_BEFORE_LOCK = 5;
const LOCK_MILLISECONDS = 5 * 60 * 1000;

/** A refusal by the gateway in front of every service. */
export function gatewayRefusal(status: number, code: string, message: string, requestId: string): Refused {
  return new Refused({ status, body: { error_code: code, error_msg: message, request_id: requestId } });
}

/** What is known of a request before it is let in. */
export interface Arrival {
  service: ServiceName;
  region: string;
  requestId: string;
  now: number;
  /** ROMA names the project in the path, too. */
  pathProjectId: string | undefined;
}

/** Lets requests in by token or by signature, and binds them to a project. */
export class HuaweiGateway {
  readonly #directory: Directory;
  readonly #failures: Map<string, { count: number; lockedUntil: number }> = new Map();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  admit(request: WireRequest, arrival: Arrival): Identity {
    const token = request.headers["x-auth-token"];
    const issued = token === undefined ? undefined : this.#tokenOf(token, arrival);
    const account = issued?.account ?? this.#signerOf(request, arrival);
    if (arrival.service === "iam") return { account, projectId: "" };
    return { account, projectId: this.#projectOf(request, account, issued, arrival) };
  }

  /** Ends the life of the token that a request carries. */
  expire(request: WireRequest): void {
    const issued = this.#directory.tokens.get(request.headers["x-auth-token"] ?? "");
    if (issued) issued.expiresAt = 0;
  }

  #tokenOf(value: string, { requestId, now }: Arrival): IssuedToken {
    const issued = this.#directory.tokens.get(value);
    if (!issued) {
      const message = "Incorrect IAM authentication information: decrypt token fail";
      throw gatewayRefusal(401, "APIGW.0301", message, requestId);
    }
    if (issued.expiresAt <= now) {
      throw gatewayRefusal(401, "APIGW.0307", "The token must be updated.", requestId);
    }
    return issued;
  }

  #signerOf(request: WireRequest, { requestId, now }: Arrival): Account {
    const accessKey = / Access=([^,\s]+),/.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
    const failure = this.#failures.get(accessKey);
    if (failure && failure.lockedUntil > now) {
      const message = "Incorrect IAM authentication information: the access key is locked for 5 minutes";
      throw gatewayRefusal(401, "APIGW.0301", message, requestId);
    }
    const verdict = verifyHuaweiSignature(
      request,
      (name) => this.#directory.keyOwner("huaweicloud", name),
      now,
    );
    if ("problem" in verdict) {
      const count = (failure?.count ?? 0) + 1;
      const lockedUntil = count > FAILURES_BEFORE_LOCK ? now + LOCK_MILLISECONDS : 0;
      this.#failures.set(accessKey, { count: lockedUntil > 0 ? 0 : count, lockedUntil });
      throw gatewayRefusal(401, "APIGW.0301", verdict.problem, requestId);
    }
    this.#failures.delete(accessKey);
    return verdict.account;
  }

  #projectOf(
    request: WireRequest,
    account: Account,
    issued: IssuedToken | undefined,
    { region, requestId, pathProjectId }: Arrival,
  ): string {
    if (issued && issued.projectId === undefined) {
      throw gatewayRefusal(403, "APIGW.0302", "A token of a project is needed.", requestId);
    }
    const named = [pathProjectId, request.headers["x-project-id"], issued?.projectId];
    const given = named.filter((one): one is string => one !== undefined);
    const [byDefault] = this.#directory.projects(account, region);
    const projectId = given[0] ?? byDefault?.id ?? "";
    const foreign =
      given.some((one) => one !== projectId) || !this.#directory.owns(account, projectId, region);
    if (foreign) {
      const message = `The project is unavailable: ${given.join(", ")} in ${region}`;
      throw gatewayRefusal(403, "APIGW.0310", message, requestId);
    }
    return projectId;
  }
}
