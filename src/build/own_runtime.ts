import type { BundleFacts } from "./bundle.ts";
import { facts as bun } from "./presets/bun/facts.ts";
import { facts as deno } from "./presets/deno/facts.ts";
import { facts as node } from "./presets/node/facts.ts";

/** What to know of the runtime that this runs on. */
export function ownFacts(): BundleFacts {
  if ("Deno" in globalThis) return deno;
  return "Bun" in globalThis ? bun : node;
}
