import { defineCollector, untyped } from "@exporterkit/core";
import { type Database, hasCode, type Table } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";
import { statusNumber } from "./status_number.ts";

/**
 * How servers of all kinds are asked, each of which understands some of it: MariaDB; Percona, where asking takes no
 * lock; MySQL up to 8.3; MySQL from 8.4 on.
 */
const STATEMENTS = [
  "SHOW ALL SLAVES STATUS",
  "SHOW SLAVE STATUS NONBLOCKING",
  "SHOW SLAVE STATUS NOLOCK",
  "SHOW SLAVE STATUS",
  "SHOW REPLICA STATUS",
];

/** What the server of a database understood. */
const understood = new WeakMap<Database, string>();

/** Reports where replication stands. */
export const slaveStatus = defineCollector<MysqldSettings, Database>()({
  help: "Replication, from SHOW ALL SLAVES STATUS, SHOW SLAVE STATUS or SHOW REPLICA STATUS.",
  async collect({ resource, signal, family }) {
    const { columns, rows } = await askReplication(resource, signal);
    for (const row of rows) {
      const text = (...names: readonly string[]) =>
        names.map((name) => row[columns.indexOf(name)]).find((cell) => cell !== undefined) ?? "";
      const labels = {
        master_host: text("Master_Host", "Source_Host"),
        master_uuid: text("Master_UUID", "Source_UUID"),
        channel_name: text("Channel_Name", "Channel_name"),
        connection_name: text("Connection_name"),
      };
      columns.forEach((column, i) => {
        const value = statusNumber(row[i] ?? null);
        if (value === undefined) return;
        const name = metricName("mysql_slave_status", column);
        family(untyped(name, `Field ${column} of replication.`, LABELS)).set(labels, value);
      });
    }
  },
});

const LABELS = ["master_host", "master_uuid", "channel_name", "connection_name"] as const;

async function askReplication(database: Database, signal: AbortSignal): Promise<Table> {
  const known = understood.get(database);
  if (known !== undefined) return await database.query(known, { signal });
  let refusal: unknown;
  for (const statement of STATEMENTS) {
    try {
      const table = await database.query(statement, { signal });
      understood.set(database, statement);
      return table;
    } catch (error) {
      if (!hasCode(error, "ER_PARSE_ERROR")) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
