// Words for the person at the terminal go through the engine's own log: it shows them under the resource's name.
import { engineAddress, hostRequire } from "./host.js";
import type { Log } from "./kind.js";

interface EngineClient {
  log(request: object, options: { deadline: number }, callback: (error: Error | null) => void): void;
}

/** What is used of Pulumi's own, undeclared, gRPC modules. */
interface EngineModules {
  readonly client: EngineClient;
  readonly LogRequest: new () => Record<
    "setSeverity" | "setMessage" | "setUrn" | "setEphemeral",
    (value: unknown) => void
  >;
  readonly severity: Readonly<Record<"INFO" | "WARNING", number>>;
}

const patienceMilliseconds = 2000;

let engine: EngineModules | undefined;
let sent: Promise<unknown> = Promise.resolve();

/** A log for one resource; `mask` hides the values of its secret inputs. */
export function logFor(urn: string, mask: (text: string) => string): Log {
  const say = (severity: "INFO" | "WARNING", text: string, ephemeral: boolean): void => {
    sent = sent.then(() => write(urn, severity, mask(text), ephemeral));
  };
  return {
    info: (text) => say("INFO", text, false),
    warning: (text) => say("WARNING", text, false),
    progress: (text) => say("INFO", text, true),
  };
}

const warned = new Set<string>();

/** Says once in a run what is as true of every other resource. */
export function warnOnce(log: Pick<Log, "warning">, text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  log.warning(text);
}

/** Settles when everything said so far has been handed to the engine. */
export function flushLog(): Promise<unknown> {
  return sent;
}

/** Never rejects: a word that cannot be said must not end a release. */
async function write(
  urn: string,
  severity: "INFO" | "WARNING",
  text: string,
  ephemeral: boolean,
): Promise<void> {
  try {
    const { client, LogRequest, severity: levels } = (engine ??= connect());
    const request = new LogRequest();
    request.setSeverity(levels[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    await new Promise<void>((resolve) => {
      client.log(request, { deadline: Date.now() + patienceMilliseconds }, () => resolve());
    });
  } catch {
    engine = undefined;
  }
}

function connect(): EngineModules {
  const fromPulumi = hostRequire();
  const grpc = fromPulumi("@grpc/grpc-js") as { credentials: { createInsecure(): object } };
  const services = fromPulumi("@pulumi/pulumi/proto/engine_grpc_pb") as {
    EngineClient: new (address: string, credentials: object, options: object) => EngineClient;
  };
  const messages = fromPulumi("@pulumi/pulumi/proto/engine_pb") as {
    LogRequest: EngineModules["LogRequest"];
    LogSeverity: EngineModules["severity"];
  };
  return {
    // The engine is on this machine: a proxy that the environment names for the clouds cannot reach it.
    client: new services.EngineClient(engineAddress() ?? "", grpc.credentials.createInsecure(), {
      "grpc.enable_http_proxy": 0,
    }),
    LogRequest: messages.LogRequest,
    severity: messages.LogSeverity,
  };
}
