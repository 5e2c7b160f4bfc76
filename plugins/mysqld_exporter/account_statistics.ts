import { counter, defineCollector, gauge, untyped } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";
import { hasUserStatistics } from "./userstat.ts";

/** What each column of the tables counts. */
const TOTALS: Readonly<Record<string, string>> = {
  TOTAL_CONNECTIONS: "Connections that were made",
  CONNECTED_TIME: "Time that connections lasted",
  BUSY_TIME: "Time with activity on connections",
  CPU_TIME: "CPU time that connections took",
  BYTES_RECEIVED: "Bytes that were received",
  BYTES_SENT: "Bytes that were sent",
  BINLOG_BYTES_WRITTEN: "Bytes that were written to the binary log",
  ROWS_READ: "Rows that were read",
  ROWS_SENT: "Rows that were sent",
  ROWS_DELETED: "Rows that were deleted",
  ROWS_INSERTED: "Rows that were inserted",
  ROWS_FETCHED: "Rows that were fetched",
  ROWS_UPDATED: "Rows that were updated",
  TABLE_ROWS_READ: "Rows that were read from tables",
  SELECT_COMMANDS: "SELECT statements",
  UPDATE_COMMANDS: "Statements that update",
  OTHER_COMMANDS: "Other statements",
  COMMIT_TRANSACTIONS: "Transactions that were committed",
  ROLLBACK_TRANSACTIONS: "Transactions that were rolled back",
  DENIED_CONNECTIONS: "Connections that were denied",
  LOST_CONNECTIONS: "Connections that ended without a goodbye",
  ACCESS_DENIED: "Statements that were denied",
  EMPTY_QUERIES: "Statements that gave no rows",
  TOTAL_SSL_CONNECTIONS: "Connections that were encrypted",
};

/** Names that are not those of their columns with `_total` behind them. */
const NAMES: Readonly<Record<string, string>> = {
  TOTAL_CONNECTIONS: "total_connections",
  CONNECTED_TIME: "connected_time_seconds_total",
  BUSY_TIME: "busy_seconds_total",
  CPU_TIME: "cpu_time_seconds_total",
};

/** Whom the numbers are about, and what is known of the one table only. */
const SUBJECTS = {
  user: {},
  client: { MAX_STATEMENT_TIME_EXCEEDED: "Statements that took longer than max_statement_time" },
};

/** Makes the collector of what users, or client hosts, did. */
export function accountStatistics(subject: keyof typeof SUBJECTS) {
  const table = `information_schema.${subject}_statistics`;
  const totals: Readonly<Record<string, string>> = { ...TOTALS, ...SUBJECTS[subject] };
  const prefix = `mysql_info_schema_${subject}_statistics`;
  const labelNames: readonly string[] = [subject];
  return defineCollector<MysqldSettings, Database>()({
    help: `What each ${subject} did, from ${table}, where userstat is on.`,
    enabled: false,
    async collect({ resource, signal, family }) {
      if (!await hasUserStatistics(resource, signal)) return;
      const { columns, rows } = await resource.query(`SELECT * FROM ${table}`, { signal });
      for (const [name, ...cells] of rows) {
        columns.slice(1).forEach((column, i) => {
          const value = Number(cells[i]);
          const total = totals[column];
          if (total !== undefined) {
            const metric = `${prefix}_${NAMES[column] ?? `${column.toLowerCase()}_total`}`;
            family(counter(metric, `${total}, from ${column}.`, labelNames)).set({ [subject]: name ?? "" }, value);
          } else if (column === "CONCURRENT_CONNECTIONS") {
            const metric = `${prefix}_concurrent_connections`;
            family(gauge(metric, `Connections that there are, from ${column}.`, labelNames)).labels(name ?? "").set(
              value,
            );
          } else {
            family(untyped(metricName(prefix, column), `Column ${column}.`, labelNames)).set(
              { [subject]: name ?? "" },
              value,
            );
          }
        });
      }
    },
  });
}
