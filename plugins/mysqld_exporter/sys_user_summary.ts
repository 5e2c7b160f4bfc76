import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports users, as the schema sys sums them up. */
export const userSummary = tableCollector({
  help: "What each user did, from sys.x$user_summary.",
  from: "sys.x$user_summary",
  labels: { user: "IFNULL(user, 'background')" },
  metrics: {
    mysql_sys_statements_total: { type: "counter", help: "Statements, from statements.", column: "statements" },
    mysql_sys_statement_latency: {
      type: "counter",
      help: "Time that statements took, in seconds, from statement_latency.",
      column: "statement_latency",
      scale: PICO,
    },
    mysql_sys_table_scans_total: {
      type: "counter",
      help: "Reads of whole tables, from table_scans.",
      column: "table_scans",
    },
    mysql_sys_file_ios_total: { type: "counter", help: "Operations on files, from file_ios.", column: "file_ios" },
    mysql_sys_file_io_seconds_total: {
      type: "counter",
      help: "Time of operations on files, from file_io_latency.",
      column: "file_io_latency",
      scale: PICO,
    },
    mysql_sys_current_connections: {
      type: "gauge",
      help: "Connections that there are, from current_connections.",
      column: "current_connections",
    },
    mysql_sys_connections_total: {
      type: "counter",
      help: "Connections that were made, from total_connections.",
      column: "total_connections",
    },
    mysql_sys_unique_hosts_total: {
      type: "counter",
      help: "Hosts that connections came from, from unique_hosts.",
      column: "unique_hosts",
    },
    mysql_sys_current_memory_bytes: {
      type: "gauge",
      help: "Memory in use, from current_memory.",
      column: "current_memory",
    },
    mysql_sys_memory_allocated_bytes_total: {
      type: "counter",
      help: "Memory that was allocated, from total_memory_allocated.",
      column: "total_memory_allocated",
    },
  },
});
