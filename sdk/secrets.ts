import * as pulumi from "@pulumi/pulumi";

/** The names of the arguments that hold a secret anywhere, as an input, so that the provider never says their values. */
export function namesOfSecrets(args: object): { __secrets?: Promise<string[] | undefined> } {
  // A property, as a question, costs more than all else: what is plain has nothing to ask, and needs none.
  const asked = Object.entries(args).filter(([, value]) => !isPlain(value));
  return asked.length === 0 ? {} : { __secrets: secretOf(asked) };
}

async function secretOf(args: readonly (readonly [string, unknown])[]): Promise<string[] | undefined> {
  const names = await Promise.all(
    args.map(async ([name, value]) => ((await pulumi.isSecret(pulumi.output(value))) ? name : "")),
  );
  const secret = names.filter((name) => name !== "");
  return secret.length === 0 ? undefined : secret;
}

/** Whether it is JSON all through: what is not known yet, and any secret, is an object of a class. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isData = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  return isData && Object.values(value).every(isPlain);
}
