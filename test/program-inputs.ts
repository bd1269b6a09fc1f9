// What a program hands to the engine for a dynamic resource, without the engine.
import type { Properties } from "./dynamic-host.js";

export function urnOf(kind: string, name: string): string {
  return `urn:pulumi:dev::test::pulumi-nodejs:dynamic/${kind}::${name}`;
}

/** The text that is in every user's state. */
export function textOf(kind: string): string {
  return `exports.handler=()=>require("pulumi-grayscale/provider")["${kind}"]`;
}

/** What a program hands to the engine. */
export function program(kind: string, args: Properties, name = "thing"): Properties {
  return { ...args, __provider: textOf(kind), __urn: urnOf(kind, name) };
}
