import * as z from "./zod.js";

/** Where settings come from: the configuration that Pulumi handed over, and the environment. */
export interface Sources {
  readonly config: (key: string) => unknown;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One credential setting: its configuration key and its names in the environment, one for each family. */
export type SettingNames = readonly [key: string, ...environment: (string | undefined)[]];

/** A set of values that were all found in one source, with the name of that source. */
export interface Found<Name extends string> {
  readonly source: string;
  readonly values: Readonly<Partial<Record<Name, string>>>;
}

/** Every problem of a cloud's configuration, reported at once. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(cloud: string, problems: readonly string[]) {
    super(
      `the configuration of ${cloud} cannot be used:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
  }
}

/** Of the same sources everything is read once: a process has one configuration, and thousands of things ask for it. */
export function readOnce<Of extends readonly (string | boolean | undefined)[], T>(
  read: (sources: Sources, ...of: Of) => T,
): (sources: Sources, ...of: Of) => T {
  const known = new WeakMap<Sources, Map<string, T>>();
  return (sources, ...of) => {
    const ofSources = known.get(sources) ?? new Map<string, T>();
    known.set(sources, ofSources);
    const key = JSON.stringify(of);
    const value = ofSources.get(key) ?? read(sources, ...of);
    ofSources.set(key, value);
    return value;
  };
}

/** A text setting from the configuration, else from the first environment name that is set. */
export function text(sources: Sources, [key, ...names]: SettingNames): string | undefined {
  return (
    configText(sources, key) ??
    names.map((name) => environmentText(sources, name)).find((value) => value !== undefined)
  );
}

/** How to write a setting, in both its ways: "huaweicloud:region (HW_REGION_NAME)". */
export function bothNames([key, ...names]: SettingNames): string {
  const environment = names.filter((name) => name !== undefined).join(" or ");
  return environment === "" ? key : `${key} (${environment})`;
}

/** The values of each source that has any of them: the configuration first, then each environment family. */
export function sourcesOf<Name extends string>(
  sources: Sources,
  settings: Readonly<Record<Name, SettingNames>>,
): Found<Name>[] {
  const names = Object.keys(settings) as Name[];
  const families = Math.max(...names.map((name) => settings[name].length));
  return Array.from({ length: families }, (_, family): Found<Name> => {
    const values: Partial<Record<Name, string>> = {};
    let source = "the stack configuration";
    for (const name of names) {
      const setting = settings[name][family];
      const value = family === 0 ? configText(sources, setting) : environmentText(sources, setting);
      if (value === undefined || setting === undefined) continue;
      values[name] = value;
      if (family > 0) source = `the environment (${setting})`;
    }
    return { source, values };
  }).filter((found) => Object.keys(found.values).length > 0);
}

const endpointsSchema = z.record(z.string(), z.unknown());

/**
 * The `endpoints` setting of a cloud: an object, its JSON text, or a list of objects; other services' keys pass.
 * What is wrong is added to `problems`, one for each service.
 */
export function endpoints(
  sources: Sources,
  key: string,
  services: readonly string[],
  problems: string[],
): Readonly<Record<string, string>> {
  const configured = collecting(problems, () => parsed(sources.config(key), key));
  if (configured === undefined) return {};
  const result: Record<string, string> = {};
  for (const given of Array.isArray(configured) ? configured : [configured]) {
    const entry = endpointsSchema.safeParse(given);
    if (!entry.success) {
      const example = `{"${services[0]}": "https://…"}`;
      problems.push(`${key} must be an object such as ${example}, found ${shape(configured)}`);
      return {};
    }
    for (const service of services) {
      const value = entry.data[service];
      if (typeof value === "string" && value.trim() !== "") result[service] = value.trim();
      else if (value !== undefined && value !== "")
        problems.push(`${key}.${service} must be a URL, found ${shape(value)}`);
    }
  }
  return result;
}

/** What was read, or nothing where that failed; why it did is added to `problems`. */
export function collecting<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push((error as Error).message);
    return undefined;
  }
}

/** Stands in for a region that is not known, so that the endpoints can be checked all the same. */
export const anyRegion = "region-1";

/** An endpoint with its region filled in, checked: `https`, or `http` on this machine or where it was allowed. */
export function endpointUrl(
  template: string,
  name: string,
  place: { region: string; configuredRegion: string | undefined; insecure: boolean },
): string {
  const { region, configuredRegion, insecure } = place;
  if (!template.includes("{region}") && configuredRegion !== undefined && configuredRegion !== region) {
    throw new Error(
      `${name} serves only the configured region ${configuredRegion}, and this resource is in ${region}: write {region} where the region's name stands in the endpoint`,
    );
  }
  const filled = template.replaceAll("{region}", region);
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(filled) ? filled : `https://${filled}`;
  if (!URL.canParse(absolute)) throw new Error(`${name} must be a URL, found ${shape(template)}`);
  const url = new URL(absolute);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Error(`${name} must begin with https://, found the scheme ${url.protocol}//`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !insecure) {
    throw new Error(`${name} is plain http to ${url.hostname}: use https, or set grayscale:insecure to true`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`${name} must hold no user, password, query or fragment`);
  }
  return url.href.replace(/\/$/, "");
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What a value looks like, without the value: it may be a secret that landed in the wrong place. */
export function shape(value: unknown): string {
  if (value === null || value === undefined) return value === null ? "null" : "nothing";
  if (typeof value === "string")
    return value === "" ? "an empty text" : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object"
    ? `an object with ${Object.keys(value).length} keys`
    : `the ${typeof value} ${JSON.stringify(value)}`;
}

/** A setting that is an object: itself, or the JSON text that Pulumi makes of one. */
export function parsed(value: unknown, key: string): unknown {
  if (typeof value !== "string") return value ?? undefined;
  if (value.trim() === "") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new Error(`${key} must be an object or its JSON text, found ${shape(value)} that is not JSON`);
  }
}

function configText(sources: Sources, key: string | undefined): string | undefined {
  const value = key === undefined ? undefined : sources.config(key);
  return value === undefined || value === null || value === ""
    ? undefined
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
}

function environmentText(sources: Sources, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : sources.environment[name];
  return value === "" ? undefined : value;
}
