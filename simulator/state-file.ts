import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { CloudState } from "./state.js";

const VERSION = 1;
const records = z.array(z.looseObject({ region: z.string() }));
const stateFile = z.object({
  version: z.literal(VERSION),
  cloud: z.strictObject({
    meshes: z.array(z.string()).optional(),
    repositories: z.array(z.string()).optional(),
    keepTerminatedReleases: z.boolean(),
    rollbackKeepsOrderId: z.boolean(),
    releases: records,
    romaInstances: records,
    livedataApis: records,
    deployments: records,
    syncTasks: records,
    applications: records,
    changeOrders: records,
  }),
});

/** Keeps a cloud in a file; a reader never sees half of it. */
export class StateFile {
  readonly #path: string;
  readonly #cloud: CloudState;
  #written = "";

  constructor(path: string, cloud: CloudState) {
    this.#path = path;
    this.#cloud = cloud;
  }

  /** Fills the cloud from the file, or returns false if there is none yet. */
  load(): boolean {
    if (!existsSync(this.#path)) return false;
    Object.assign(this.#cloud, this.#parsed().cloud);
    return true;
  }

  save(): void {
    const text = JSON.stringify({ version: VERSION, cloud: this.#cloud }, undefined, 2);
    if (text === this.#written) return;
    const aside = `${this.#path}.${process.pid}.new`;
    writeFileSync(aside, text);
    renameSync(aside, this.#path);
    this.#written = text;
  }

  #parsed(): z.infer<typeof stateFile> {
    try {
      return stateFile.parse(JSON.parse(readFileSync(this.#path, "utf8")));
    } catch (cause) {
      throw new Error(`${this.#path} is not a state file of this simulator; move it away to start anew`, {
        cause,
      });
    }
  }
}
