// How often a cloud has to be called for many ImageSyncTasks, and how many of these calls have to wait for each other.
import type { Operation } from "./project.js";

export interface Waves {
  readonly count: number;
  /** How many tasks share a repository, one after the other. */
  readonly perRepository: number;
  /** How many operations the engine has under way at once. */
  readonly parallel: number;
}

/** In how many waves of the engine each repository has tasks, all repositories together. */
export function listsOfWaves({ count, perRepository, parallel }: Waves): number {
  const seen = Array.from(
    { length: count },
    (_, index) => `${Math.floor(index / parallel)} ${Math.floor(index / perRepository)}`,
  );
  return new Set(seen).size;
}

export interface Needed {
  /** Where a wave shares its lists: one of each repository before, and one after. */
  readonly calls: number;
  readonly told: string;
  /** How many of them at least follow each other, however many are under way at once. */
  readonly chain: number;
}

export type Waiting = Exclude<Operation, "preview">;

export function neededCalls(waves: Waves): Record<Waiting, Needed> {
  const { count, perRepository, parallel } = waves;
  const turns = Math.ceil(count / parallel);
  const lists = 2 * listsOfWaves(waves);
  const repositories = Math.ceil(count / perRepository);
  return {
    create: {
      calls: 1 + lists + count,
      told: `1 listProjects, ${lists} listSyncTasks, ${count} createSyncTask`,
      // Each looks, writes and looks again; but only the first look of all cannot be shared with the wave before.
      chain: 1 + 2 * turns,
    },
    unchanged: { calls: 0, told: "none", chain: 0 },
    refresh: {
      calls: repositories,
      told: `${repositories} listSyncTasks`,
      chain: Math.ceil(repositories / parallel),
    },
    destroy: { calls: count, told: `${count} deleteSyncTask`, chain: turns },
  };
}
