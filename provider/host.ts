// The bridge to what Pulumi's dynamic host is told and does not pass on: Ctrl-C, `customTimeouts`, the URN. It is
// hooked into the host's own gRPC server, from the second call of a process on – the first call is what loads us.
// Where the host is not as we know it, nothing is hooked, and everything works without.
import { setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { connect } from "node:http2";

/** What the engine said of a call beside its properties. */
export interface CallFacts {
  readonly urn: string | undefined;
  /** From `customTimeouts`. */
  readonly timeoutSeconds: number | undefined;
}

const factsByProperties = new WeakMap<object, CallFacts>();
const interruption = new AbortController();

/** Aborted by the first Ctrl-C. */
export const interrupted: AbortSignal = interruption.signal;
// Every wait of a run listens, of however many resources: Node.js would print a warning from the eleventh on.
setMaxListeners(0, interrupted);

/** What the engine said of the call that brought these properties. */
export function factsOf(properties: object): CallFacts | undefined {
  return factsByProperties.get(properties);
}

/** Where the engine is: Pulumi starts this process with it as the last argument. */
export function engineAddress(): string | undefined {
  const last = process.argv.at(-1) ?? "";
  return /^.+:\d+$/.test(last) ? last : undefined;
}

/** Loads Pulumi's modules as the host itself does: the same copies, wherever they are installed. */
export function hostRequire(): NodeJS.Require {
  return createRequire(require.main?.filename ?? require.resolve("@pulumi/pulumi"));
}

type Method = (this: unknown, ...parameters: unknown[]) => unknown;
type Prototype = Record<string, Method | undefined>;

/** The requests whose properties the host hands on, and by which getter it takes them. */
const getters = {
  CheckRequest: "getNews",
  DiffRequest: "getNews",
  CreateRequest: "getProperties",
  ReadRequest: "getProperties",
  UpdateRequest: "getNews",
  DeleteRequest: "getProperties",
} as const;

/** Sets the hooks; answers whether the host is one that we know. */
export function hookHost(load: () => NodeJS.Require = hostRequire): boolean {
  try {
    const fromHost = load();
    const { Server } = fromHost("@grpc/grpc-js") as { Server: { prototype: Prototype } };
    const messages = fromHost("@pulumi/pulumi/proto/provider_pb") as Record<string, { prototype: Prototype }>;
    const prototypes = Object.entries(getters).map(
      ([name, getter]) => [messages[name]?.prototype, getter] as const,
    );
    const retrieve = Server.prototype["_retrieveHandler"];
    if (retrieve === undefined || prototypes.some(([prototype, getter]) => prototype?.[getter] === undefined))
      return false;
    Server.prototype["_retrieveHandler"] = function (path) {
      if (typeof path === "string" && path.endsWith("/Cancel"))
        interruption.abort(new Error("interrupted by the user"));
      return retrieve.call(this, path);
    };
    for (const [prototype, getter] of prototypes) if (prototype !== undefined) hookGetter(prototype, getter);
    return true;
  } catch {
    return false;
  }
}

interface Request {
  getUrn?(): string;
  getTimeout?(): number;
}

interface Struct {
  toJavaScript(): object;
}

function hookGetter(prototype: Prototype, getter: string): void {
  const original = prototype[getter];
  prototype[getter] = function (...parameters) {
    const struct = original?.apply(this, parameters) as Struct | undefined;
    if (struct === undefined) return struct;
    const request = this as Request;
    const toJavaScript = struct.toJavaScript.bind(struct);
    struct.toJavaScript = () => {
      const properties = toJavaScript();
      const timeout = request.getTimeout?.() ?? 0;
      factsByProperties.set(properties, {
        urn: request.getUrn?.(),
        timeoutSeconds: timeout > 0 ? timeout : undefined,
      });
      return properties;
    };
    return struct;
  };
}

const lookAgainMilliseconds = 500;

/**
 * Ends this process when its engine is gone: a killed engine leaves the host behind otherwise, which would go on
 * writing beside the next run, for nobody. Whatever it was about is looked for by that run.
 */
export function endWithEngine(
  address: string | undefined = engineAddress(),
  every: number = lookAgainMilliseconds,
): void {
  if (address === undefined) return;
  let misses = 0;
  // The connection is held, for it ends with the engine. It speaks HTTP/2, as the engine does: that one would wait for
  // a connection which says nothing before it ends by itself.
  const hold = (): void => {
    let isFound = false;
    const session = connect(`http://${address}`);
    session.unref();
    session.once("connect", () => (isFound = true));
    session.on("error", () => undefined);
    session.once("close", () => {
      misses = isFound ? 0 : misses + 1;
      // Twice, so that a moment without an answer ends nothing.
      if (misses >= 2) process.exit(0);
      setTimeout(hold, every).unref();
    });
  };
  hold();
}
