import type { BundleFacts } from "../../bundle.ts";

/** Bun, whose compiler reads any syntax. */
export const facts: BundleFacts = {
  runtime: "bun",
  conditions: ["bun", "node", "import"],
  target: "esnext",
  external: ["bun", "bun:*"],
};
