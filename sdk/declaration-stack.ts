// Where a resource is declared. Pulumi stores the stack of its constructor's call with every resource, and writes that at
// each checkpoint; most of it is how Node.js and Pulumi load a program, and the same for all.

/**
 * Lets stacks tell, until what it answers is called, no more than what is the program's own: of a declaration, the calls from
 * its `new` up to the module that is being loaded, and of anything else nothing.
 */
export function shortenStacks(base: string, declared: string): () => void {
  // Node.js calls it as a function, not as a method.
  // oxlint-disable-next-line unbound-method
  const { stackTraceLimit, prepareStackTrace } = Error;
  // Pulumi notes the stack of four promises for each property, with source maps: most of what declaring costs. For the
  // declaration itself it asks for all of it.
  Error.stackTraceLimit = 0;
  // With source maps of its own, Node.js maps only what nobody else puts into words.
  if (prepareStackTrace !== undefined && !process.sourceMapsEnabled)
    Error.prepareStackTrace = (error, calls): unknown =>
      prepareStackTrace(error, ofProgram(calls, base, declared));
  return () => Object.assign(Error, { stackTraceLimit, prepareStackTrace });
}

function ofProgram(calls: NodeJS.CallSite[], base: string, declared: string): NodeJS.CallSite[] {
  const places = [base, declared].map((name) =>
    calls.findIndex((call) => call.isConstructor() && call.getFunctionName() === name),
  );
  const [first = -1, last = -1] = places;
  const constructor = calls[last];
  if (first < 0 || constructor === undefined) return calls;
  const outer = calls.slice(last + 1);
  const loader = outer.findIndex((call) => fileOf(call).startsWith("node:internal/modules/"));
  const program = (loader < 0 ? outer : outer.slice(0, loader)).filter(isProgram);
  // Pulumi leaves out its own calls and one constructor, so that what comes first is the line of the `new`.
  return [...calls.slice(0, first), constructor, ...program];
}

function isProgram(call: NodeJS.CallSite): boolean {
  const file = fileOf(call);
  return file !== "" && !/^node:|[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/.test(file);
}

function fileOf(call: NodeJS.CallSite): string {
  return call.getFileName() ?? "";
}
