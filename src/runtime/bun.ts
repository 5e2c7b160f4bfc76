import process from "node:process";
import { readProcessStats } from "./_process_stats.ts";
import { compressor } from "./_zlib.ts";
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
  name: "bun",
  version: Bun.version,
  stateless: false,
  isProgram: (meta) => meta.main,
  args: () => process.argv.slice(2),
  listen({ host, port }, answer) {
    const server = serveOn(host === "" ? ["::", "0.0.0.0"] : [host], port, answer);
    return Promise.resolve({ port: server.port, close: () => server.stop() });
  },
  onStop(callback) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => callback(signal));
  },
  exit: (status) => process.exit(status),
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  processStats: readProcessStats,
  compressor,
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Listens on the first of the hosts that the machine has: a machine without IPv6 has no `::`. */
function serveOn(
  [hostname, ...others]: string[],
  port: number,
  fetch: (request: Request) => Promise<Response>,
): ReturnType<BunGlobal["serve"]> {
  try {
    return Bun.serve({ hostname, port, fetch });
  } catch (error) {
    if (others.length === 0 || (error as { code?: unknown }).code === "EADDRINUSE") throw error;
    return serveOn(others, port, fetch);
  }
}
