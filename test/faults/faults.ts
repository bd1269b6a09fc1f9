// What can go wrong with a request, and what may then be expected of the operation that made it.
import type { FaultKind } from "pulumi-grayscale/simulator";
import type { Lane } from "./lanes.js";

export interface Fault {
  readonly name: string;
  /** What the simulated cloud is told; made when it is queued, because of dates. */
  readonly kind: (lane: Lane) => FaultKind;
  /** What goes wrong beside it, on the look that shows what became of the request. @default nothing */
  readonly next?: FaultKind;
  /** Where it can happen at all. @default everywhere */
  readonly on?: (lane: Lane) => boolean;
  /** Where it ends in an error, because trying again would not help. @default nowhere */
  readonly isFinal?: (lane: Lane) => boolean;
  /** It is one for all who call at that time, not for one request. */
  readonly hitsEverybody?: boolean;
  /** Lasts until the request is given up, which is soon here: otherwise a busy machine must not look like that. */
  readonly isSilent?: boolean;
  /** Signs in with a user's password, so that there is a token that can expire. */
  readonly signsIn?: boolean;
}

const isEdas = ({ kind }: Lane): boolean => kind.startsWith("alicloud:");
const isHuaweicloud = (lane: Lane): boolean => !isEdas(lane);
const isWrite = ({ effect }: Lane): boolean => effect === "write";
const always = (): boolean => true;

function edasFailure(code: number | string, isFinal: boolean): Fault {
  return {
    name: `EDAS: \`Code\` ${JSON.stringify(code)} in a 200`,
    kind: () => ({ kind: "edasFailure", code, message: "planted" }),
    on: isEdas,
    isFinal: () => isFinal,
  };
}

const single: readonly Fault[] = [
  {
    name: "429, `Retry-After` in seconds",
    kind: () => ({ kind: "tooManyRequests", retryAfter: 1 }),
    on: isHuaweicloud,
    hitsEverybody: true,
  },
  {
    name: "429, `Retry-After` as a date",
    kind: () => ({ kind: "tooManyRequests", retryAfter: new Date(Date.now() + 1500).toUTCString() }),
    on: isHuaweicloud,
    hitsEverybody: true,
  },
  { name: "429 alone", kind: () => ({ kind: "tooManyRequests" }), on: isHuaweicloud, hitsEverybody: true },
  {
    name: "`Throttling.User` as 400",
    kind: () => ({ kind: "tooManyRequests" }),
    on: isEdas,
    hitsEverybody: true,
  },
  { name: "500", kind: () => ({ kind: "serverError", status: 500 }) },
  { name: "503", kind: () => ({ kind: "serverError", status: 503 }) },
  {
    name: "504, yet carried out",
    kind: () => ({ kind: "serverError", status: 504, applied: true }),
    on: isWrite,
  },
  { name: "502, a proxy's page", kind: () => ({ kind: "serverError", status: 502, html: true }) },
  { name: "reply cut off", kind: () => ({ kind: "cutReply" }) },
  {
    name: "connection refused",
    kind: () => ({ kind: "unreachableAfter", milliseconds: 1500 }),
    hitsEverybody: true,
  },
  { name: "reset, not carried out", kind: () => ({ kind: "resetBefore" }) },
  { name: "reset, yet carried out", kind: () => ({ kind: "lostReply" }) },
  { name: "no answer", kind: () => ({ kind: "hang" }), isSilent: true },
  {
    name: "no answer, yet carried out",
    kind: () => ({ kind: "hang", applied: true }),
    on: isWrite,
    isSilent: true,
  },
  { name: "body too slow", kind: () => ({ kind: "slowBody", milliseconds: 30_000 }), isSilent: true },
  {
    name: "list late after create",
    kind: () => ({ kind: "lateList", reads: 2 }),
    on: ({ phase, does }) => phase === "create" && does === "confirm",
  },
  {
    name: "one empty or 404 read",
    kind: () => ({ kind: "emptyRead" }),
    on: ({ effect }) => effect === "read",
    // EDAS says the same of what is gone and of what was never there; and forgets what is old.
    isFinal: (lane) => isEdas(lane) && lane.does !== "look for a roll back",
  },
  {
    name: "token expired",
    kind: () => ({ kind: "expiredToken" }),
    on: isHuaweicloud,
    signsIn: true,
    hitsEverybody: true,
  },
  { name: "security token expired", kind: () => ({ kind: "expiredToken" }), on: isEdas, isFinal: always },
  { name: "clock 20 minutes off", kind: () => ({ kind: "clockSkew" }), isFinal: always },
  edasFailure(500, false),
  edasFailure("500", false),
  edasFailure(601, true),
  edasFailure("601", true),
];

/** Of those that leave open whether a write was carried out. */
const leavesOpen = new Set([
  "503",
  "504, yet carried out",
  "reply cut off",
  "reset, not carried out",
  "reset, yet carried out",
  "no answer",
  "no answer, yet carried out",
]);

/** Two at once: nobody knows whether the write was carried out, and the look that is to tell does not. */
const pairs: readonly Fault[] = single
  .filter(({ name }) => leavesOpen.has(name))
  .flatMap(({ name, ...first }): Fault[] => [
    {
      ...first,
      name: `${name}; then a late list`,
      next: { kind: "lateList", reads: 2 },
      on: (lane) => isWrite(lane) && lane.phase === "create" && !["abort", "confirm"].includes(lane.does),
    },
    {
      ...first,
      name: `${name}; then one empty or 404 look`,
      next: { kind: "emptyRead" },
      // A reply without a body cannot be cut off: nobody looks.
      on: (lane) => isWrite(lane) && !(name === "reply cut off" && ["end", "delete"].includes(lane.does)),
      // EDAS says the same of what is gone and of what was never there – but a list may be empty.
      isFinal: (lane) => isEdas(lane) && lane.does !== "roll back",
    },
  ]);

export const faults: readonly Fault[] = [...single, ...pairs];
