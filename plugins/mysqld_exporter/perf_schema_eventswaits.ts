import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports what the server waited for. */
export const eventsWaits = tableCollector({
  help: "Waits by event, from performance_schema.events_waits_summary_global_by_event_name.",
  from: "performance_schema.events_waits_summary_global_by_event_name",
  labels: { event_name: "event_name" },
  metrics: {
    mysql_perf_schema_events_waits_total: { type: "counter", help: "Waits, from COUNT_STAR.", column: "count_star" },
    mysql_perf_schema_events_waits_seconds_total: {
      type: "counter",
      help: "Time of waits, from SUM_TIMER_WAIT.",
      column: "sum_timer_wait",
      scale: PICO,
    },
  },
});
