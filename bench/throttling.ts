// How long 100 resources take against a cloud that serves only so many requests, beside the least that is possible.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { RateLimit } from "pulumi-grayscale/simulator";
import { startDynamicHost, type DynamicHost } from "../test/dynamic-host.js";
import { program } from "../test/program-inputs.js";
import { startCloud } from "../test/simulated-cloud.js";
import { repositoryRoot } from "../tools/places.mjs";
import { range } from "./markdown.js";
import { commitOfSources } from "./results.js";
import { middle } from "./runs.js";

const kind = "huaweicloud:ImageSyncTask";
const args = {
  namespace: "team",
  targetRegion: "cn-east-3",
  targetNamespace: "mirror",
  region: "cn-north-4",
};
const names = Array.from({ length: 100 }, (_, index) => `r${index}`);
const runs = 3;

interface Measured {
  readonly seconds: number;
  /** Of the service that is called most; the project is looked up elsewhere, once. */
  readonly served: number;
  readonly refused: number;
}

async function measure(rateLimit?: RateLimit): Promise<Measured> {
  const cloud = await startCloud({ rateLimit });
  const host = await startDynamicHost({ config: cloud.hostConfig });
  try {
    const started = performance.now();
    await createAll(host);
    const seconds = (performance.now() - started) / 1000;
    const requests = cloud.requests.filter(({ service }) => service === "swr");
    const refused = requests.filter(({ throttled }) => throttled).length;
    if (cloud.cloud.syncTasks.length !== names.length) throw new Error("some tasks were not made");
    return { seconds, served: requests.length - refused, refused };
  } finally {
    await host.close();
    await cloud.close();
  }
}

function createAll(host: DynamicHost): Promise<unknown> {
  return Promise.all(
    names.map((repository) => host.create(program(kind, { ...args, repository }, repository))),
  );
}

/** All windows but the last have to end; in the last one, what is left has to be called. */
function leastSeconds(served: number, { requests, seconds }: RateLimit, unlimited: Measured): number {
  const ended = Math.ceil(served / requests) - 1;
  return ended * seconds + ((served - ended * requests) / unlimited.served) * unlimited.seconds;
}

async function row(what: string, rateLimit: RateLimit, unlimited: Measured): Promise<string> {
  const all: Measured[] = [];
  while (all.length < runs) all.push(await measure(rateLimit));
  const seconds = all.map((one) => one.seconds);
  const refused = all.map((one) => (100 * one.refused) / (one.served + one.refused));
  const least = leastSeconds(all[0]?.served ?? 0, rateLimit, unlimited);
  const cells = [
    what,
    `${least.toFixed(1)} s`,
    `${range(seconds, 1)} s`,
    `**${(middle(seconds) / least).toFixed(2)}**`,
    `${range(refused, 1)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

async function report(): Promise<string> {
  await measure();
  const unlimited = await measure();
  const rows = [
    await row("20 requests a second", { requests: 20, seconds: 1 }, unlimited),
    await row(
      "20 requests a second, `Retry-After`",
      { requests: 20, seconds: 1, retryAfter: true },
      unlimited,
    ),
    await row("200 requests in 10 s", { requests: 200, seconds: 10 }, unlimited),
  ];
  return `# Throttling

100 ImageSyncTasks, created at once through one dynamic host; ${unlimited.served} requests are served in the end. The simulated cloud
counts in fixed windows and refuses what is beyond its limit with 429. Written by \`npm run bench:throttling\` on
${new Date().toISOString().slice(0, 10)}, commit ${commitOfSources()}, with Node.js ${process.version} on a machine with ${availableParallelism()} cores. ${runs} runs of each: the one in the middle, and the range.

| The cloud serves | Least possible | Wall clock | Ratio | Refused |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

The least possible: every window but the last has to end, and the requests of the last one have to be made. Without a
limit all of it takes ${unlimited.seconds.toFixed(1)} s.
`;
}

async function main(): Promise<void> {
  const text = await report();
  writeFileSync(join(repositoryRoot, "bench", "throttling.md"), text);
  process.stdout.write(text);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
