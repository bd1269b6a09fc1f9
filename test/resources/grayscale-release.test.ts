import { releasePhases } from "pulumi-grayscale/simulator";
import { expect, test } from "vitest";
import { describeResource } from "../contract.js";
import {
  cloudFor,
  destroy,
  failing,
  operate,
  program,
  refresh,
  up,
  upAgain,
  urnOf,
  type Failed,
  type Stored,
} from "../resource-host.js";
import type { SimulatedCloud } from "../simulated-cloud.js";
import { huaweicloudRequest, sent } from "../wire.js";
import {
  args,
  cancel,
  get,
  grayscaleReleaseSpec,
  kind,
  list,
  only,
  post,
  project,
  releases,
  template,
} from "./grayscale-release.js";

describeResource(grayscaleReleaseSpec);

test("every request is as documented", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  await destroy(cloud, stored);
  const [, listed, posted, read, deleted] = cloud.requests;
  const path = `${releases}/${String(stored.outputs["uid"])}`;
  expect(sent(listed)).toEqual(huaweicloudRequest({ method: "GET", path: "/v2/meshes/mesh-1/releases" }));
  expect(sent(read)).toEqual(huaweicloudRequest({ method: "GET", path }));
  expect(sent(deleted)).toEqual(huaweicloudRequest({ method: "DELETE", path: `${path}?action=cancel` }));
  const deployment = JSON.stringify(sorted(template));
  const body = `{"kind":"Release","apiVersion":"asm/v2","metadata":{"name":"reviews-v2","namespace":"prod","meshID":"mesh-1"},"spec":{"serviceName":"reviews","clusterID":"cluster-1","deploymentName":"reviews-v1","version":"v2","type":"canary","grayDeployments":[{"clusterID":"cluster-1","template":${deployment}}]}}`;
  expect(sent(posted)).toEqual(huaweicloudRequest({ method: "POST", path: releases, body }));
});

test("it waits for the phases that are listed, and for none where none is", async () => {
  const cloud = await cloudFor({ progress: { advance: "afterReads", reads: 3 } });
  const { calls, logged, stored } = await up(cloud, kind, args);
  expect(calls).toEqual([project, list, post, get, get, get]);
  expect(stored.outputs["phase"]).toBe(releasePhases.running);
  const urn = urnOf(kind, "thing");
  const message = expect.stringMatching(
    /^waiting for the release reviews-v2 to become Running: phase Creating, \d+ s of \d+ s$/,
  ) as string;
  expect(logged).toMatchObject([
    { message: expect.stringMatching(/^From now on: /) as string, ephemeral: false, urn },
    { message, ephemeral: true, urn },
    { message, ephemeral: true, urn },
  ]);
  const { readyPhases: _, ...impatient } = { ...args, name: "other", serviceName: "ratings" };
  const other = await up(cloud, kind, impatient);
  expect(other.calls).toEqual([project, list, post]);
  expect(other.stored.outputs).toMatchObject({ phase: releasePhases.creating, outcome: "running" });
});

test("a release that is ended while it is waited for has failed", async () => {
  const cloud = await cloudFor({ progress: { advance: "never" } });
  const { stored } = await failing(up(cloud, kind, { ...args, timeoutSeconds: 1 }));
  if (stored === undefined) throw new Error("it should be kept");
  cloud.cloud.releases = [];
  const failed = await failing(upAgain(cloud, kind, stored, args));
  expect(failed.stored?.outputs["unfinished"]).toEqual({
    kind: "failed",
    reason: "the release reviews-v2 is gone",
  });
});

test("end is another word on the wire, and needs the traffic on the gray version", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, { ...args, onDelete: "end" });
  const refused = await failing(destroy(cloud, stored));
  expect(refused.calls).toEqual([`DELETE ${releases}/{uid}?action=end 400`]);
  expect(refused.message).toMatch(
    /answered 400 ASM\.01400001: .+\. Two things lead to this answer: the traffic is not where "end" needs it \(all on the gray version\), or ASM does not know the word "end" for it \(huaweicloud:asmActions\)\. Move the traffic there in the mesh, or set onDelete to "cancel" and run `pulumi up` before `pulumi destroy`$/,
  );
  only(cloud).traffic = "gray";
  const cancelled = { ...stored, outputs: { ...stored.outputs, onDelete: "cancel" } };
  expect((await failing(destroy(cloud, cancelled))).message).toContain("all on the original version");
  expect((await destroy(cloud, stored)).calls).toEqual([`DELETE ${releases}/{uid}?action=end 200`]);
});

