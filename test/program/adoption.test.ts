// What is there before it is created: taken over, refused or replaced, and what becomes of it when the stack goes.
import { expect, test } from "vitest";
import { creatingTask, projectLookup, taskPath, taskProgram } from "./declarations.js";
import { expectStep, openSimulatedStack, warningsOf, type SimulatedStack } from "./simulated-stack.js";

test("what was there before is adopted, and a destroy leaves it unless that is written", async () => {
  const theirs = taskProgram("mine", {}, { retainOnDelete: true });
  const { perform, cloud, stored } = await openSimulatedStack(theirs);
  await perform("up");
  // Forgotten here, and there in the cloud: now it is somebody else's.
  await perform("destroy");
  expect(cloud.cloud.syncTasks).toHaveLength(1);

  const adopting = await perform("up", { program: taskProgram("mine") });
  expect(adopting.diagnostics.join()).toMatch(
    /warning: .*was there already, as declared: adopted\. A destroy leaves it/,
  );
  expect(await stored()).toMatchObject([{ outputs: { adopted: true } }]);
  const left = await perform("destroy");
  expectStep(left, "delete 2", []);
  expect(left.diagnostics.join()).toContain("onDelete is not set: left as it is");

  const refused = await perform("up", { program: taskProgram("mine", { override: true }) });
  expect(refused).toMatchObject({ succeeded: false });
  expect(refused.text).toContain("exists already and differs from what is declared in override");
  await perform("up", { program: taskProgram("mine", { onDelete: "delete" }) });
  expectStep(await perform("destroy"), "delete 2", [`DELETE ${taskPath} 200`]);
});

/** Two stacks on one cloud; the first has made the task. */
async function twoStacks(): Promise<[SimulatedStack, SimulatedStack]> {
  const production = await openSimulatedStack(taskProgram("web"));
  expectStep(await production.perform("up"), "create 2", [projectLookup, ...creatingTask]);
  const preview = await openSimulatedStack(taskProgram("web"), { shared: production.cloud });
  return [production, preview];
}

test("a second stack that declares the same is told so, and takes nothing down when it goes", async () => {
  const [production, second] = await twoStacks();
  // A preview calls nobody, and so cannot know.
  expectStep(await second.perform("preview"), "create 2", []);
  const up = await second.perform("up");
  expectStep(up, "create 2", [projectLookup, `GET ${taskPath} 200`]);
  expect(warningsOf(up)).toEqual([
    "warning: cn-north-4/team/web/cn-east-3/team was there already, as declared: adopted. A destroy leaves it, unless onDelete is set",
  ]);
  expectStep(await second.perform("up"), "same 2", []);
  expectStep(await second.perform("destroy"), "delete 2", []);
  expectStep(await production.perform("refresh"), "same 2");
  expect(production.cloud.cloud.syncTasks).toHaveLength(1);
});

test("a second stack that declares it otherwise is refused, with what differs and the way on", async () => {
  const [{ cloud }, second] = await twoStacks();
  const otherwise = { override: true };
  const refused = await second.perform("up", { program: taskProgram("web", otherwise) });
  expectStep(refused, "failed create 1", [projectLookup, `GET ${taskPath} 200`]);
  expect(refused.text).toContain(
    'an image synchronization of team/web to cn-east-3/team exists already and differs from what is declared in override: declare it as it is, remove it, or set adopt to "always" to replace it. If another stack declares it, one of the two has to go',
  );
  expect(await second.stored()).toEqual([]);
  const never = await second.perform("up", { program: taskProgram("web", { adopt: "never" }) });
  expectStep(never, "failed same 1", [projectLookup, `GET ${taskPath} 200`]);
  expect(never.text).toContain('exists already, and adopt is "never"');
  const always = taskProgram("web", { ...otherwise, adopt: "always", onDelete: "delete" });
  expectStep(await second.perform("preview", { program: always }), "create 1, same 1", []);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: false }]);
  const replaced = await second.perform("up");
  expectStep(replaced, "create 1, same 1", [
    projectLookup,
    `GET ${taskPath} 200`,
    `DELETE ${taskPath} 200`,
    `POST ${taskPath} 200`,
    `GET ${taskPath} 200`,
  ]);
  expect(cloud.cloud.syncTasks).toMatchObject([{ override: true }]);
  expect(await second.stored()).toMatchObject([{ outputs: { adopted: false } }]);
});
