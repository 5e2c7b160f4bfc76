import type { BundleFacts } from "../../bundle.ts";

/** Node, from the oldest that is supported. */
export const facts: BundleFacts = { runtime: "node", conditions: ["node", "import"], target: "node20" };