test.each([{ cancel: "revoke" }, '{"cancel":"revoke"}'])("the words are configurable: %j", async (words) => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const failed = await failing(destroy(cloud, stored, { config: { "huaweicloud:asmActions": words } }));
  expect(failed.calls).toEqual([`DELETE ${releases}/{uid}?action=revoke 400`]);
  expect(failed.message).toContain('does not know the word "revoke"');
});

const [notDeleted, notShown] = [cancel.replace("200", "404"), `GET ${releases}/{uid} 404`];
const proofOfAbsence = [notShown, list, notShown, list, "GET /v3/projects 200"];

test("a delete whose reply is lost is looked for", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.queueFault({ match: { operation: "deleteRelease" }, fault: { kind: "lostReply" } });
  const lost = cancel.replace("200", "reset");
  const { calls } = await destroy(cloud, stored);
  expect(calls).toEqual([lost, ...proofOfAbsence]);
});

const unknownToDelete = {
  match: { operation: "deleteRelease" },
  fault: { kind: "tooManyRequests", status: 404, code: "ASM.01404001", message: "not found" },
} as const;

test("one answer that it is not there does not end a destroy, while ASM shows it", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.queueFault(unknownToDelete);
  const failed = await failing(destroy(cloud, stored));
  expect(failed.calls).toEqual([notDeleted, get]);
  expect(failed.message).toMatch(
    /^DELETE \S+ answered 404 ASM\.01404001: not found .+ ASM shows it all the same, in phase Running: try again, or name that phase in endedPhases/,
  );
  expect((await destroy(cloud, stored)).calls).toEqual([cancel]);
});

test("what ASM lists after its end is no reason to keep it", async () => {
  const cloud = await cloudFor({ seed: { keepTerminatedReleases: true } });
  const { stored } = await up(cloud, kind, { ...args, endedPhases: [releasePhases.terminated] });
  only(cloud).phase = releasePhases.terminated;
  cloud.queueFault(unknownToDelete);
  expect((await destroy(cloud, stored)).calls).toEqual([notDeleted, get]);
});

test("a release that is gone is deleted, and so is one whose mesh is gone", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.releases = [];
  expect((await destroy(cloud, stored)).calls).toEqual([notDeleted, ...proofOfAbsence]);
  cloud.cloud.meshes = [];
  const withoutMesh = proofOfAbsence.map((call) => (call === list ? list.replace("200", "404") : call));
  expect((await destroy(cloud, stored)).calls).toEqual([notDeleted, ...withoutMesh]);
});

test("a release that was taken for ended and runs is no longer taken for that", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const { releases: running } = cloud.cloud;
  cloud.cloud.releases = [];
  const ended = await refresh(cloud, stored);
  cloud.cloud.releases = running;
  const read = await refresh(cloud, ended.stored ?? stored);
  expect(read.stored?.outputs).toMatchObject({ outcome: "running", phase: releasePhases.running });
  expect((await destroy(cloud, read.stored ?? stored)).calls).toEqual([cancel]);
});

test("one look that finds nothing does not end a destroy that never arrived", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.queueFault({ match: { operation: "deleteRelease" }, fault: { kind: "serverError", status: 503 } });
  for (const operation of ["getRelease", "listReleases"] as const)
    cloud.queueFault({ match: { operation }, fault: { kind: "emptyRead" } });
  await destroy(cloud, stored);
  expect(cloud.cloud.releases).toEqual([]);
});

/** What was sent and never answered is kept by its name, taken up as our own, and goes with a destroy. */
async function expectKept(cloud: SimulatedCloud, failed: Failed): Promise<void> {
  expect(cloud.cloud.releases).toHaveLength(1);
  const id = "cn-north-4/mesh-1/prod/name=reviews-v2";
  expect(failed.stored).toMatchObject({ id, outputs: { unfinished: { kind: "waiting" } } });
  cloud.clearFaults();
  const read = await refresh(cloud, failed.stored as Stored);
  const next = await upAgain(cloud, kind, read.stored as Stored, args);
  expect(next).toMatchObject({ operation: "update", warnings: [] });
  expect(next.stored).toMatchObject({ id, outputs: { uid: only(cloud).uid, adopted: false } });
  expect(next.stored.outputs).not.toHaveProperty("unfinished");
  expect((await upAgain(cloud, kind, next.stored, args)).operation).toBe("same");
  expect((await destroy(cloud, next.stored)).calls).toEqual([cancel]);
}

