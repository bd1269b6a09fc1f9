import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { simulatorCredentials, type Simulator } from "../../../simulator/index.js";
import { huaweiClient } from "./client.js";

const main = join(__dirname, "../../../lib/cli/main.js");

interface Running {
  child: ChildProcess;
  output(): string;
  /** Waits until the text is there; fails if the process ends without having printed it. */
  prints(text: RegExp): Promise<RegExpExecArray>;
  ended: Promise<number | null>;
}

function run(...args: string[]): Running {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(() => void child.kill("SIGKILL"));
  const prints = (text: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = text.exec(output);
        if (match) resolve(match);
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without printing ${text}: ${output}`)));
    });
  return { child, output: () => output, prints, ended };
}

function folder(): string {
  const created = mkdtempSync(join(tmpdir(), "simulate-"));
  onTestFinished(() => rmSync(created, { recursive: true }));
  return created;
}

describe("pulumi-grayscale simulate", () => {
  test("says how to use it, shows requests without secrets, and ends on Ctrl-C", async () => {
    const running = run("simulate", "--port", "0", "--progress", "never");
    const [, url = ""] = await running.prints(/Simulated cloud at (\S+)[^]*Requests:\n/);
    expect(running.output()).toContain("pulumi config set huaweicloud:accessKey simulated-access-key\n");
    expect(running.output()).toContain(
      "pulumi config set --secret huaweicloud:secretKey simulated-secret-key\n",
    );
    for (const key of ["huaweicloud:endpoints.asm", "huaweicloud:endpoints.iam", "alicloud:endpoints.edas"]) {
      expect(running.output()).toContain(`pulumi config set --path '${key}' '${url}/{region}'\n`);
    }
    expect(running.output()).toMatch(/instance-1[^]*api-1[^]*47e2b863-adc8-4a0e-ac23-8361b95a0001/);
    const keys = simulatorCredentials.huaweicloud.temporary;
    const huawei = huaweiClient({ url } as Simulator, { keys });
    expect((await huawei({ method: "GET", path: "/cn-north-4/v2/meshes/mesh-1/releases" })).status).toBe(200);
    await running.prints(
      /^\d\d:\d\d:\d\d\.\d{3} {2}asm listReleases +GET \/cn-north-4\/v2\/meshes\/mesh-1\/releases 200$/m,
    );
    expect(running.output()).not.toContain(keys.securityToken);
    expect(running.output()).not.toContain("Signature=");
    running.child.kill("SIGINT");
    expect(await running.ended).toBe(0);
  });

  test("goes on from its state file, with a seed of one's own", async () => {
    const inFolder = folder();
    const [seed, state] = [join(inFolder, "seed.json"), join(inFolder, "state.json")];
    writeFileSync(seed, JSON.stringify({ meshes: ["only-mesh"] }));
    const first = run(
      "simulate",
      "--port=0",
      "--seed",
      seed,
      "--state",
      state,
      "--progress",
      "after-reads:2",
    );
    await first.prints(/ASM meshes: only-mesh/);
    await first.prints(/Requests:/);
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    const second = run("simulate", "--port=0", "--state", state, "--progress", "by-clock:1.5");
    await second.prints(/ASM meshes: only-mesh/);
  });

  test("a seed that breaks a rule is bad usage, with its path and the rule", async () => {
    const seed = join(folder(), "seed.json");
    writeFileSync(seed, JSON.stringify({ changeOrders: [{ changeOrderId: "order-1", appId: "app-1" }] }));
    const running = run("simulate", "--seed", seed);
    expect(await running.ended).toBe(2);
    expect(running.output()).toContain(
      `--seed ${seed}: not a seed: changeOrders[0].clusterType: Invalid option: expected one of "ecs"|"kubernetes"\n`,
    );
  });

  test("a port in use is one line and exit code 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const running = run("simulate", "--port", String(port));
    expect(await running.ended).toBe(1);
    expect(running.output()).toBe(`pulumi-grayscale: port ${port} is in use; choose another with --port\n`);
  });

  test.each([
    [["simulate", "--prot", "1"], /Unknown option '--prot'/],
    [["simulate", "--port", "many"], /--port must be 0 to 65535/],
    [["simulate", "--progress", "slowly"], /--progress slowly: it is immediately, after-reads:N/],
    [["simulate", "--progress", "after-reads:0"], /--progress after-reads:0/],
    [["simulate", "--seed", "/nothing.json"], /--seed \/nothing\.json: ENOENT/],
    [["simulate", "extra"], /Unexpected argument 'extra'/],
    [["simulat"], /unknown command simulat/],
    [[], /Usage: pulumi-grayscale <command>/],
  ])("%j is bad usage, exit code 2", async (args, message) => {
    const running = run(...args);
    expect(await running.ended).toBe(2);
    expect(running.output()).toMatch(message);
    expect(running.output()).toMatch(/Usage: pulumi-grayscale/);
  });

  test("help is no failure", async () => {
    const [all, one] = [run("--help"), run("simulate", "--help")];
    expect([await all.ended, await one.ended]).toEqual([0, 0]);
    expect(one.output()).toMatch(/--state FILE/);
  });
});
