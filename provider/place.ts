import { regionNames as alicloudRegion } from "./alicloud/settings.js";
import { text, type SettingNames, type Sources } from "./config.js";
import { projectIdNames, regionNames as huaweicloudRegion } from "./huaweicloud/settings.js";

type Inputs = Readonly<Record<string, unknown>>;

export interface FoundPlace {
  /** The inputs that say where a thing lives; what nobody knows yet is left out. */
  readonly place: { readonly region?: unknown; readonly projectId?: unknown };
  readonly warnings: readonly string[];
}

/**
 * Region and project are inputs, for the engine notices a changed account by nothing else: written in the
 * program, else configured, else what they were, else found in the environment – which is asked only once.
 */
export function placeOf(
  cloud: "huaweicloud" | "alicloud",
  olds: Inputs,
  news: Inputs,
  /** What this run knows: the second check of a replacement brings no olds. */
  before: { readonly region: string | undefined; readonly projectId: string | undefined } | undefined,
  sources: Sources,
): FoundPlace {
  const names = cloud === "huaweicloud" ? huaweicloudRegion : alicloudRegion;
  const configuredRegion = configured(sources, names);
  const regionBefore = olds["region"] ?? before?.region;
  const region = news["region"] ?? configuredRegion ?? regionBefore ?? inEnvironment(sources, names);
  const warnings = strayed(news["region"] ?? configuredRegion, regionBefore, sources, names);
  if (cloud !== "huaweicloud") return { place: { region }, warnings };
  // A project lives in one region: what is known of it says nothing about another region.
  const projectBefore = region === regionBefore ? (olds["projectId"] ?? before?.projectId) : undefined;
  const configuredProject =
    configuredRegion === undefined || configuredRegion === region
      ? configured(sources, projectIdNames)
      : undefined;
  const isNew = regionBefore === undefined || region !== regionBefore;
  const projectId =
    news["projectId"] ??
    configuredProject ??
    projectBefore ??
    (isNew && regionIn(sources, names, region) ? inEnvironment(sources, projectIdNames) : undefined);
  if (regionIn(sources, names, region)) {
    warnings.push(...strayed(news["projectId"] ?? configuredProject, projectBefore, sources, projectIdNames));
  }
  return { place: { region, projectId }, warnings };
}

function configured(sources: Sources, names: SettingNames): string | undefined {
  return text({ ...sources, environment: {} }, names);
}

function inEnvironment(sources: Sources, names: SettingNames): string | undefined {
  return text({ ...sources, config: () => undefined }, names);
}

/** Whether the environment, and so its project, speaks of this region, or of none in particular. */
function regionIn(sources: Sources, names: SettingNames, region: unknown): boolean {
  const regionNamed = inEnvironment(sources, names);
  return regionNamed === undefined || regionNamed === region;
}

/** The environment is asked once; that it differs later moves nothing, and is told. */
function strayed(chosen: unknown, before: unknown, sources: Sources, names: SettingNames): string[] {
  const named = text({ config: () => undefined, environment: sources.environment }, names);
  if (chosen !== undefined || named === undefined || typeof before !== "string" || named === before)
    return [];
  return [
    `the environment says ${named}, and what is there lives in ${before} and stays there: set ${names[0]} to move it`,
  ];
}
