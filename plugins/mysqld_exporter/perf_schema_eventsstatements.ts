import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports statements by what is left of them without their values. */
export const eventsStatements = tableCollector({
  help: "Statements by digest, from performance_schema.events_statements_summary_by_digest.",
  from: ({ collect: { perf_schema: { eventsstatements: { limit, timelimit, digest_text_limit } } } }) => ({
    sql: "(SELECT s.*, LEFT(s.digest_text, ?) AS shown FROM performance_schema.events_statements_summary_by_digest s " +
      "WHERE s.schema_name NOT IN ('mysql', 'performance_schema', 'information_schema') " +
      "AND s.last_seen > DATE_SUB(NOW(), INTERVAL ? SECOND) ORDER BY s.sum_timer_wait DESC LIMIT ?) d",
    values: [digest_text_limit, timelimit, limit],
  }),
  labels: { schema: "IFNULL(schema_name, 'NONE')", digest: "digest", digest_text: "shown" },
  metrics: {
    mysql_perf_schema_events_statements_total: {
      type: "counter",
      help: "Statements, from COUNT_STAR.",
      column: "count_star",
    },
    mysql_perf_schema_events_statements_seconds_total: {
      type: "counter",
      help: "Time that statements took, from SUM_TIMER_WAIT.",
      column: "sum_timer_wait",
      scale: PICO,
    },
    mysql_perf_schema_events_statements_errors_total: {
      type: "counter",
      help: "Errors, from SUM_ERRORS.",
      column: "sum_errors",
    },
    mysql_perf_schema_events_statements_warnings_total: {
      type: "counter",
      help: "Warnings, from SUM_WARNINGS.",
      column: "sum_warnings",
    },
    mysql_perf_schema_events_statements_rows_affected_total: {
      type: "counter",
      help: "Rows that were changed, from SUM_ROWS_AFFECTED.",
      column: "sum_rows_affected",
    },
    mysql_perf_schema_events_statements_rows_sent_total: {
      type: "counter",
      help: "Rows that were sent, from SUM_ROWS_SENT.",
      column: "sum_rows_sent",
    },
    mysql_perf_schema_events_statements_rows_examined_total: {
      type: "counter",
      help: "Rows that were read, from SUM_ROWS_EXAMINED.",
      column: "sum_rows_examined",
    },
    mysql_perf_schema_events_statements_tmp_tables_total: {
      type: "counter",
      help: "Temporary tables, from SUM_CREATED_TMP_TABLES.",
      column: "sum_created_tmp_tables",
    },
    mysql_perf_schema_events_statements_tmp_disk_tables_total: {
      type: "counter",
      help: "Temporary tables on the disk, from SUM_CREATED_TMP_DISK_TABLES.",
      column: "sum_created_tmp_disk_tables",
    },
    mysql_perf_schema_events_statements_sort_merge_passes_total: {
      type: "counter",
      help: "Merge passes of sorting, from SUM_SORT_MERGE_PASSES.",
      column: "sum_sort_merge_passes",
    },
    mysql_perf_schema_events_statements_sort_rows_total: {
      type: "counter",
      help: "Rows that were sorted, from SUM_SORT_ROWS.",
      column: "sum_sort_rows",
    },
    mysql_perf_schema_events_statements_no_index_used_total: {
      type: "counter",
      help: "Statements that used no index, from SUM_NO_INDEX_USED.",
      column: "sum_no_index_used",
    },
  },
});
