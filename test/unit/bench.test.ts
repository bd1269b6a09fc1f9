import { expect, test } from "vitest";
import { bytesOf } from "../../bench/compare.js";
import { purposeOf } from "../../bench/engine-profile.js";
import type { Figures } from "../../bench/lifecycle.js";
import { judged, times } from "../../bench/markdown.js";
import { withFigure } from "../../bench/report.js";
import { difference, exponent, middle } from "../../bench/runs.js";
import { spentOn, spentRows } from "../../bench/spent.js";
import { ownerOf, spentIn } from "../../bench/v8-profile.js";
import { listsOfWaves, neededCalls } from "../../bench/waves.js";

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])("the middle of %j is %d", (runs, expected) => {
  expect(middle(runs)).toBe(expected);
});

test("sides are compared round by round, not by their middles", () => {
  // The machine was slow in the second round, for both.
  expect(times([2, 20, 4], [1, 10, 1])).toBe("2.00 (2.00 – 4.00)");
  expect(difference([2, 20, 4], [1, 10, 1])).toBe(3);
});

test.each([
  [(count: number) => 3 * count, 1],
  [(count: number) => 0.5 * count ** 2, 2],
])("the exponent of a power is found", (seconds, expected) => {
  const points = [100, 300, 1000].map((count) => [count, seconds(count)] as const);
  expect(exponent(points)).toBeCloseTo(expected, 10);
});

test.each([
  [1.24, "1.24"],
  [1.25, "1.25"],
  [1.2518, "**1.252**"],
  [1.2482, "1.248"],
  [1.3, "**1.30**"],
])("%d is judged by a goal of 1.25 before it is rounded: %s", (value, expected) => {
  expect(judged(value, 1.25)).toBe(expected);
});

test("a resource's state is what it adds to that of an empty stack", () => {
  const figures = { stateBytes: [2900, 3100, 3000] } as unknown as Figures;
  const side = { create: figures, preview: figures, unchanged: figures, refresh: figures, destroy: figures };
  expect(bytesOf({ kind: "alicloud:ChangeOrder", count: 10, emptyBytes: 1000 }, side)).toBe(200);
});

test.each([
  // Waves of eight over repositories of twenty: 0–7, 8–15, 16–19 and 20–23, 24–31, 32–39.
  [{ count: 40, perRepository: 20, parallel: 8 }, 6],
  [{ count: 8, perRepository: 8, parallel: 8 }, 1],
  [{ count: 8, perRepository: 1, parallel: 8 }, 8],
  [{ count: 9, perRepository: 100, parallel: 8 }, 2],
])("%j reads %d lists, one of each repository in each wave", (waves, lists) => {
  expect(listsOfWaves(waves)).toBe(lists);
});

test("what has to be called, and what of it has to wait", () => {
  const needed = neededCalls({ count: 40, perRepository: 20, parallel: 8 });
  // A project, a list before and one after in each of six, and the writes; in five waves.
  expect(needed.create).toMatchObject({ calls: 1 + 12 + 40, chain: 1 + 2 * 5 });
  expect(needed.unchanged).toMatchObject({ calls: 0, chain: 0 });
  expect(needed.refresh).toMatchObject({ calls: 2, chain: 1 });
  expect(needed.destroy).toMatchObject({ calls: 40, chain: 5 });
});

test.each([
  ["(idle)", "", undefined],
  ["(garbage collector)", "", "garbage collection"],
  ["(program)", "", "the system, or waiting for a core"],
  ["parse", "file:///app/node_modules/pulumi-grayscale/lib/provider/zod.js", "zod"],
  ["parse", "file:///app/node_modules/zod/v4/core/parse.cjs", "zod"],
  ["request", "file:///app/node_modules/axios/dist/node/axios.cjs", "axios"],
  ["call", "file:///app/node_modules/@grpc/grpc-js/build/src/server.js", "Pulumi's SDK, and gRPC"],
  ["ask", "file:///app/node_modules/follow-redirects/index.js", "other packages"],
  ["create", "file:///repository/lib/provider/dynamic.js", "this package"],
  ["writev", "node:internal/streams/writable", "Node.js itself: HTTP, sockets, hashes, loading"],
])("%s of %s is time of: %s", (functionName, url, owner) => {
  expect(ownerOf({ functionName, url })).toBe(owner);
});

const saving = "github.com/pulumi/pulumi/pkg/v3/backend/diy.(*diyBackend).saveSnapshot";

test.each([
  [["runtime.gcBgMarkWorker.func2", "runtime.systemstack"], "garbage collection"],
  [["crypto/md5.block", saving], "writing the state: checksums"],
  [["encoding/json.Marshal", saving], "writing the state: JSON"],
  [["gocloud.dev/blob.(*Writer).Close", saving], "writing the state: files"],
  [["sort.Strings", saving], "writing the state: collecting and verifying it"],
  [
    ["github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin.MarshalProperties", "main.main"],
    "properties, to and from messages",
  ],
  [["google.golang.org/grpc.(*Server).handleStream"], "messages, with the program and the host"],
  [["encoding/json.Marshal", "main.main"], "everything else"],
])("the engine does %j for: %s", (stack, purpose) => {
  expect(purposeOf(stack)).toBe(purpose);
});

test("samples are added up, the dearest first, and told beside others", () => {
  const ours = spentOn([
    ["a", 1],
    ["b", 2],
    [undefined, 5],
    ["a", 0.5],
  ]);
  expect(Object.entries(ours)).toEqual([
    ["b", 2],
    ["a", 1.5],
  ]);
  expect(spentRows([{ a: 1, c: 1 }, ours])).toEqual([
    ["b", "0.00 s", "2.00 s"],
    ["a", "1.00 s", "1.50 s"],
    ["c", "1.00 s", "0.00 s"],
    ["all", "2.00 s", "3.50 s"],
  ]);
});

test("a profile of V8's is told by whose code was running, and how long", () => {
  const frame = (functionName: string, url = ""): { functionName: string; url: string } => ({
    functionName,
    url,
  });
  const nodes = [
    { id: 1, callFrame: frame("(idle)") },
    { id: 2, callFrame: frame("create", "file:///repository/lib/provider/dynamic.js") },
    { id: 3, callFrame: frame("(garbage collector)") },
  ];
  const timeDeltas = [400_000, 250_000, 100_000, 50_000];
  expect(spentIn({ nodes, samples: [1, 2, 3, 2], timeDeltas })).toEqual({
    "this package": 0.3,
    "garbage collection": 0.1,
  });
});

test("a figure is put where a document has a place for it, whatever is written in it", () => {
  const text = "before\n<!-- figure: one -->\nold\n<!-- end -->\nafter\n<!-- figure: two -->\n<!-- end -->\n";
  expect(withFigure(text, "one", "$1 & $&")).toBe(text.replace("old", () => "$1 & $&"));
  expect(() => withFigure(text, "three", "")).toThrow("docs/scale.md has no place for the figure three");
});
