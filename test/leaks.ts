// How tests find a secret where it should not be.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simulatorCredentials, type SimulatedCloud } from "./simulated-cloud.js";

const { huaweicloud, alicloud } = simulatorCredentials;

/** What a simulated cloud knows its users by. */
const credentials: Readonly<Record<string, string>> = {
  "access key": huaweicloud.accessKey,
  "secret key": huaweicloud.secretKey,
  password: huaweicloud.password,
  "temporary access key": huaweicloud.temporary.accessKey,
  "temporary secret key": huaweicloud.temporary.secretKey,
  "security token": huaweicloud.temporary.securityToken,
  "Alibaba Cloud's access key": alicloud.accessKey,
  "Alibaba Cloud's secret key": alicloud.secretKey,
  "Alibaba Cloud's temporary access key": alicloud.temporary.accessKey,
  "Alibaba Cloud's temporary secret key": alicloud.temporary.secretKey,
  "Alibaba Cloud's security token": alicloud.temporary.securityToken,
};

/** The names of the credentials and other secrets that a text holds, tokens that the cloud was shown among them. */
export function credentialsIn(
  text: string,
  { requests }: Pick<SimulatedCloud, "requests">,
  others: Readonly<Record<string, string>> = {},
): string[] {
  const tokens = requests.flatMap(({ headers }) => headers["x-auth-token"] ?? []);
  const named = Object.fromEntries(tokens.map((token) => [`token ${token.slice(0, 4)}`, token]));
  return namesOfSecretsIn(text, { ...credentials, ...named, ...others });
}

/** The names of the secrets that a text holds: as they are, URL-encoded, in hexadecimals, or in base64, wherever they begin in it. */
export function namesOfSecretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, value]) => formsOf(value).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function formsOf(value: string): string[] {
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString("hex"),
    ...inBase64(value),
  ];
}

/** What a text is in the midst of something in base64: it depends on where in it the text begins. */
function inBase64(value: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + value).toString("base64");
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
}

/** Without Pulumi's own debug messages, which its SDK sends from the program, and nobody prints. */
export function everythingSaid({ text, events }: { text: string; events: readonly object[] }): string {
  const heard = events.filter((event) => {
    const { diagnosticEvent } = event as { diagnosticEvent?: { severity: string } };
    return diagnosticEvent?.severity !== "debug";
  });
  return `${text}\n${JSON.stringify(heard)}`;
}

/** Everything in a folder, file names included. */
export function contentsOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${file}\n${readFileSync(file, "utf8")}`)
    .join("\n");
}
