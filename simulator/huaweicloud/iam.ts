import { z } from "zod";
import type { Account, Directory } from "../accounts.js";
import { isJson, parseJson, Refused, type Call, type Reply, type Service } from "../operation.js";

const idOrName = z.union([
  z.strictObject({ id: z.string() }),
  z.strictObject({ name: z.string(), domain: z.object({}).optional() }),
]);
const tokenBody = z.strictObject({
  auth: z.strictObject({
    identity: z.strictObject({
      methods: z.tuple([z.literal("password")]),
      password: z.strictObject({
        user: z.strictObject({
          name: z.string(),
          password: z.string(),
          domain: z.strictObject({ name: z.string() }),
        }),
      }),
    }),
    scope: z.union([z.strictObject({ project: idOrName }), z.strictObject({ domain: idOrName })]).optional(),
  }),
});
type Scope = z.infer<typeof tokenBody>["auth"]["scope"];

function refuse(code: number, message: string): Refused {
  return new Refused({ status: code, body: { error: { code, message, title: "Error" } } });
}

function badRequest(message: string): Refused {
  return refuse(400, message);
}

export function iamService(directory: Directory): Service {
  return {
    name: "iam",
    badRequest,
    operations: [
      {
        name: "createToken",
        method: "POST",
        path: "/v3/auth/tokens",
        query: ["nocatalog"],
        effect: "write",
        handle: (call) => createToken(call, directory),
      },
      {
        name: "listProjects",
        method: "GET",
        path: "/v3/projects",
        query: ["name", "domain_id", "enabled", "parent_id", "is_domain", "page", "per_page"],
        effect: "read",
        handle: (call) => listProjects(call, directory),
      },
    ],
  };
}

function createToken(call: Call, directory: Directory): Reply {
  if (!isJson(call)) throw badRequest("Content-Type must be application/json");
  const { identity, scope } = parseJson(call, tokenBody, badRequest).auth;
  const { name, password, domain } = identity.password.user;
  const account = directory.account(domain.name);
  const user = account?.huaweicloud?.users?.find((one) => one.name === name && one.password === password);
  if (!account || !user) throw refuse(401, "The username or password is wrong.");
  const project = projectOf(scope, account, directory);
  const now = call.pace.now();
  const token = directory.issueToken(account, project?.id, now);
  const inDomain = { id: domainId(account), name: account.name };
  return {
    status: 201,
    headers: { "X-Subject-Token": token.value },
    body: {
      token: {
        methods: ["password"],
        issued_at: microseconds(now),
        expires_at: microseconds(token.expiresAt),
        user: { id: `user-${name}`, name, domain: inDomain },
        ...(project ? { project: { ...project, domain: inDomain } } : { domain: inDomain }),
        roles: [],
        ...(call.query["nocatalog"] ? {} : { catalog: [] }),
      },
    },
  };
}

function projectOf(
  scope: Scope,
  account: Account,
  directory: Directory,
): { id: string; name: string } | undefined {
  if (!scope || "domain" in scope) return undefined;
  const wanted = scope.project;
  const matching =
    "id" in wanted
      ? directory.projects(account).filter((project) => project.id === wanted.id)
      : directory.projects(account, wanted.name);
  const [project] = matching;
  if (!project) throw refuse(401, "The project was not found, or the user has no role in it.");
  return project;
}

function listProjects(call: Call, directory: Directory): Reply {
  const projects = call.visible(directory.projects(call.account, call.query["name"]));
  const domain = domainId(call.account);
  return {
    status: 200,
    body: {
      links: { self: "https://iam.myhuaweicloud.com/v3/projects", next: null, previous: null },
      projects: projects.map(({ id, name }) => ({
        id,
        name,
        domain_id: domain,
        parent_id: domain,
        enabled: true,
        is_domain: false,
        description: "",
        links: { self: `https://iam.myhuaweicloud.com/v3/projects/${id}` },
      })),
    },
  };
}

function domainId(account: Account): string {
  return `domain-${account.name}`;
}

function microseconds(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}
