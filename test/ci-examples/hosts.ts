// As much of the APIs of GitHub and GitLab as the examples call, on this machine.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

interface Comment {
  id: number;
  /** The number of the pull request. */
  on: number;
  by: string;
  body: string;
}

export interface CodeHost {
  url: string;
  comments: Comment[];
}

async function listen(application: Hono): Promise<string> {
  const server = serve({ fetch: application.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Some comments of others come first, more than a page of them. */
function othersComments(on: number): Comment[] {
  return Array.from({ length: 130 }, (_, index) => ({ id: index + 1, on, by: "somebody", body: "Nice." }));
}

function pageOf<Item>(items: Item[], query: (name: string) => string | undefined): Item[] {
  const size = Number(query("per_page") ?? 30);
  const from = (Number(query("page") ?? 1) - 1) * size;
  return items.slice(from, from + size);
}

export interface PullRequest {
  number: number;
  head: { sha: string; label: string };
}

export async function startGithub(token: string, pullRequests: PullRequest[]): Promise<CodeHost> {
  const comments = pullRequests.flatMap(({ number }) => othersComments(number));
  const application = new Hono().basePath("/repos/team/shop");
  application.use(async (context, next) => {
    if (context.req.header("authorization") !== `Bearer ${token}`) return context.json({}, 401);
    return next();
  });
  const shown = ({ id, by, body }: Comment) => ({ id, body, user: { login: by } });
  application.get("/pulls", (context) => {
    const { state, head } = context.req.query();
    if (state !== "open") return context.json({}, 422);
    return context.json(pullRequests.filter((one) => one.head.label === head));
  });
  application.get("/issues/:number/comments", (context) => {
    const all = comments.filter(({ on }) => on === Number(context.req.param("number")));
    return context.json(pageOf(all, (name) => context.req.query(name)).map(shown));
  });
  application.post("/issues/:number/comments", async (context) => {
    const { body } = await context.req.json<{ body: string }>();
    const on = Number(context.req.param("number"));
    const comment = { id: comments.length + 1, on, by: "github-actions[bot]", body };
    comments.push(comment);
    return context.json(shown(comment), 201);
  });
  application.patch("/issues/comments/:id", async (context) => {
    const comment = comments.find(({ id }) => id === Number(context.req.param("id")));
    if (comment?.by !== "github-actions[bot]") return context.json({}, 403);
    comment.body = (await context.req.json<{ body: string }>()).body;
    return context.json(shown(comment));
  });
  return { url: await listen(application), comments };
}

export interface MergeRequest {
  iid: number;
  sha: string;
  source_project_id: number;
}

export interface Kept {
  pipeline: { id: number; sha: string; project_id: number };
  job: { id: number; name: string };
  preview: string;
}

export async function startGitlab(
  token: string,
  projectId: number,
  mergeRequests: MergeRequest[],
  kept: Kept[] = [],
): Promise<CodeHost> {
  const comments = mergeRequests.flatMap(({ iid }) => othersComments(iid));
  const application = new Hono();
  application.use(async (context, next) => {
    if (context.req.header("private-token") !== token) return context.json({}, 401);
    return next();
  });
  const shown = ({ id, by, body }: Comment) => ({ id, body, author: { id: by === "bot" ? 7 : 8 } });
  const request = `/projects/${projectId}/merge_requests/:iid`;
  application.get("/user", (context) => context.json({ id: 7 }));
  application.get(request, (context) => {
    const found = mergeRequests.find(({ iid }) => String(iid) === context.req.param("iid"));
    return found === undefined ? context.json({}, 404) : context.json(found);
  });
  application.get(`${request}/pipelines`, (context) => context.json(kept.map(({ pipeline }) => pipeline)));
  application.get("/projects/:project/pipelines/:id/jobs", (context) => {
    const { project, id } = context.req.param();
    const found = kept.filter(
      ({ pipeline }) => `${pipeline.project_id}/${pipeline.id}` === `${project}/${id}`,
    );
    return context.json(found.map(({ job }) => job));
  });
  application.get("/projects/:project/jobs/:id/artifacts/preview.json", (context) => {
    const found = kept.find(({ job }) => String(job.id) === context.req.param("id"));
    return found === undefined ? context.json({}, 404) : context.text(found.preview);
  });
  application.get(`${request}/notes`, (context) => {
    const all = comments.filter(({ on }) => on === Number(context.req.param("iid")));
    return context.json(pageOf(all, (name) => context.req.query(name)).map(shown));
  });
  application.post(`${request}/notes`, async (context) => {
    const { body } = await context.req.json<{ body: string }>();
    const comment = { id: comments.length + 1, on: Number(context.req.param("iid")), by: "bot", body };
    comments.push(comment);
    return context.json(shown(comment), 201);
  });
  application.put(`${request}/notes/:id`, async (context) => {
    const comment = comments.find(({ id }) => id === Number(context.req.param("id")));
    if (comment?.by !== "bot") return context.json({}, 403);
    comment.body = (await context.req.json<{ body: string }>()).body;
    return context.json(shown(comment));
  });
  return { url: await listen(application), comments };
}
