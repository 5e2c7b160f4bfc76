import { tableCollector } from "./table_collector.ts";
import { withoutPrefix } from "./without_prefix.ts";

/** Reports what the server needs memory for. */
export const memoryEvents = tableCollector({
  help: "Use of memory by event, from performance_schema.memory_summary_global_by_event_name.",
  from: "performance_schema.memory_summary_global_by_event_name WHERE count_alloc > 0",
  labels: {
    event_name: {
      sql: "event_name",
      shown: (name, { collect: { perf_schema } }) => withoutPrefix(name, perf_schema.memory_events.remove_prefix),
    },
  },
  metrics: {
    mysql_perf_schema_memory_events_alloc_bytes_total: {
      type: "counter",
      help: "Bytes that were allocated, from SUM_NUMBER_OF_BYTES_ALLOC.",
      column: "sum_number_of_bytes_alloc",
    },
    mysql_perf_schema_memory_events_free_bytes_total: {
      type: "counter",
      help: "Bytes that were freed, from SUM_NUMBER_OF_BYTES_FREE.",
      column: "sum_number_of_bytes_free",
    },
    mysql_perf_schema_memory_events_used_bytes: {
      type: "gauge",
      help: "Bytes in use, from CURRENT_NUMBER_OF_BYTES_USED.",
      column: "current_number_of_bytes_used",
    },
  },
});
