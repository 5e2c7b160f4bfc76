import process from "node:process";
import { readProcessStats } from "./_process_stats.ts";
import { compressor } from "./_zlib.ts";
import type { Platform } from "./platform.ts";

/** Exporterkit on Deno. */
export const platform: Platform = {
  name: "deno",
  version: Deno.version.deno,
  stateless: false,
  isProgram: (meta) => meta.main,
  args: () => Deno.args,
  async listen({ host, port }, answer) {
    const server = await serveOn(host === "" ? ["::", "0.0.0.0"] : [host], port, answer);
    return { port: server.addr.port, close: () => server.shutdown() };
  },
  onStop(callback) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => callback(signal));
  },
  exit: (status) => Deno.exit(status),
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  processStats: readProcessStats,
  compressor,
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Listens on the first of the hosts that the machine has: a machine without IPv6 has no `::`. */
function serveOn(
  [host, ...others]: string[],
  port: number,
  answer: (request: Request) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: host, port, onListen() {} }, answer);
  } catch (error) {
    if (others.length === 0 || error instanceof Deno.errors.AddrInUse) throw error;
    return serveOn(others, port, answer);
  }
}
