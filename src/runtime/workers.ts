import type { Platform } from "./platform.ts";

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
  args: () => [],
  listen: () => Promise.reject(new Error("Cannot listen on Workers: export default serve(exporter, import.meta)")),
  onStop() {},
  exit() {},
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  processStats: () => ({}),
  acceptEncoding: (request) => (request as { cf?: { clientAcceptEncoding?: string } }).cf?.clientAcceptEncoding ?? null,
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