test("a create whose reply is lost is kept, where looking for it fails", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createRelease" }, fault: { kind: "lostReply" } });
  const broken = { kind: "serverError", status: 500 } as const;
  cloud.queueFault({ match: { operation: "listReleases" }, skip: 1, times: 99, fault: broken });
  const failed = await failing(up(cloud, kind, args, { config: { "grayscale:maxAttempts": "2" } }));
  expect(failed.message).toContain("Looking for it failed");
  await expectKept(cloud, failed);
});

test("a create whose reply is lost is kept, where a list is late and the next one is refused", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createRelease" }, fault: { kind: "lostReply" } });
  cloud.queueFault({ fault: { kind: "lateList", reads: 99 } });
  const failed = await failing(up(cloud, kind, args));
  expect(failed.calls).toContain(post.replace("200", "409"));
  await expectKept(cloud, failed);
});

test("what was kept by its name and is not there is created", async () => {
  const cloud = await cloudFor();
  cloud.queueFault({ match: { operation: "createRelease" }, times: 99, fault: { kind: "resetBefore" } });
  const failed = await failing(up(cloud, kind, args, { config: { "grayscale:maxAttempts": "1" } }));
  expect(failed.stored).toMatchObject({ outputs: { unfinished: { kind: "waiting" } } });
  expect(cloud.cloud.releases).toEqual([]);
  expect((await destroy(cloud, failed.stored as Stored)).calls).toEqual([list, list, "GET /v3/projects 200"]);
  cloud.clearFaults();
  await upAgain(cloud, kind, failed.stored as Stored, args);
  expect(cloud.cloud.releases).toHaveLength(1);
});

test("ended elsewhere: it stays, is told once with its URN, is not started again, and destroyed without a call", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.cloud.releases = [];
  const read = await refresh(cloud, stored);
  expect(read.calls).toEqual(proofOfAbsence);
  expect(read.logged).toEqual([
    {
      severity: 2,
      message: expect.stringMatching(/^the release \S+ was ended outside of Pulumi: it stays/) as string,
      urn: urnOf(kind, "thing"),
      ephemeral: false,
    },
  ]);
  if (read.stored === undefined) throw new Error("it should stay");
  expect(read.stored.outputs).toEqual({ ...stored.outputs, outcome: "endedElsewhere" });
  const later = await refresh(cloud, read.stored);
  expect(later).toMatchObject({ logged: [], stored: { id: stored.id, outputs: read.stored.outputs } });
  expect(await upAgain(cloud, kind, read.stored, args)).toMatchObject({ operation: "same", calls: [] });
  expect(await destroy(cloud, read.stored)).toMatchObject({ calls: [] });

  const declared = { ...args, ifEndedElsewhere: "recreate" };
  const again = await upAgain(cloud, kind, read.stored, declared);
  expect(again).toMatchObject({ operation: "replace", difference: { replaces: ["outcome"] } });
  expect(again.calls).toEqual([list, post, get]);
  cloud.cloud.releases = [];
  expect((await refresh(cloud, again.stored)).stored).toBeUndefined();
});

test("a phase that means the end is an end, and its name is free again", async () => {
  const cloud = await cloudFor({ seed: { keepTerminatedReleases: true } });
  const declared = { ...args, endedPhases: [releasePhases.terminated] };
  const { stored } = await up(cloud, kind, declared);
  only(cloud).phase = releasePhases.terminated;
  const read = await refresh(cloud, stored);
  expect(read.calls).toEqual([get]);
  expect(read.stored?.outputs).toMatchObject({ outcome: "endedElsewhere", phase: releasePhases.terminated });
  const second = await up(cloud, kind, declared);
  expect(second.stored.outputs["adopted"]).toBe(false);
  expect(cloud.cloud.releases).toHaveLength(2);
});

