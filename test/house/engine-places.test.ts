import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findOnPath, findUsersEngine } from "../../tools/engine-found.mjs";
import { buildEngine } from "../../tools/engine-go.mjs";
import { readyEngine } from "../../tools/engine.mjs";
import { engineVersion, hostScript } from "../../tools/places.mjs";

let place: string;
let root: string;

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  place = mkdtempSync(join(tmpdir(), "engine-places-"));
  root = join(place, "root");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});

function write(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test("the same version in the user's installation is copied, with the script", async () => {
  write(join(place, ".pulumi", "versions", engineVersion, "bin"), "pulumi", "\x7fELF");
  const answer = await findUsersEngine(root, place);
  expect(answer).toEqual({ source: `copied from ~/.pulumi/versions/${engineVersion}` });
  expect(readFileSync(join(root, "bin", "pulumi"), "utf8")).toBe("\x7fELF");
  expect(readFileSync(join(root, "bin", hostScript), "utf8")).toMatch(/^#!/);
});

test("no installation of the user's is a refusal", async () => {
  expect(await findUsersEngine(root, place)).toHaveProperty("refused");
});

test("a real CLI on PATH is used where it is", async () => {
  const ready = readyEngine();
  expect(ready, "node tools/setup.mjs brings the engine").toBeDefined();
  const PATH = [join(place, "nothing"), ready?.bin].join(delimiter);
  const answer = await findOnPath(root, { PATH });
  expect(answer).toMatchObject({ found: { bin: ready?.bin, version: engineVersion } });
});

test("npm's launcher on PATH is not taken for the CLI", async () => {
  const bin = write(join(place, "bin"), "pulumi", "#!/usr/bin/env node\n");
  expect(await findOnPath(root, { PATH: bin })).toEqual({
    refused: "The pulumi on PATH is a launcher script, not the Pulumi CLI.",
  });
  expect(await findOnPath(root, { PATH: join(place, "empty") })).toEqual({
    refused: "There is no Pulumi CLI on PATH.",
  });
});

/** A `go` that answers its version and "builds" by writing down what it was asked and given. */
function plantGo(version: string): void {
  const script = `#!/bin/sh
if [ "$1" = env ]; then echo "${version}"; exit 0; fi
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
echo "$GOFLAGS $GOMODCACHE $CGO_ENABLED $GOWORK" > "$2"
`;
  const bin = write(join(place, "bin"), "go", script);
  vi.stubEnv("PATH", [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter));
}

test("the engine is built with Go, with caches of our own", async () => {
  plantGo("go1.25.11");
  vi.stubEnv("GOFLAGS", "-mod=vendor");
  expect(await buildEngine(root)).toEqual({ source: "built with Go 1.25.11" });
  const given = readFileSync(join(root, "bin", "pulumi"), "utf8");
  expect(given).toBe(`-modcacherw -mod=readonly -buildvcs=false ${root}-go/modules 0 off\n`);
  expect(readFileSync(join(root, "bin", hostScript), "utf8")).toMatch(/^#!/);
});

test.each(["go1.25.10", "go1.24.12", "go1.9"])("%s is too old", async (version) => {
  plantGo(version);
  expect(await buildEngine(root)).toEqual({
    refused: `Go ${version.slice(2)} is too old; 1.25.11 is needed.`,
  });
});

test.each(["go1.26.8", "go1.26rc1", "go2.0"])("%s will do", async (version) => {
  plantGo(version);
  expect(await buildEngine(root)).toHaveProperty("source");
});

test("without Go it says so", async () => {
  vi.stubEnv("PATH", join(place, "empty"));
  expect(await buildEngine(root)).toEqual({
    refused: "There is no Go here to build the Pulumi engine with.",
  });
});
