import { join } from "node:path";
import { repositoryRoot } from "../../tools/places.mjs";

/** Where the last run of the matrix left its cases. */
export const resultsFile = join(repositoryRoot, ".build", "faults.json");
