// Pulumi's own dynamic host as a child process, spoken to over gRPC: what the engine does, without the engine.
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { repositoryRoot } from "../tools/places.mjs";
import { lazyModules } from "./quick-start.js";

export type Properties = Record<string, unknown>;

/** An error of the host, with what it says of a thing that was made although it is not done. */
export interface HostFailure {
  readonly message: string;
  readonly partial:
    | { readonly id: string; readonly properties: Properties; readonly reasons: string[] }
    | undefined;
}

export interface DynamicHost {
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: "none" | "some" | "unknown"; replaces: string[]; deleteBeforeReplace: boolean }>;
  /** `timeoutSeconds` is what `customTimeouts` says. */
  create(inputs: Properties, timeoutSeconds?: number): Promise<{ id: string; outputs: Properties }>;
  read(
    id: string,
    properties: Properties,
    urn?: string,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outputs: Properties }>;
  delete(id: string, outputs: Properties): Promise<void>;
  /** What the host printed, and what it told the engine. */
  readonly printed: () => string;
  readonly logged: () => { severity: number; message: string; urn: string; ephemeral: boolean }[];
  readonly process: ChildProcess;
  /** Ends what the host takes for the engine, as a killed engine does. */
  endEngine(): void;
  /** What the engine does on the first Ctrl-C. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

export interface DynamicHostOptions {
  readonly config?: Properties;
  readonly environment?: Record<string, string>;
  readonly folder?: string;
  /** Whose `@pulumi/pulumi` the host is of. @default the repository's */
  readonly installedIn?: string;
  /** Without what makes the tests' hosts start sooner. */
  readonly asUsersHaveIt?: boolean;
}

// The generated gRPC modules have no types worth the name: they are used here and nowhere else.
/* oxlint-disable typescript/no-explicit-any, typescript/no-unsafe-return */
const fromPulumi = createRequire(
  createRequire(join(repositoryRoot, "package.json")).resolve("@pulumi/pulumi"),
);
const grpc: any = fromPulumi("@grpc/grpc-js");
const services: any = fromPulumi("@pulumi/pulumi/proto/provider_grpc_pb");
const messages: any = fromPulumi("@pulumi/pulumi/proto/provider_pb");
const engineServices: any = fromPulumi("@pulumi/pulumi/proto/engine_grpc_pb");
const empty: any = fromPulumi("google-protobuf/google/protobuf/empty_pb");
const status: any = fromPulumi("@pulumi/pulumi/proto/status_pb");
const { Struct }: any = fromPulumi("google-protobuf/google/protobuf/struct_pb");

