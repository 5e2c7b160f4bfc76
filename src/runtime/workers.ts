import type { Exporter } from "../exporter/definition.ts";
import type { Bindings } from "../settings/bindings.ts";
import { kvStore } from "./kv_store.ts";
import type { Platform } from "./platform.ts";
import type { Program } from "./program.ts";

/**
 * Exporterkit on Cloudflare Workers: nothing listens there, the platform calls `fetch`.
 *
 * Cloudflare overwrites `Accept-Encoding` with what it takes itself, and keeps what the client said in `request.cf`.
 */
export const platform: Platform = {
  name: "workers",
  version: "",
  stateless: true,
  isProgram: () => false,
  printError: (line) => console.error(line),
  processStats: () => ({}),
  bindings: (env) => env as Bindings ?? {},
  sampleStore: kvStore,
  // A minute less than the fifteen after which the platform ends it, so that its end is stored.
  triggerTimeoutMs: 14 * 60_000,
  acceptEncoding: (request) => (request as { cf?: { clientAcceptEncoding?: string } }).cf?.clientAcceptEncoding ?? null,
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Nothing is a program here. The command line stays out of a Worker. */
export function startProgram({ name }: Exporter): Program {
  throw new Error(`Cannot run exporter "${name}" as a program: Workers call what the file exports`);
}
