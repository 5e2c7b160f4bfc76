import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports waits for locks of each table. */
export const tableLocks = tableCollector({
  help: "Waits for locks by table, from performance_schema.table_lock_waits_summary_by_table.",
  from: "performance_schema.table_lock_waits_summary_by_table " +
    "WHERE object_schema NOT IN ('mysql', 'performance_schema', 'information_schema')",
  labels: { schema: "object_schema", name: "object_name" },
  metrics: {
    mysql_perf_schema_sql_lock_waits_total: {
      type: "counter",
      help: "Waits of statements, from COUNT_READ_NORMAL and the like.",
      by: "operation",
      columns: {
        read_normal: "count_read_normal",
        read_with_shared_locks: "count_read_with_shared_locks",
        read_high_priority: "count_read_high_priority",
        read_no_insert: "count_read_no_insert",
        write_normal: "count_write_normal",
        write_allow_write: "count_write_allow_write",
        write_concurrent_insert: "count_write_concurrent_insert",
        write_low_priority: "count_write_low_priority",
      },
    },
    mysql_perf_schema_external_lock_waits_total: {
      type: "counter",
      help: "Waits of storage engines, from COUNT_READ_EXTERNAL and COUNT_WRITE_EXTERNAL.",
      by: "operation",
      columns: { read: "count_read_external", write: "count_write_external" },
    },
    mysql_perf_schema_sql_lock_waits_seconds_total: {
      type: "counter",
      help: "Time of waits of statements, from SUM_TIMER_READ_NORMAL and the like.",
      by: "operation",
      columns: {
        read_normal: "sum_timer_read_normal",
        read_with_shared_locks: "sum_timer_read_with_shared_locks",
        read_high_priority: "sum_timer_read_high_priority",
        read_no_insert: "sum_timer_read_no_insert",
        write_normal: "sum_timer_write_normal",
        write_allow_write: "sum_timer_write_allow_write",
        write_concurrent_insert: "sum_timer_write_concurrent_insert",
        write_low_priority: "sum_timer_write_low_priority",
      },
      scale: PICO,
    },
    mysql_perf_schema_external_lock_waits_seconds_total: {
      type: "counter",
      help: "Time of waits of storage engines, from SUM_TIMER_READ_EXTERNAL and SUM_TIMER_WRITE_EXTERNAL.",
      by: "operation",
      columns: { read: "sum_timer_read_external", write: "sum_timer_write_external" },
      scale: PICO,
    },
  },
});
