import type { Exporter } from "../exporter/definition.ts";
import { listenOnFirst, processPlatform } from "./_process.ts";
import type { ProgramPlatform } from "./platform.ts";
import { type Program, runProgram } from "./program.ts";
import { DENO_TLS } from "./tls_support.ts";

/** Exporterkit on Deno. */
export const platform: ProgramPlatform = {
  ...processPlatform,
  name: "deno",
  version: Deno.version.deno,
  tls: DENO_TLS,
  isProgram: (meta) => meta.main,
  listen({ host, port }, answer) {
    const server = listenOnFirst(host, (hostname) => Deno.serve({ hostname, port, onListen() {} }, answer));
    return Promise.resolve({ port: server.addr.port, close: () => server.shutdown() });
  },
  // A program with few permissions is not asked for more: what it may not read is not there.
  variable: (name) => mayRead(name) ? Deno.env.get(name) : undefined,
  variableNames: () => mayRead() ? Object.keys(Deno.env.toObject()) : [],
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/** Runs an exporter that is the program. */
export function startProgram(exporter: Exporter): Program {
  return runProgram(exporter, platform);
}

/** Whether a variable may be read, or, without a name, all. */
function mayRead(variable?: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
