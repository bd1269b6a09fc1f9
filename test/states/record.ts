// Writes the states of this version that are not there yet; see README.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/places.mjs";
import { openStack } from "../../tools/stack.js";
import { startCloud } from "../simulated-cloud.js";
import { toFixture } from "./fixture.js";
import { programs } from "./programs.js";

async function record(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(repositoryRoot, "test", "states", version);
  mkdirSync(folder, { recursive: true });
  for (const [name, recorded] of Object.entries(programs)) {
    const file = join(folder, `${name}.json`);
    if (existsSync(file)) continue;
    const cloud = await startCloud();
    const stack = await openStack({ program: recorded.program, config: cloud.config });
    await recorded.record(stack, cloud);
    writeFileSync(file, toFixture(await stack.exportState(), cloud));
    await stack.close();
    await cloud.close();
    console.log(`written: ${file}`);
  }
}

void record();
