import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProbeResourceContext, ResourceContext } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { Endpoint } from "./endpoint.ts";
import { findEndpoint } from "./find_endpoint.ts";
import { SessionPool } from "./session_pool.ts";
import type { AuthModule, MysqldSettings } from "./settings.ts";
import { targetEndpoint } from "./target_endpoint.ts";

/** Makes the pool that all collectors share. Nothing is connected before somebody asks something. */
export function openDatabase(context: ResourceContext<MysqldSettings>): Database {
  const { settings } = context;
  return poolOf(context, () => findEndpoint(settings, { readText, defaultOptionFile }));
}

/** The same for one target of probes. */
export function openTarget(context: ProbeResourceContext<MysqldSettings, undefined, AuthModule>): Database {
  return poolOf(context, () => targetEndpoint(context, readText));
}

function poolOf({ settings, log }: ResourceContext<MysqldSettings>, endpoint: () => Promise<Endpoint>) {
  return new SessionPool(endpoint, {
    maxSessions: settings.mysqld.maxConnections,
    failed: (message, error) => log.warn(message, { error }),
  });
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8");
}

/** Where MySQL's own clients look too. */
function defaultOptionFile(): string {
  return join(homedir(), ".my.cnf");
}
