// What stands between a machine in a company and a cloud: a proxy, and TLS with certificates of a private authority.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import { repositoryRoot } from "../tools/places.mjs";
import type { Properties } from "./dynamic-host.js";
import { cloudFor } from "./resource-host.js";
import type { SimulatedCloud } from "./simulated-cloud.js";

/** How the proxy answers one request after the other, and 200 from then on. */
type ProxyAnswer = number | "drop" | "silence";

export interface ProxyBehaviour {
  readonly securePort: number;
  readonly plainPort: number;
  /** `user:password` that it wants to see. */
  readonly user?: string;
  readonly answers?: ProxyAnswer[];
}

/** A request that the proxy got, by its own record. */
export interface Passed {
  readonly method: string;
  readonly target: string;
  readonly answer: ProxyAnswer;
}

export interface CompanyNetwork {
  readonly cloud: SimulatedCloud;
  /** Endpoints with a name that nobody but the proxy resolves. */
  readonly secure: Properties;
  readonly plain: Properties;
  /** https on this machine, without any proxy. */
  readonly local: Properties;
  /** `host:port` of the proxy. */
  readonly proxy: string;
  readonly passed: () => Promise<Passed[]>;
  /** The private authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string;
}

export const cloudName = "cloud.example.test";

/** A network that ends with the test. */
export async function companyNetwork(
  behaviour: Pick<ProxyBehaviour, "user" | "answers"> = {},
): Promise<CompanyNetwork> {
  const cloud = await cloudFor();
  const plainPort = Number(new URL(cloud.url).port);
  const { authority, key, certificate } = await certificates();
  const securePort = await terminateTls(plainPort, key, certificate);
  const folder = mkdtempSync(join(tmpdir(), "pulumi-grayscale-network-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const authorityFile = join(folder, "authority.pem");
  writeFileSync(authorityFile, authority);
  const { port, passed } = await startProxy({ securePort, plainPort, ...behaviour });
  return {
    cloud,
    secure: endpoints(`https://${cloudName}`),
    plain: { ...endpoints(`http://${cloudName}`), "grayscale:insecure": "true" },
    local: endpoints(`https://localhost:${securePort}`),
    proxy: `127.0.0.1:${port}`,
    passed,
    authorityFile,
  };
}

export function endpoints(base: string): Properties {
  const endpoint = `${base}/{region}`;
  return {
    "huaweicloud:endpoints": { asm: endpoint, roma: endpoint, swr: endpoint, iam: endpoint },
    "alicloud:endpoints": { edas: endpoint },
  };
}

async function startProxy(
  behaviour: ProxyBehaviour,
): Promise<{ port: number; passed: () => Promise<Passed[]> }> {
  const script = join(repositoryRoot, "test", "proxy-process.mjs");
  const proxy = fork(script, [JSON.stringify(behaviour)], { env: {}, execArgv: [] });
  onTestFinished(async () => {
    const ended = once(proxy, "exit");
    proxy.disconnect();
    await ended;
  });
  const [{ port }] = (await once(proxy, "message")) as [{ port: number }];
  return {
    port,
    passed: async () => {
      const told = once(proxy, "message");
      proxy.send("passed");
      const [{ passed }] = (await told) as [{ passed: Passed[] }];
      return passed;
    },
  };
}

/** Takes TLS off, in front of the simulated cloud. */
async function terminateTls(port: number, key: string, cert: string): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer({ key, cert }, (client) => {
    const onward = connect(port, "127.0.0.1");
    open.add(client);
    client.on("error", () => onward.destroy()).on("close", () => onward.destroy());
    onward.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(onward).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Made for the test: what is committed expires. */
async function certificates(): Promise<{ authority: string; key: string; certificate: string }> {
  const kind = { keyType: "ec", algorithm: "sha256" } as const;
  const authority = await generate([{ name: "commonName", value: "A private authority" }], {
    ...kind,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: cloudName }], {
    ...kind,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: cloudName },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  return { authority: authority.cert, key: server.private, certificate: server.cert };
}
