import type { Exporter } from "../exporter/definition.ts";
import { listenOnFirst, processPlatform } from "./_process.ts";
import type { ProgramPlatform } from "./platform.ts";
import { type Program, runProgram } from "./program.ts";
import { BUN_TLS } from "./tls_support.ts";

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
export const platform: ProgramPlatform = {
  ...processPlatform,
  name: "bun",
  version: Bun.version,
  tls: BUN_TLS,
  isProgram: (meta) => meta.main,
  listen({ host, port }, answer) {
    const server = listenOnFirst(host, (hostname) => Bun.serve({ hostname, port, fetch: answer }));
    return Promise.resolve({ port: server.port, close: () => server.stop() });
  },
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Runs an exporter that is the program. */
export function startProgram(exporter: Exporter): Program {
  return runProgram(exporter, platform);
}
