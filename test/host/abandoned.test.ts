// A host whose engine was killed ends by itself, whatever it is about.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { startDynamicHost } from "../dynamic-host.js";
import { cloudFor, program } from "../resource-host.js";
import { args, kind } from "../resources/grayscale-release.js";

/** A process that watches an engine with a short interval. */
const watcher = `
  const { endWithEngine } = require(process.argv[1]);
  endWithEngine(process.argv[2], 20);
  setInterval(() => {}, 1000);
  console.log("watching");
`;

/** Tells when it is looked for. */
async function startEngine(): Promise<{
  server: Server;
  address: string;
  looks: (many: number) => Promise<void>;
}> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).destroy();
    server.emit("look");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const until = async (many: number): Promise<void> => {
    for (let seen = 0; seen < many; seen += 1) await once(server, "look");
  };
  return { server, address: `127.0.0.1:${port}`, looks: until };
}

async function watch(address: string) {
  const module = join(repositoryRoot, "lib", "provider", "host.js");
  const child = spawn(process.execPath, ["-e", watcher, module, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return { child, ended };
}

test("as long as the engine is there, the host stays; when it is gone, the host ends", async () => {
  const { server, address, looks } = await startEngine();
  const { child, ended } = await watch(address);
  await looks(5);
  expect(child.exitCode).toBeNull();
  server.close();
  expect(await ended).toEqual([0, null]);
});

test("Pulumi's host is such a host, and leaves the wait that it is in", async () => {
  const waits = new AbortController();
  const waiting = once(waits.signal, "abort");
  const cloud = await cloudFor({
    progress: { advance: "never" },
    onRequest: ({ operation }) => operation === "getRelease" && waits.abort(),
  });
  const host = await startDynamicHost({ config: cloud.hostConfig });
  onTestFinished(() => host.close());
  const { inputs } = await host.check({}, program(kind, { ...args, readyPhases: ["Running"] }));
  const ended = once(host.process, "exit");
  const creating = host.create(inputs).catch((error: unknown) => error);
  await waiting;
  host.endEngine();
  expect(await ended).toEqual([0, null]);
  // Its answer reaches nobody.
  expect(await creating).toBeInstanceOf(Error);
});
