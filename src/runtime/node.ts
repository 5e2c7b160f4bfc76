import { serve } from "@hono/node-server";
import { realpathSync } from "node:fs";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Exporter } from "../exporter/definition.ts";
import { processPlatform } from "./_process.ts";
import type { ProgramPlatform } from "./platform.ts";
import { type Program, runProgram } from "./program.ts";
import { NODE_TLS } from "./tls_support.ts";

/** Exporterkit on Node. */
export const platform: ProgramPlatform = {
  ...processPlatform,
  name: "node",
  version: process.versions.node,
  tls: NODE_TLS,
  isProgram: (meta) => (meta as { main?: boolean }).main ?? isStarted(meta.url),
  listen({ host, port }, answer) {
    return new Promise((resolve, reject) => {
      const hostname = host === "" ? undefined : host;
      const server = serve({ fetch: answer, port, hostname }, ({ port }: AddressInfo) => {
        server.off("error", reject);
        resolve({
          port,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed());
              if ("closeIdleConnections" in server) server.closeIdleConnections();
            }),
        });
      });
      server.once("error", reject);
    });
  },
  pause: () => setImmediate(),
};

/** Runs an exporter that is the program. */
export function startProgram(exporter: Exporter): Program {
  return runProgram(exporter, platform);
}

/** Node before 24.2 has no `import.meta.main`; a program started through a link is still the program. */
function isStarted(url: string): boolean {
  const [, program] = process.argv;
  if (program === undefined || !url.startsWith("file:")) return false;
  try {
    return realpathSync(program) === realpathSync(fileURLToPath(url));
  } catch {
    return false;
  }
}
