import { listenOnFirst, processPlatform } from "./_process.ts";
import type { Platform } from "./platform.ts";

/** The part of Bun's global that is used here. */
interface BunGlobal {
  readonly version: string;
  serve(options: {
    hostname?: string;
    port: number;
    fetch: (request: Request) => Promise<Response>;
  }): { readonly port: number; stop(force?: boolean): Promise<void> };
}

const Bun = (globalThis as unknown as { Bun: BunGlobal }).Bun;

/** Exporterkit on Bun. */
export const platform: Platform = {
  ...processPlatform,
  name: "bun",
  version: Bun.version,
  isProgram: (meta) => meta.main,
  listen({ host, port }, answer) {
    const server = listenOnFirst(host, (hostname) => Bun.serve({ hostname, port, fetch: answer }));
    return Promise.resolve({ port: server.port, close: () => server.stop() });
  },
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
