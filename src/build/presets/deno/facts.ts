import type { BundleFacts } from "../../bundle.ts";

/** Deno 2. */
export const facts: BundleFacts = { runtime: "deno", conditions: ["deno", "node", "import"], target: "esnext" };
