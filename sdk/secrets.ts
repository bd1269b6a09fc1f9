import * as pulumi from "@pulumi/pulumi";

/** The names of the arguments that hold a secret anywhere, so that the provider never says their values. */
export function secretNames(args: object): Promise<string[] | undefined> | undefined {
  // A question costs as much as a property, and there is nothing to ask of what is plain.
  const asked = Object.entries(args).filter(([, value]) => !isPlain(value));
  return asked.length === 0 ? undefined : namesOfSecrets(asked);
}

async function namesOfSecrets(args: readonly (readonly [string, unknown])[]): Promise<string[] | undefined> {
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
