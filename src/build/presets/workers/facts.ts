import type { BundleFacts } from "../../bundle.ts";

/** Cloudflare Workers. What is uploaded is limited in size, and started anew in many places. */
export const facts: BundleFacts = {
  runtime: "workers",
  conditions: ["workerd", "worker", "import"],
  target: "es2024",
  external: ["cloudflare:*"],
  minify: true,
};

/** The behaviour of the platform that artifacts are made for: a fixed day, so that all builds are alike. */
export const COMPATIBILITY_DATE = "2026-04-01";

/** The flag that gives a Worker the modules of Node. */
export const NODE_COMPAT = "nodejs_compat";
