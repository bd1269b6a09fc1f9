// What a process of Node.js spends its processor time on, by the samples of V8's own profiler.
import { spentOn, type Spent } from "./spent.js";

/** As V8 writes it. */
export interface V8Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

const owners: readonly (readonly [RegExp, string])[] = [
  [/node_modules\/axios\//, "axios"],
  [/\/zod(?:\.js|\/)/, "zod"],
  [/node_modules\/(?:@pulumi|@grpc|google-protobuf|protobufjs|@protobufjs)\//, "Pulumi's SDK, and gRPC"],
  [/node_modules\//, "other packages"],
  [/\/lib\/(?:provider|sdk)\//, "this package"],
];

/** Whose code a sample was in; nobody's while the process had nothing to do. */
export function ownerOf({ functionName, url }: Frame): string | undefined {
  if (functionName === "(idle)") return undefined;
  if (functionName === "(garbage collector)") return "garbage collection";
  // V8 takes its samples by the clock: while it is not in JavaScript it may be waiting for a core.
  if (functionName === "(program)") return "the system, or waiting for a core";
  const [, owner] = owners.find(([pattern]) => pattern.test(url)) ?? [];
  return owner ?? "Node.js itself: HTTP, sockets, hashes, loading";
}

export function spentIn({ nodes, samples, timeDeltas }: V8Profile): Spent {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  return spentOn(
    samples.map((id, index) => {
      const frame = frames.get(id);
      return [frame && ownerOf(frame), (timeDeltas[index] ?? 0) / 1_000_000];
    }),
  );
}
