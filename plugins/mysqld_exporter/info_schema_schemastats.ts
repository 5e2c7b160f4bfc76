import { tableCollector } from "./table_collector.ts";
import { hasUserStatistics } from "./userstat.ts";

/** Reports what was read and changed in each database. */
export const schemaStatistics = tableCollector({
  help:
    "Rows that were read and changed in each database, from information_schema.table_statistics, where userstat is on.",
  isThere: hasUserStatistics,
  from: "information_schema.table_statistics GROUP BY table_schema",
  labels: { schema: "table_schema" },
  metrics: {
    mysql_info_schema_schema_statistics_rows_read_total: {
      type: "counter",
      help: "Rows that were read, from ROWS_READ.",
      column: "SUM(rows_read)",
    },
    mysql_info_schema_schema_statistics_rows_changed_total: {
      type: "counter",
      help: "Rows that were changed, from ROWS_CHANGED.",
      column: "SUM(rows_changed)",
    },
    mysql_info_schema_schema_statistics_rows_changed_x_indexes_total: {
      type: "counter",
      help: "Rows that were changed, each times the indexes that changed with it, from ROWS_CHANGED_X_INDEXES.",
      column: "SUM(rows_changed_x_indexes)",
    },
  },
});
