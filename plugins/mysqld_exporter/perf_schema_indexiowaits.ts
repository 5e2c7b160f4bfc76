import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports waits for rows by index; inserting is no matter of one index. */
export const indexIoWaits = tableCollector({
  help: "Waits for rows by index, from performance_schema.table_io_waits_summary_by_index_usage.",
  from: "performance_schema.table_io_waits_summary_by_index_usage " +
    "WHERE object_schema NOT IN ('mysql', 'performance_schema')",
  labels: { schema: "object_schema", name: "object_name", index: "IFNULL(index_name, 'NONE')" },
  metrics: {
    mysql_perf_schema_index_io_waits_total: {
      type: "counter",
      help: "Waits, from COUNT_FETCH and the like.",
      by: "operation",
      columns: {
        fetch: "count_fetch",
        insert: "IF(index_name IS NULL, count_insert, NULL)",
        update: "count_update",
        delete: "count_delete",
      },
    },
    mysql_perf_schema_index_io_waits_seconds_total: {
      type: "counter",
      help: "Time of waits, from SUM_TIMER_FETCH and the like.",
      by: "operation",
      columns: {
        fetch: "sum_timer_fetch",
        insert: "IF(index_name IS NULL, sum_timer_insert, NULL)",
        update: "sum_timer_update",
        delete: "sum_timer_delete",
      },
      scale: PICO,
    },
  },
});
