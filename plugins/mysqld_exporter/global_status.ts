import { counter, defineCollector, gauge, untyped } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";
import { statusNumber } from "./status_number.ts";

/** Status variables that are one metric with a label. */
const GROUPED = /^(com|handler|connection_errors|innodb_buffer_pool_pages|innodb_rows|performance_schema)_(.*)$/;

/** Reports what the server counts. */
export const globalStatus = defineCollector<MysqldSettings, Database>()({
  help: "Status variables, from SHOW GLOBAL STATUS.",
  metrics: {
    com: counter("mysql_global_status_commands_total", "Statements that were executed, from Com_*.", ["command"]),
    handler: counter("mysql_global_status_handlers_total", "Calls of storage engines, from Handler_*.", ["handler"]),
    connection_errors: counter(
      "mysql_global_status_connection_errors_total",
      "Connections that failed, by reason, from Connection_errors_*.",
      ["error"],
    ),
    bufferPoolPages: gauge(
      "mysql_global_status_buffer_pool_pages",
      "Pages of InnoDB's buffer pool by state, from Innodb_buffer_pool_pages_*.",
      ["state"],
    ),
    bufferPoolDirtyPages: gauge(
      "mysql_global_status_buffer_pool_dirty_pages",
      "Pages of InnoDB's buffer pool that are to be written, from Innodb_buffer_pool_pages_dirty.",
    ),
    bufferPoolPageChanges: counter(
      "mysql_global_status_buffer_pool_page_changes_total",
      "What was done to pages of InnoDB's buffer pool, from the other Innodb_buffer_pool_pages_*.",
      ["operation"],
    ),
    innodb_rows: counter(
      "mysql_global_status_innodb_row_ops_total",
      "Rows that InnoDB read and changed, from Innodb_rows_*.",
      ["operation"],
    ),
    performance_schema: counter(
      "mysql_global_status_performance_schema_lost_total",
      "What the performance schema had no room for, from Performance_schema_*.",
      ["instrumentation"],
    ),
    galera: gauge("mysql_galera_status_info", "Galera, from wsrep_*.", [
      "wsrep_local_state_uuid",
      "wsrep_cluster_state_uuid",
      "wsrep_provider_version",
    ]),
  },
  async collect({ resource, signal, metrics, family }) {
    const { rows } = await resource.query("SHOW GLOBAL STATUS", { signal });
    for (const [name, cell = null] of rows) {
      const value = statusNumber(cell);
      if (value === undefined) continue;
      const variable = name!.toLowerCase();
      const [, group, rest = ""] = GROUPED.exec(variable) ?? [];
      switch (group) {
        case "com":
          metrics.com.set({ command: rest }, value);
          break;
        case "handler":
          metrics.handler.set({ handler: rest }, value);
          break;
        case "connection_errors":
          metrics.connection_errors.set({ error: rest }, value);
          break;
        case "innodb_rows":
          metrics.innodb_rows.set({ operation: rest }, value);
          break;
        case "performance_schema":
          metrics.performance_schema.set({ instrumentation: rest }, value);
          break;
        case "innodb_buffer_pool_pages":
          if (rest === "dirty") metrics.bufferPoolDirtyPages.set(value);
          else if (["data", "free", "misc", "old"].includes(rest)) metrics.bufferPoolPages.set({ state: rest }, value);
          // The total is the sum of the states.
          else if (rest !== "total") metrics.bufferPoolPageChanges.set({ operation: rest }, value);
          break;
        default:
          family(untyped(metricName("mysql_global_status", variable), `Status variable ${name}.`)).set(value);
      }
    }
    const texts = new Map(rows.map(([name, text]) => [name!.toLowerCase(), text ?? ""]));
    const uuid = texts.get("wsrep_local_state_uuid") ?? "";
    if (uuid !== "") {
      metrics.galera.set({
        wsrep_local_state_uuid: uuid,
        wsrep_cluster_state_uuid: texts.get("wsrep_cluster_state_uuid") ?? "",
        wsrep_provider_version: texts.get("wsrep_provider_version") ?? "",
      }, 1);
    }
  },
});
