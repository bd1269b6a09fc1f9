// The simulated cloud in a process of its own, so that what it costs is nobody else's; with a network as slow as asked.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { startSimulator, type PulumiConfig } from "pulumi-grayscale/simulator";

/** What it tells whoever started it. */
export interface Started {
  /** Not slowed: to control it. */
  readonly url: string;
  readonly config: PulumiConfig;
}

/** Passes bytes on, those of a request later by so long: a connection carries one request at a time. */
async function slowed(port: number, milliseconds: number): Promise<number> {
  const server = createServer((client) => {
    const cloud = connect(port, "127.0.0.1");
    client.on("data", (part) => setTimeout(() => cloud.write(part), milliseconds));
    cloud.pipe(client);
    const end = (socket: Socket): void => void socket.destroy();
    client.on("close", () => end(cloud)).on("error", () => end(cloud));
    cloud.on("close", () => end(client)).on("error", () => end(client));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function main(): Promise<void> {
  const simulator = await startSimulator();
  const latency = Number(process.argv[2] ?? 0);
  const { port } = new URL(simulator.url);
  const seen = latency > 0 ? await slowed(Number(port), latency) : port;
  const config = Object.fromEntries(
    Object.entries(simulator.config).map(([key, setting]) => [
      key,
      { ...setting, value: setting.value.replaceAll(`:${port}`, `:${seen}`) },
    ]),
  );
  process.send?.({ url: simulator.url, config } satisfies Started);
  process.once("disconnect", () => process.exit());
}

void main();
