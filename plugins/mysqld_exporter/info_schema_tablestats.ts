import { tableCollector } from "./table_collector.ts";
import { hasUserStatistics } from "./userstat.ts";

/** Reports what was read and changed in each table. */
export const tableStatistics = tableCollector({
  help:
    "Rows that were read and changed in each table, from information_schema.table_statistics, where userstat is on.",
  isThere: hasUserStatistics,
  from: "information_schema.table_statistics",
  labels: { schema: "table_schema", table: "table_name" },
  metrics: {
    mysql_info_schema_table_statistics_rows_read_total: {
      type: "counter",
      help: "Rows that were read, from ROWS_READ.",
      column: "rows_read",
    },
    mysql_info_schema_table_statistics_rows_changed_total: {
      type: "counter",
      help: "Rows that were changed, from ROWS_CHANGED.",
      column: "rows_changed",
    },
    mysql_info_schema_table_statistics_rows_changed_x_indexes_total: {
      type: "counter",
      help: "Rows that were changed, each times the indexes that changed with it, from ROWS_CHANGED_X_INDEXES.",
      column: "rows_changed_x_indexes",
    },
  },
});
