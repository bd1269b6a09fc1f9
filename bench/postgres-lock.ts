// The lock of a backend: two runs that begin at once on one stack.
import { startCloud, type Cloud } from "./cloud.js";
import { imageSyncTask as kind } from "./declared.js";
import { CommandError } from "./processes.js";
import { openProject } from "./project.js";

/** What came of two runs that began at once on one stack. */
export interface Lock {
  readonly pairs: number;
  readonly count: number;
  /** How often one of them ran and the other was refused, and how often both were refused. */
  readonly oneRan: number;
  readonly noneRan: number;
  /** What the one said that was refused. */
  readonly words: string;
  /** How many tasks the cloud was asked to make in all pairs; each may be made once. */
  readonly writes: number;
}

/** Both at once, so that neither sees the other before it begins; what the one said that was refused. */
async function refusedOfTwo(url: string, count: number, stackName: string, cloud: Cloud): Promise<string[]> {
  await cloud.reset();
  const environment = { PULUMI_BACKEND_URL: url };
  const project = await openProject({
    side: "ours",
    kind,
    count,
    cloud,
    environment,
    stackName,
    watched: false,
  });
  try {
    const ends = await Promise.allSettled([project.perform("create"), project.perform("create")]);
    const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    if (refused.length === 0) throw new Error(`two runs at once were let in on ${stackName}`);
    return refused.map((error) => {
      const [words] =
        error instanceof CommandError ? (/the stack is currently locked by.*/.exec(error.message) ?? []) : [];
      if (words === undefined) throw error;
      return words;
    });
  } finally {
    await project.close();
  }
}

export async function measureLock(url: string, pairs: number): Promise<Lock> {
  const cloud = await startCloud(50);
  const count = 10;
  const result = { pairs, count, oneRan: 0, noneRan: 0, words: "", writes: 0 };
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      const refused = await refusedOfTwo(url, count, `lock-${pair}`, cloud);
      result.words = refused[0] ?? "";
      if (refused.length === 1) result.oneRan += 1;
      else result.noneRan += 1;
      const requests = await cloud.requests();
      result.writes += requests.filter(({ operation }) => operation === "createSyncTask").length;
    }
    if (result.writes !== result.oneRan * count)
      throw new Error(`${result.writes} tasks were asked for by ${result.oneRan} runs of ${count}`);
    return result;
  } finally {
    await cloud.close();
  }
}

export function lockWords({ pairs, oneRan, noneRan, words, writes, count }: Lock): string {
  return `Two \`up\` that began at the same moment on one stack, ${pairs} times: ${oneRan} times one ran and the other was refused, ${noneRan} times both were refused, never did both run. The refused one ends with "${words}". The cloud was asked for ${writes} tasks, which is what the runs that were let in declare, ${count} each.`;
}
