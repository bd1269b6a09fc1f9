import type { ResourceValidationPolicy } from "@pulumi/policy";
import {
  placeOf,
  production,
  releasePolicy,
  saidFor,
  textsByResource,
  type Settings,
} from "./release-policy";
import { momentPattern, openWindow, type FreezeWindow } from "./windows";

interface FreezeSettings extends Settings {
  timeZone: string;
  windows: FreezeWindow[];
  exceptions: Record<string, string>;
}

const moment = { type: "string", pattern: momentPattern } as const;

export function freezeWindows(now: Date): ResourceValidationPolicy {
  return releasePolicy(
    {
      name: "freeze-windows",
      description: "While a freeze window is open, a stack that declares releases is left alone.",
      stacks: production,
      properties: {
        timeZone: { type: "string", default: "UTC" },
        windows: {
          type: "array",
          items: {
            type: "object",
            properties: { from: moment, to: moment, reason: { type: "string" } },
            required: ["from", "to"],
            additionalProperties: false,
          },
          default: [],
        },
        exceptions: textsByResource,
      },
    },
    (declared, settings) => {
      const { timeZone, windows, exceptions } = settings as FreezeSettings;
      const open = openWindow(windows, timeZone, now);
      if (open === undefined || saidFor(declared, exceptions).trim() !== "") return undefined;
      const why = open.reason === undefined ? "" : ` (${open.reason})`;
      return (
        `The stack "${placeOf(declared.urn).stack}" is frozen until ${open.to}, ${timeZone}${why}. Wait, or put a ` +
        `reason under "exceptions" in this policy's configuration, by the name of "${declared.name}".`
      );
    },
  );
}
