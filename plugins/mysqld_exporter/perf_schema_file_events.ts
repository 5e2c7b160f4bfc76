import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports reads and writes of files by their purpose. */
export const fileEvents = tableCollector({
  help: "Use of files by event, from performance_schema.file_summary_by_event_name.",
  from: "performance_schema.file_summary_by_event_name",
  labels: { event_name: "event_name" },
  metrics: {
    mysql_perf_schema_file_events_total: {
      type: "counter",
      help: "Operations, from COUNT_READ, COUNT_WRITE and COUNT_MISC.",
      by: "mode",
      columns: { read: "count_read", write: "count_write", misc: "count_misc" },
    },
    mysql_perf_schema_file_events_seconds_total: {
      type: "counter",
      help: "Time of operations, from SUM_TIMER_READ, SUM_TIMER_WRITE and SUM_TIMER_MISC.",
      by: "mode",
      columns: { read: "sum_timer_read", write: "sum_timer_write", misc: "sum_timer_misc" },
      scale: PICO,
    },
    mysql_perf_schema_file_events_bytes_total: {
      type: "counter",
      help: "Bytes, from SUM_NUMBER_OF_BYTES_READ and SUM_NUMBER_OF_BYTES_WRITE.",
      by: "mode",
      columns: { read: "sum_number_of_bytes_read", write: "sum_number_of_bytes_write" },
    },
  },
});
