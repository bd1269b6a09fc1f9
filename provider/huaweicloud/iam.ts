import * as z from "../zod.js";
import { send, understood, type CallContext, type Gateway } from "../http.js";

export interface PasswordCredentials {
  readonly method: "password";
  readonly userName: string;
  readonly password: string;
  readonly domainName: string;
}

/** A token that was fetched, good for one project. */
export interface Token {
  readonly text: string;
  readonly expiresAt: number;
  readonly projectId: string | undefined;
}

export interface Project {
  readonly id: string;
  readonly name: string;
}

const tokenReply = z.object({
  token: z.object({ expires_at: z.string(), project: z.object({ id: z.string() }).optional() }),
});

const projectsReply = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });

/** "Obtaining a User Token Through Password Authentication": a token for one project. */
export async function fetchToken(
  gateway: Gateway,
  credentials: PasswordCredentials,
  project: { readonly id: string } | { readonly name: string },
  context: CallContext,
): Promise<Token> {
  const { userName, password, domainName } = credentials;
  const user = { name: userName, password, domain: { name: domainName } };
  const reply = await send(
    gateway,
    {
      service: "iam",
      method: "POST",
      path: "/v3/auth/tokens",
      query: { nocatalog: "true" },
      body: {
        auth: {
          identity: { methods: ["password"], password: { user } },
          scope: { project },
        },
      },
      writes: false,
    },
    context,
  );
  const text = reply.headers["x-subject-token"];
  if (text === undefined || text === "") throw new Error("IAM answered without a token in X-Subject-Token");
  const { token } = understood(tokenReply, reply);
  return { text, expiresAt: Date.parse(token.expires_at), projectId: token.project?.id };
}

/** The projects that the credentials can see, all or those of one name (KeystoneListProjects). */
export async function listProjects(
  gateway: Gateway,
  name: string | undefined,
  context: CallContext,
): Promise<Project[]> {
  const query = name === undefined ? {} : { query: { name } };
  const reply = await send(
    gateway,
    { service: "iam", method: "GET", path: "/v3/projects", ...query },
    context,
  );
  return understood(projectsReply, reply).projects;
}
