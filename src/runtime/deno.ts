import { listenOnFirst, processPlatform } from "./_process.ts";
import type { Platform } from "./platform.ts";

/** Exporterkit on Deno. */
export const platform: Platform = {
  ...processPlatform,
  name: "deno",
  version: Deno.version.deno,
  isProgram: (meta) => meta.main,
  listen({ host, port }, answer) {
    const server = listenOnFirst(host, (hostname) => Deno.serve({ hostname, port, onListen() {} }, answer));
    return Promise.resolve({ port: server.addr.port, close: () => server.shutdown() });
  },
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
