// The whole life of a release on this machine: the real Pulumi engine, the real provider, a simulated cloud.
import { startSimulator, type Simulator } from "pulumi-grayscale/simulator";
import { ensureEngine } from "./engine.mjs";
import { exampleProgram } from "./example-program.js";
import { openStack, type OpenedStack, type Operation, type Outcome } from "./stack.js";

interface Step {
  readonly title: string;
  readonly command: string;
  readonly operation: Operation;
  /** What has to be true afterwards; the demo fails if it is not. */
  readonly expect: (outcome: Outcome, calls: number) => boolean;
  readonly diff?: boolean;
}

const unchanged = (outcome: Outcome): boolean =>
  Object.keys(outcome.changes).every((change) => change === "same");

const steps: readonly (Step | { readonly title: string; readonly byHand: (simulator: Simulator) => void })[] =
  [
    {
      title: "A reviewer looks at what would happen: no credentials are needed, no cloud is called.",
      command: "pulumi preview --diff",
      operation: "preview",
      diff: true,
      expect: ({ changes }, calls) => changes["create"] === 5 && calls === 0,
    },
    {
      title: "The release starts.",
      command: "pulumi up",
      operation: "up",
      expect: ({ changes }) => changes["create"] === 5,
    },
    {
      title: "Nothing has changed: nothing is called.",
      command: "pulumi up",
      operation: "up",
      expect: (outcome, calls) => unchanged(outcome) && calls === 0,
    },
    {
      title: "Somebody takes the backend API offline and removes the image synchronization, in the console …",
      byHand: ({ cloud }) => {
        cloud.syncTasks.length = 0;
        for (const api of cloud.livedataApis) api.status = 3;
      },
    },
    {
      title: "… and a refresh finds it.",
      command: "pulumi refresh",
      operation: "refresh",
      expect: ({ changes }) => changes["delete"] === 2,
    },
    {
      title: "What is missing is made again; the release itself is left alone.",
      command: "pulumi up",
      operation: "up",
      expect: ({ changes }) => changes["create"] === 2,
    },
    {
      title: "Everything is taken down, in the way that the program declares.",
      command: "pulumi destroy",
      operation: "destroy",
      expect: ({ changes }) => changes["delete"] === 5,
    },
  ];

async function main(): Promise<number> {
  const engine = await ensureEngine({ purpose: "demo" });
  say(`Pulumi ${engine.version}: ${engine.source}.`);
  const simulator = await startSimulator();
  say(`Simulated cloud: ${simulator.url}`);
  const stack = await openStack({
    program: exampleProgram("tour"),
    projectName: "tour",
    config: simulator.config,
    engine,
  });
  try {
    for (const [index, step] of steps.entries()) {
      say(`\n${index + 1}. ${step.title}`);
      if ("byHand" in step) step.byHand(simulator);
      else if (!(await perform(step, stack, simulator))) return 1;
    }
    say(realAccount);
    return 0;
  } finally {
    await stack.close();
    await simulator.close();
  }
}

async function perform(step: Step, stack: OpenedStack, simulator: Simulator): Promise<boolean> {
  say(`   $ ${step.command}`);
  simulator.clearRequests();
  let rest = "";
  const outcome = await stack.perform(step.operation, {
    diff: step.diff ?? false,
    onOutput: (part) => {
      const lines = (rest + part).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") say(`   | ${line}`);
    },
  });
  const calls = simulator.requests.map(
    ({ service, method, path, status }) => `${service.padEnd(4)} ${method} ${path} ${status}`,
  );
  say(calls.length === 0 ? "   Cloud calls: none" : `   Cloud calls: ${calls.length}`);
  for (const call of calls) say(`     ${call}`);
  const isFine = outcome.succeeded && step.expect(outcome, calls.length);
  if (!isFine)
    say(`   This step should have ended otherwise. What changed: ${JSON.stringify(outcome.changes)}`);
  return isFine;
}

const realAccount = `
That was all of it. To do the same on a real account:
- put the ids of your own mesh, instance, repository and change order into a program such as examples/tour/index.ts;
- pulumi config set --secret huaweicloud:accessKey …   and   huaweicloud:secretKey, huaweicloud:region
- pulumi config set --secret alicloud:accessKey …      and   alicloud:secretKey, alicloud:region
- leave out the endpoints: they point at the simulated cloud. The code is the same.`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

void run();
