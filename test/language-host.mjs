// Stands in, in tests only, for `pulumi-language-nodejs`, Pulumi's language host for Node.js, which is not published where
// an engine built from source could get it. It does what that one does for a program – starts the program's own
// `@pulumi/pulumi/cmd/run` – so that program, SDK, engine and dynamic host are the real ones; it generates no code.
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";

const fromPulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
// The generated gRPC modules have no types worth the name.
/** @type {any} */
const grpc = fromPulumi("@grpc/grpc-js");
/** @type {any} */
const services = fromPulumi("@pulumi/pulumi/proto/language_grpc_pb");
/** @type {any} */
const messages = fromPulumi("@pulumi/pulumi/proto/language_pb");
/** @type {any} */
const { PluginInfo } = fromPulumi("@pulumi/pulumi/proto/plugin_pb");
/** @type {any} */
const { Empty } = fromPulumi("google-protobuf/google/protobuf/empty_pb");

// The SDK ends with it after it has told the user what is wrong.
const EXIT_AFTER_USEFUL_MESSAGE = 32;

/** @type {Set<import("node:child_process").ChildProcess>} */
const programs = new Set();
let engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

/**
 * What `runtime.options` of Pulumi.yaml says; TypeScript by ts-node is the default.
 * @param {any} info
 * @returns {{ typescript?: boolean, nodeargs?: string, tsconfig?: string }}
 */
function optionsOf(info) {
  return info.getOptions()?.toJavaScript() ?? {};
}

/** @param {any} request */
function environmentOf(request) {
  const { typescript = true, tsconfig } = optionsOf(request.getInfo());
  /** @type {Record<string, string>} */
  const config = {};
  // The form in which oldest SDKs want the keys: `project:config:name`.
  for (const [key, value] of request.getConfigMap().entries()) config[key.replace(":", ":config:")] = value;
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/**
 * @param {string} command
 * @param {string} folder
 */
function runnerOf(command, folder) {
  const script = `console.log(require.resolve("@pulumi/pulumi/cmd/${command}"))`;
  return execFileSync("node", ["-e", script], { cwd: folder, encoding: "utf8" }).trim();
}

/** @param {any} request */
function parametersOf(request) {
  const info = request.getInfo();
  const folder = info.getProgramDirectory();
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  return [
    ...(optionsOf(info).nodeargs ?? "").split(/\s+/).filter((argument) => argument !== ""),
    runnerOf("run", folder),
    ...Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

/**
 * @param {any} request
 * @returns {Promise<any>}
 */
async function runProgram(request) {
  const response = new messages.RunResponse();
  const child = spawn("node", parametersOf(request), {
    cwd: process.cwd(),
    env: environmentOf(request),
    // The engine shows what a language host prints, once it has read the port.
    stdio: ["ignore", "inherit", "inherit"],
  });
  programs.add(child);
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  programs.delete(child);
  if (code === EXIT_AFTER_USEFUL_MESSAGE) return response.setBail(true);
  return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
}

/** @param {any} call @param {any} callback */
async function run({ request }, callback) {
  const response = await runProgram(request).catch((error) =>
    new messages.RunResponse().setError(error.message),
  );
  callback(null, response);
}

/**
 * A policy pack, run as that one runs it: by the pack's own `@pulumi/pulumi`, in the pack's own folder.
 * @param {any} call
 */
function runPlugin(call) {
  const { request } = call;
  const folder = request.getInfo().getProgramDirectory();
  const environment = request.getEnvList().map((/** @type {string} */ text) => {
    const at = text.indexOf("=");
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const child = spawn("node", [runnerOf("run-policy-pack", folder), ...request.getArgsList(), folder], {
    cwd: folder,
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  programs.add(child);
  child.stdout.on("data", (part) => call.write(new messages.RunPluginResponse().setStdout(part)));
  child.stderr.on("data", (part) => call.write(new messages.RunPluginResponse().setStderr(part)));
  // The engine ends a plugin by taking its call back.
  call.on("cancelled", () => child.kill());
  child.on("close", (code) => {
    programs.delete(child);
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
}

/** @param {any} call @param {any} callback */
function handshake({ request }, callback) {
  engineAddress = request.getEngineAddress();
  callback(null, new messages.LanguageHandshakeResponse());
}

const server = new grpc.Server();
// What is missing here is answered with "unimplemented", as gRPC has it.
server.addService(services.LanguageRuntimeService, {
  handshake,
  run,
  runPlugin,
  getPluginInfo: (/** @type {any} */ _call, /** @type {any} */ callback) =>
    callback(null, new PluginInfo().setVersion("0.0.0")),
  // No package brings a plugin of its own: a dynamic provider needs none but Pulumi's.
  getRequiredPackages: (/** @type {any} */ _call, /** @type {any} */ callback) =>
    callback(null, new messages.GetRequiredPackagesResponse()),
  cancel: (/** @type {any} */ _call, /** @type {any} */ callback) => {
    for (const program of programs) program.kill("SIGINT");
    callback(null, new Empty());
  },
});
server.bindAsync(
  "127.0.0.1:0",
  grpc.ServerCredentials.createInsecure(),
  (/** @type {Error | null} */ error, /** @type {number} */ port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  },
);
