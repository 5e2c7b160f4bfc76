import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports waits for rows of each table. */
export const tableIoWaits = tableCollector({
  help: "Waits for rows by table, from performance_schema.table_io_waits_summary_by_table.",
  from: "performance_schema.table_io_waits_summary_by_table WHERE object_schema NOT IN ('mysql', 'performance_schema')",
  labels: { schema: "object_schema", name: "object_name" },
  metrics: {
    mysql_perf_schema_table_io_waits_total: {
      type: "counter",
      help: "Waits, from COUNT_FETCH and the like.",
      by: "operation",
      columns: { fetch: "count_fetch", insert: "count_insert", update: "count_update", delete: "count_delete" },
    },
    mysql_perf_schema_table_io_waits_seconds_total: {
      type: "counter",
      help: "Time of waits, from SUM_TIMER_FETCH and the like.",
      by: "operation",
      columns: {
        fetch: "sum_timer_fetch",
        insert: "sum_timer_insert",
        update: "sum_timer_update",
        delete: "sum_timer_delete",
      },
      scale: PICO,
    },
  },
});