test("the list of the mesh is the second witness", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  cloud.queueFault({ match: { operation: "getRelease" }, fault: { kind: "emptyRead" } });
  const read = await refresh(cloud, stored);
  expect(read.calls).toEqual([`GET ${releases}/{uid} 404`, list]);
  expect(read.stored?.outputs).toEqual(stored.outputs);
});

test("that no release of a name is there, one list tells for several that are made one after the other", async () => {
  const cloud = await cloudFor();
  const { calls } = await operate(cloud, async (host) => {
    for (const name of ["reviews", "ratings", "details"]) {
      const declared = { ...args, name, serviceName: name };
      const { inputs } = await host.check({}, program(kind, declared, name));
      await host.create(inputs);
    }
  });
  expect(calls).toEqual([project, list, post, get, post, get, post, get]);
});

test("what this run has made is looked for anew", async () => {
  const cloud = await cloudFor();
  const { calls } = await operate(cloud, async (host) => {
    const made = [];
    for (const name of ["web", "twin"]) {
      const { inputs } = await host.check({}, program(kind, args, name));
      made.push(await host.create(inputs));
    }
    expect(made.map(({ outputs }) => outputs["adopted"])).toEqual([false, true]);
  });
  // The list that showed nothing is a moment old.
  expect(calls.filter((call) => call === list)).toHaveLength(2);
  expect(calls.filter((call) => call === post)).toHaveLength(1);
});

test("a wrong region or URL is an error, never absence", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const code = "APIGW.0101";
  cloud.queueFault({ times: 9, fault: { kind: "tooManyRequests", status: 404, code, message: "no API" } });
  const failed = await failing(refresh(cloud, stored));
  expect(failed.message).toMatch(/answered 404 APIGW\.0101: no API .+ check huaweicloud:region and/);
  expect((await failing(destroy(cloud, stored))).message).toContain("APIGW.0101");
});

test("a name that is not given is the resource's own, then what it was; a failure says where it came from", async () => {
  const { name: _, ...unnamed } = args;
  const { result } = await operate(undefined, async (host) => {
    const first = await host.check({}, program(kind, unnamed, "reviews-canary"));
    const renamed = await host.check(first.inputs, program(kind, unnamed, "another-name"));
    const bad = await host.check({}, program(kind, unnamed, "My Release"));
    const badThen = await host.check({ ...first.inputs, name: "X" }, program(kind, unnamed, "fine"));
    return { first, renamed, failures: [...bad.failures, ...badThen.failures] };
  });
  expect(result.first.inputs["name"]).toBe("reviews-canary");
  expect(result.renamed.inputs["name"]).toBe("reviews-canary");
  expect(result.failures.map(({ property, reason }) => [property, reason.split(", found ")[1]])).toEqual([
    ["name", "a text of 10 characters (it is the resource's name in the program; set name)"],
    ["name", "a text of 1 characters (it is what it was before; set name)"],
  ]);
});

test("a service with another release is the cloud's own error", async () => {
  const cloud = await cloudFor();
  await up(cloud, kind, args);
  const failed = await failing(up(cloud, kind, { ...args, name: "second" }));
  expect(failed.message).toMatch(
    /^POST \S+ answered 409 ASM\.01409001: The service reviews already has a running/,
  );
  expect(failed.partial).toBeUndefined();
});

test("a create that ASM refuses with 400 is told with its errorCode, and leaves nothing behind", async () => {
  const cloud = await cloudFor();
  const fault = { kind: "tooManyRequests", status: 400, code: "ASM.01400001", message: "words" } as const;
  cloud.queueFault({ match: { operation: "createRelease" }, fault });
  const failed = await failing(up(cloud, kind, args));
  expect(failed.calls).toEqual([project, list, post.replace("200", "400")]);
  expect(failed.message).toMatch(/^POST \S+ answered 400 ASM\.01400001: words /);
  expect(failed.partial).toBeUndefined();
});

test("an import takes the program's own words without touching the release", async () => {
  const cloud = await cloudFor();
  const { stored } = await up(cloud, kind, args);
  const bare = { __provider: stored.inputs["__provider"] };
  const imported = await refresh(cloud, { id: stored.id, inputs: bare, outputs: bare });
  if (imported.stored === undefined) throw new Error("it should be there");
  const next = await upAgain(cloud, kind, imported.stored, args);
  expect(next).toMatchObject({ operation: "update", calls: [] });
});

/** Objects come from the engine with their keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