export async function startDynamicHost(options: DynamicHostOptions = {}): Promise<DynamicHost> {
  const logged: { severity: number; message: string; urn: string; ephemeral: boolean }[] = [];
  const engine = new grpc.Server();
  engine.addService(engineServices.EngineService, {
    log: (call: any, callback: any) => {
      const { request } = call;
      logged.push({
        severity: request.getSeverity(),
        message: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
      callback(null, new empty.Empty());
    },
  });
  const enginePort: number = await new Promise((resolve, reject) => {
    engine.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error: Error | null, port: number) => (error === null ? resolve(port) : reject(error)),
    );
  });
  let printed = "";
  const isQuick = options.asUsersHaveIt !== true;
  const host = spawn(
    process.execPath,
    [
      ...(isQuick ? ["--require", lazyModules] : []),
      hostOf(options.installedIn ?? repositoryRoot),
      `127.0.0.1:${enginePort}`,
    ],
    {
      cwd: options.folder ?? options.installedIn ?? repositoryRoot,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: join(repositoryRoot, ".build"),
        TMPDIR: join(repositoryRoot, ".build"),
        PULUMI_NODEJS_PROJECT: "test",
        // Hosts are started by the hundred; Node 22 and later need not compile the same modules again.
        ...(isQuick ? { NODE_COMPILE_CACHE: join(repositoryRoot, ".build", "compile-cache") } : {}),
        ...options.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const port = await new Promise<string>((resolve, reject) => {
    host.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const line = /^(\d+)\n/.exec(printed);
      if (line?.[1] !== undefined) resolve(line[1]);
    });
    host.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    host.once("exit", () => reject(new Error(`the dynamic host ended: ${printed}`)));
  });
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = (method: string, request: any): Promise<any> =>
    new Promise((resolve, reject) => {
      client[method](request, (error: any, reply: any) =>
        error === null ? resolve(reply) : reject(failureOf(error)),
      );
    });
  const configure = new messages.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript(options.config ?? {}));
  await call("configure", configure);

  const request = (name: string, fields: Record<string, unknown>): any => {
    const message = new messages[name]();
    for (const [field, value] of Object.entries(fields)) {
      message[`set${field}`](typeof value === "object" ? Struct.fromJavaScript(value) : value);
    }
    return message;
  };
  const changes = ["unknown", "none", "some"] as const;
  return {
    process: host,
    printed: () => printed,
    logged: () => logged,
    check: async (olds, news) => {
      const reply = await call("check", request("CheckRequest", { Olds: olds, News: news }));
      return {
        inputs: reply.getInputs().toJavaScript(),
        failures: reply
          .getFailuresList()
          .map((failure: any) => ({ property: failure.getProperty(), reason: failure.getReason() })),
      };
    },
    diff: async (id, olds, news) => {
      const reply = await call("diff", request("DiffRequest", { Id: id, Olds: olds, News: news }));
      return {
        changes: changes[reply.getChanges() as 0 | 1 | 2],
        replaces: reply.getReplacesList(),
        deleteBeforeReplace: reply.getDeletebeforereplace(),
      };
    },
    create: async (inputs, timeoutSeconds = 0) => {
      const fields = { Properties: inputs, Timeout: timeoutSeconds };
      const reply = await call("create", request("CreateRequest", fields));
      return { id: reply.getId(), outputs: reply.getProperties().toJavaScript() };
    },
    read: async (id, properties, urn = "") => {
      const reply = await call("read", request("ReadRequest", { Id: id, Properties: properties, Urn: urn }));
      return {
        id: reply.getId(),
        outputs: reply.getProperties()?.toJavaScript() ?? {},
        inputs: reply.getInputs()?.toJavaScript() ?? {},
      };
    },
    update: async (id, olds, news) => {
      const reply = await call("update", request("UpdateRequest", { Id: id, Olds: olds, News: news }));
      return { outputs: reply.getProperties().toJavaScript() };
    },
    delete: async (id, outputs) => {
      await call("delete", request("DeleteRequest", { Id: id, Properties: outputs }));
    },
    endEngine: () => engine.forceShutdown(),
    cancel: async () => {
      await call("cancel", new empty.Empty());
    },
    close: async () => {
      client.close();
      engine.forceShutdown();
      if (host.exitCode !== null || host.signalCode !== null) return;
      const ended = new Promise((resolve) => host.once("exit", resolve));
      host.kill("SIGKILL");
      await ended;
    },
  };
}

function hostOf(folder: string): string {
  const manifest = createRequire(join(folder, "package.json"));
  return manifest.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
}

function failureOf(error: any): Error & HostFailure {
  const [details] = error.metadata?.get("grpc-status-details-bin") ?? [];
  let partial: HostFailure["partial"];
  if (details !== undefined) {
    const packed = status.Status.deserializeBinary(details).getDetailsList()[0];
    const failed = messages.ErrorResourceInitFailed.deserializeBinary(packed.getValue());
    partial = {
      id: failed.getId(),
      properties: failed.getProperties().toJavaScript(),
      reasons: failed.getReasonsList(),
    };
  }
  return Object.assign(new Error(error.details ?? error.message), { partial });
}
/* oxlint-enable typescript/no-explicit-any, typescript/no-unsafe-return */
