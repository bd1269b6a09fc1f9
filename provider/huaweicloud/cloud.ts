import type { Sources } from "../config.js";
import { send, type CallContext, type CloudRequest, type Gateway, type Reply } from "../http.js";
import { warnOnce } from "../log.js";
import { sharedRead } from "../share.js";
import { adviceFor, failureOf, requestId } from "./failures.js";
import { fetchToken, listProjects, type Token } from "./iam.js";
import { settings, type Credentials, type Settings } from "./settings.js";
import { sign, signingDate } from "./sign.js";
import type { Connection, Place } from "../kind.js";

/** Opens the way to one region and project; looks the project up where it is not known. */
export async function connect(
  sources: Sources,
  place: Partial<Place>,
  context: CallContext,
): Promise<Connection> {
  const known = settings(sources, place.region, context.limits.insecure);
  for (const warning of known.warnings) warnOnce(context.log, warning);
  const credentials = signerFor(known, place.projectId, context);
  const anyProject = gatewayFor(known, credentials, undefined);
  const projectId =
    place.projectId ?? (await credentials.projectId()) ?? (await lookUpProject(anyProject, known, context));
  const gateway = gatewayFor(known, credentials, projectId);
  return {
    place: { region: known.region, projectId },
    call: (request: CloudRequest): Promise<Reply> => send(gateway, request, context),
    confirmOwned: () => confirmOwned(anyProject, known, projectId, context),
  };
}

/** What signs a request: a pair of keys, or a token with the way to renew it. */
interface Signer {
  readonly credentials: Credentials;
  token(): Promise<string | undefined>;
  projectId(): Promise<string | undefined>;
  renew(): Promise<void>;
}

const fetchedTokens = new Map<string, Promise<Token>>();
const renewBeforeExpiryMilliseconds = 5 * 60 * 1000;

function signerFor(
  { credentials, baseUrl, projectName }: Settings,
  projectId: string | undefined,
  context: CallContext,
): Signer {
  const none = async (): Promise<undefined> => undefined;
  if (credentials.method === "keys") return { credentials, token: none, projectId: none, renew: none };
  if (credentials.method === "token")
    return { credentials, token: async () => credentials.token, projectId: none, renew: none };
  // A token is good for one project.
  const project = projectId === undefined ? { name: projectName } : { id: projectId };
  const key = JSON.stringify([baseUrl("iam"), credentials, project]);
  const unsigned = {
    ...gatewayParts,
    baseUrl,
    prepare: none,
    headersFor: async () => ({ "Content-Type": "application/json" }),
    renewToken: none,
  };
  const fetched = (): Promise<Token> => {
    let token = fetchedTokens.get(key);
    if (token === undefined) {
      token = fetchToken(unsigned, credentials, project, context);
      fetchedTokens.set(key, token);
      token.catch(() => fetchedTokens.delete(key));
    }
    return token;
  };
  const current = async (): Promise<Token> => {
    const token = fetched();
    const left = (await token).expiresAt - Date.now();
    // One whose end cannot be read is good until it is refused.
    if (!(left <= renewBeforeExpiryMilliseconds)) return token;
    if (fetchedTokens.get(key) === token) fetchedTokens.delete(key);
    return fetched();
  };
  let last: Promise<Token> | undefined;
  return {
    credentials,
    token: async () => (await (last = current())).text,
    projectId: async () => (await current()).projectId,
    renew: async () => {
      // Whoever comes first drops the token that was refused; the others find its successor.
      if (last !== undefined && (await fetched()).text === (await last).text) fetchedTokens.delete(key);
      await fetched();
    },
  };
}

/** All of a gateway that is the same for every credential. */
const gatewayParts = { failureOf, adviceFor, requestId };

function gatewayFor({ baseUrl }: Settings, signer: Signer, projectId: string | undefined): Gateway {
  return {
    ...gatewayParts,
    baseUrl,
    failureOf: (answer) => {
      const failure = failureOf(answer);
      return signer.credentials.method === "password"
        ? failure
        : failure && { ...failure, tokenExpired: false };
    },
    prepare: async () => void (await signer.token()),
    renewToken: () => signer.renew(),
    headersFor: async (request) => {
      const project: Record<string, string> = projectId === undefined ? {} : { "X-Project-Id": projectId };
      const token = await signer.token();
      if (token !== undefined)
        return { "Content-Type": "application/json", "X-Auth-Token": token, ...project };
      const keys = signer.credentials as Extract<Credentials, { method: "keys" }>;
      const headers: Record<string, string> = {
        ...request.headers,
        "Content-Type": "application/json",
        "X-Sdk-Date": signingDate(new Date()),
        ...project,
      };
      if (keys.securityToken !== undefined) headers["X-Security-Token"] = keys.securityToken;
      return { ...headers, Authorization: sign({ ...request, headers }, keys) };
    },
  };
}

const projectIds = new Map<string, Promise<string>>();

/** Asked once in a process: the answer is the same for all resources of a region. */
function lookUpProject(gateway: Gateway, known: Settings, context: CallContext): Promise<string> {
  const key = JSON.stringify([known.baseUrl("iam"), known.credentials, known.projectName]);
  let projectId = projectIds.get(key);
  if (projectId === undefined) {
    projectId = askForProject(gateway, known, context);
    projectIds.set(key, projectId);
    projectId.catch(() => projectIds.delete(key));
  }
  return projectId;
}

async function askForProject(
  gateway: Gateway,
  { projectName }: Settings,
  context: CallContext,
): Promise<string> {
  const projects = (await listProjects(gateway, projectName, context)).filter(
    ({ name }) => name === projectName,
  );
  const [project] = projects;
  if (project !== undefined && projects.length === 1) return project.id;
  throw new Error(
    `the account has ${projects.length} projects named ${projectName}: set huaweicloud:projectId (HW_PROJECT_ID), or huaweicloud:projectName (HW_PROJECT_NAME)`,
  );
}

/**
 * "Not there" says something only about the project that was looked into: it has to be one of ours. Asked once a
 * minute, however many things are not there.
 */
async function confirmOwned(
  gateway: Gateway,
  { baseUrl, credentials }: Settings,
  projectId: string,
  context: CallContext,
): Promise<void> {
  const key = JSON.stringify(["projects", baseUrl("iam"), credentials, projectId]);
  const projects = await sharedRead(key, () => listProjects(gateway, undefined, context), { seconds: 60 });
  if (projects.some(({ id }) => id === projectId)) return;
  throw new Error(
    `the credentials in use belong to the projects ${projects.map(({ id }) => id).join(", ") || "(none)"}, and this resource lives in project ${projectId}: that it is not found there says nothing. Use the credentials of the account that owns it`,
  );
}
