import process from "node:process";
import { host } from "./_host.ts";
import { readProcessStats } from "./_process_stats.ts";
import { openSettingsFile, readTextFile } from "./_settings_file.ts";
import { transport } from "./_transport.ts";
import { gzip, zstd } from "./_zlib.ts";
import { openWeb } from "./open_web.ts";
import type { ProgramPlatform } from "./platform.ts";

/** What a platform is where programs are processes, as `node:process` and `node:zlib` give it on Deno, Node and Bun. */
export const processPlatform: Omit<ProgramPlatform, "name" | "version" | "isProgram" | "listen" | "tls" | "pause"> = {
  stateless: false,
  args: () => process.argv.slice(2),
  variable: (name) => process.env[name],
  variableNames: () => Object.keys(process.env),
  readTextFile,
  openSettingsFile,
  openWeb,
  onStop(callback) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => callback(signal));
  },
  onReload(callback) {
    process.on("SIGHUP", () => callback("SIGHUP"));
  },
  exit: (status) => process.exit(status),
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  host,
  processStats: readProcessStats,
  transport,
  ...(gzip === undefined ? {} : { gzip }),
  ...(zstd === undefined ? {} : { zstd }),
};

/** Listens on the first of the hosts that the machine has: a machine without IPv6 has no `::`. */
export function listenOnFirst<Server>(host: string, listen: (host: string) => Server): Server {
  if (host !== "") return listen(host);
  try {
    return listen("::");
  } catch (error) {
    if ((error as { code?: unknown }).code === "EADDRINUSE") throw error;
    return listen("0.0.0.0");
  }
}
