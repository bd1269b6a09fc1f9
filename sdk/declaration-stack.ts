// Where a resource is declared. Pulumi stores the stack of its constructor's call with every resource, and writes that at
// each checkpoint; most of it is how Node.js and Pulumi load a program, and the same for all.

/**
 * Lets stacks tell, until what it answers is called, no more than what is the program's own: of the declaration of a `declared`,
 * the calls from its `new` up to the module that is being loaded, and of anything else nothing.
 */
export function shortenStacks(base: object, declared: object): () => void {
  // oxlint-disable-next-line unbound-method -- it is called with `Error` again, as Node.js calls it
  const { stackTraceLimit, prepareStackTrace } = Error;
  // Pulumi notes the stack of four promises for each property, with source maps: most of what declaring costs. For the
  // declaration itself it asks for all of it.
  Error.stackTraceLimit = 0;
  // With source maps of its own, Node.js maps only what nobody else puts into words.
  if (prepareStackTrace !== undefined && !process.sourceMapsEnabled)
    Error.prepareStackTrace = (error, calls): unknown =>
      prepareStackTrace.call(Error, error, ofProgram(calls, namesBetween(base, declared)));
  return () => Object.assign(Error, { stackTraceLimit, prepareStackTrace });
}

/** The classes from the base to what is declared. */
function namesBetween(base: object, declared: object): (string | undefined)[] {
  const { name }: { name?: string } = declared;
  const above: unknown = Object.getPrototypeOf(declared);
  return declared === base || typeof above !== "function" ? [name] : [...namesBetween(base, above), name];
}

function ofProgram(calls: NodeJS.CallSite[], names: readonly (string | undefined)[]): NodeJS.CallSite[] {
  const isConstructorOf = (call: NodeJS.CallSite | undefined, name = ""): boolean =>
    call?.isConstructor() === true && (call.getFunctionName() ?? "") === name;
  const first = calls.findIndex((call) => isConstructorOf(call, names[0]));
  // V8 leaves out a class between that has no constructor of its own.
  const end = names.reduce((at, name) => (isConstructorOf(calls[at], name) ? at + 1 : at), first);
  const constructor = calls[first];
  if (constructor === undefined) return calls;
  const outer = calls.slice(end);
  const loader = outer.findIndex((call) => fileOf(call).startsWith("node:internal/modules/"));
  const program = (loader < 0 ? outer : outer.slice(0, loader)).filter(isProgram);
  // Pulumi leaves out its own calls and one constructor, so that what comes first is the line of the `new`.
  return [...calls.slice(0, first), constructor, ...program];
}

function isProgram(call: NodeJS.CallSite): boolean {
  const file = fileOf(call);
  const isOthers = /^node:|[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/.test(file);
  return file !== "" && !isOthers && !file.startsWith(__dirname);
}

function fileOf(call: NodeJS.CallSite): string {
  return call.getFileName() ?? "";
}
