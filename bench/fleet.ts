// Many stacks of ImageSyncTasks in one cloud, and the workers that take them.
import type { Cloud } from "./cloud.js";
import { imageSyncTask } from "./declared.js";
import { openProject, type Project } from "./project.js";

interface FleetRequest {
  readonly stacks: number;
  readonly perStack: number;
  readonly cloud: Cloud;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Fleet {
  /** So many workers, each taking the next stack when it is done; says how many seconds all took. */
  perform(operation: "create" | "destroy", workers: number): Promise<number>;
  close(): Promise<void>;
}

export async function openFleet({ stacks, perStack, cloud, environment = {} }: FleetRequest): Promise<Fleet> {
  const projects: Project[] = [];
  const close = async (): Promise<void> => void (await Promise.all(projects.map((one) => one.close())));
  const perform: Fleet["perform"] = async (operation, workers) => {
    const started = performance.now();
    const queue = projects.values();
    const ends = await Promise.allSettled(
      Array.from({ length: workers }, async () => {
        for (const project of queue) await project.perform(operation);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    // Only now: the folders of those that still ran must stay until they end.
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    const expected = operation === "create" ? stacks * perStack : 0;
    const found = await cloud.syncTasks();
    if (found !== expected)
      throw new Error(`${found} tasks are in the cloud after ${operation}, not ${expected}`);
    return seconds;
  };
  try {
    for (let index = 0; index < stacks; index += 1) {
      projects.push(
        await openProject({
          side: "ours",
          kind: imageSyncTask,
          count: perStack,
          first: index * perStack,
          cloud,
          environment,
          stackName: `service-${index}`,
          // To look at many at once would cost as much as some of them.
          watched: false,
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { perform, close };
}
