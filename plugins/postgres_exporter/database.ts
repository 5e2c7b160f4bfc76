import { gauge } from "@exporterkit/core";
import { define } from "./_define.ts";
import { numberOf, textOf } from "./_rows.ts";
import type { Server } from "./server.ts";

/** Collects how much disk space databases take. */
export const database = define({
  help: "Size of each database on disk.",
  metrics: {
    size: gauge("pg_database_size_bytes", "Disk space that a database takes, from pg_database_size().", [
      "datname",
      "server",
    ]),
  },
  async collect({ resource, settings, metrics, signal }) {
    const { label: server } = resource.facts;
    const excluded = listOf(settings.excludeDatabases);
    const unless = excluded.length === 0 ? "" : ` WHERE datname NOT IN (${excluded.map(literal).join(", ")})`;
    const rows = await resource.query(
      `SELECT datname, pg_database_size(oid) AS bytes FROM pg_database${unless}`,
      signal,
    );
    for (const { datname, bytes } of rows) {
      // One that was dropped meanwhile has no size.
      if (bytes !== null) metrics.size.set({ datname: textOf(datname), server }, numberOf(bytes));
    }
  },
});

/** The other databases of a server that can be connected to. */
export async function databasesOf(server: Server, signal: AbortSignal): Promise<string[]> {
  const rows = await server.query(
    "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> current_database()",
    signal,
  );
  return rows.map(({ datname }) => textOf(datname));
}

/** The names between commas. */
export function listOf(text: string): string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** A text as SQL writes it. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
