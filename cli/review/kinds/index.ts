import type { Reviewed } from "../consequence.js";
import { order } from "./change-order.js";
import { release } from "./grayscale-release.js";
import { sync } from "./image-sync-task.js";
import { deployment } from "./livedata-deployment.js";

const kinds: readonly Reviewed[] = [release, deployment, sync, order];

/** The kind of a type token; nothing where the resource is not one of this package's. */
export function kindOf(type: string): Reviewed | undefined {
  return kinds.find(({ name }) => type === `pulumi-nodejs:dynamic/${name}`);
}
