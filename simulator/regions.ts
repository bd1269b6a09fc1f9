const REGION = /^[a-z]{2}(-[a-z0-9]+)+$/;

/** The region of a request whose path names none. */
export const defaultRegions = { huaweicloud: "cn-north-4", alicloud: "cn-hangzhou" } as const;

/** Regions that SWR accepts as a target, and that IAM lists projects for. */
export const huaweiRegions: readonly string[] = [
  "cn-north-1",
  "cn-north-4",
  "cn-north-9",
  "cn-east-2",
  "cn-east-3",
  "cn-south-1",
  "cn-southwest-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "af-south-1",
  "la-south-2",
  "la-north-2",
  "sa-brazil-1",
  "tr-west-1",
  "me-east-1",
  "eu-west-101",
];

/** Loopback addresses carry no region, so the first path segment may. */
export function splitRegion(pathname: string): { region: string | undefined; rest: string } {
  const end = pathname.indexOf("/", 1);
  const first = pathname.slice(1, end === -1 ? undefined : end);
  if (!REGION.test(first)) return { region: undefined, rest: pathname };
  return { region: first, rest: end === -1 ? "/" : pathname.slice(end) };
}
