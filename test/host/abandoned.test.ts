// A host whose engine was killed ends by itself, and not before its work is done.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { startDynamicHost } from "../dynamic-host.js";
import { cloudFor, program } from "../resource-host.js";
import { args, kind } from "../resources/grayscale-release.js";

/** A process that watches an engine with a short interval; one line from outside ends its work. */
const watcher = `
  const { counted, endWithEngine } = require(process.argv[1]);
  const [, , work, address] = process.argv;
  if (work === "busy") void counted(() => new Promise((done) => process.stdin.once("data", done)));
  endWithEngine(address, 20);
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

async function watch(work: "busy" | "idle", address: string) {
  const module = join(repositoryRoot, "lib", "provider", "host.js");
  const child = spawn(process.execPath, ["-e", watcher, module, work, address], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return { child, ended };
}

test("as long as the engine is there, the host stays; when it is gone, the host ends", async () => {
  const { server, address, looks } = await startEngine();
  const { child, ended } = await watch("idle", address);
  await looks(5);
  expect(child.exitCode).toBeNull();
  server.close();
  expect(await ended).toEqual([0, null]);
});

test("what is under way is finished first", async () => {
  const { server, address, looks } = await startEngine();
  const busy = await watch("busy", address);
  await looks(2);
  server.close();
  // Another one, that has nothing to do and begins later, sees the same engine gone, and ends.
  const idle = await watch("idle", address);
  expect(await idle.ended).toEqual([0, null]);
  expect(busy.child.exitCode).toBeNull();
  busy.child.stdin.write("done\n");
  expect(await busy.ended).toEqual([0, null]);
});

test("Pulumi's host is such a host", { timeout: 120_000 }, async () => {
  const cloud = await cloudFor();
  const host = await startDynamicHost({ config: cloud.hostConfig });
  onTestFinished(() => host.close());
  await host.check({}, program(kind, args));
  const ended = once(host.process, "exit");
  host.endEngine();
  // It looks every 20 seconds, and twice.
  expect(await ended).toEqual([0, null]);
});
