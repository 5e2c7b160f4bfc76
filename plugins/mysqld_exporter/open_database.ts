import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ResourceContext } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { findEndpoint } from "./endpoint.ts";
import { SessionPool } from "./session_pool.ts";
import type { MysqldSettings } from "./settings.ts";

/** Makes the pool that all collectors share. Nothing is connected before somebody asks something. */
export function openDatabase({ settings, log }: ResourceContext<MysqldSettings>): Database {
  return new SessionPool(() => findEndpoint(settings, { readText, defaultOptionFile }), {
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
