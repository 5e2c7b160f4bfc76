import { PICO } from "./picoseconds.ts";
import { tableCollector } from "./table_collector.ts";

/** Reports all statements together. */
export const eventsStatementsSum = tableCollector({
  help: "Sums of all statements, from performance_schema.events_statements_summary_by_digest.",
  from: "performance_schema.events_statements_summary_by_digest",
  metrics: {
    mysql_perf_schema_events_statements_sum_total: {
      type: "counter",
      help: "Statements, from COUNT_STAR.",
      column: "SUM(count_star)",
    },
    mysql_perf_schema_events_statements_sum_created_tmp_disk_tables: {
      type: "counter",
      help: "Temporary tables on the disk, from SUM_CREATED_TMP_DISK_TABLES.",
      column: "SUM(sum_created_tmp_disk_tables)",
    },
    mysql_perf_schema_events_statements_sum_created_tmp_tables: {
      type: "counter",
      help: "Temporary tables, from SUM_CREATED_TMP_TABLES.",
      column: "SUM(sum_created_tmp_tables)",
    },
    mysql_perf_schema_events_statements_sum_errors: {
      type: "counter",
      help: "Errors, from SUM_ERRORS.",
      column: "SUM(sum_errors)",
    },
    mysql_perf_schema_events_statements_sum_lock_time: {
      type: "counter",
      help: "Time waited for locks in picoseconds, from SUM_LOCK_TIME.",
      column: "SUM(sum_lock_time)",
    },
    mysql_perf_schema_events_statements_sum_no_good_index_used: {
      type: "counter",
      help: "Statements that found no good index, from SUM_NO_GOOD_INDEX_USED.",
      column: "SUM(sum_no_good_index_used)",
    },
    mysql_perf_schema_events_statements_sum_no_index_used: {
      type: "counter",
      help: "Statements that used no index, from SUM_NO_INDEX_USED.",
      column: "SUM(sum_no_index_used)",
    },
    mysql_perf_schema_events_statements_sum_rows_affected: {
      type: "counter",
      help: "Rows that were changed, from SUM_ROWS_AFFECTED.",
      column: "SUM(sum_rows_affected)",
    },
    mysql_perf_schema_events_statements_sum_rows_examined: {
      type: "counter",
      help: "Rows that were read, from SUM_ROWS_EXAMINED.",
      column: "SUM(sum_rows_examined)",
    },
    mysql_perf_schema_events_statements_sum_rows_sent: {
      type: "counter",
      help: "Rows that were sent, from SUM_ROWS_SENT.",
      column: "SUM(sum_rows_sent)",
    },
    mysql_perf_schema_events_statements_sum_select_full_join: {
      type: "counter",
      help: "Joins without an index, from SUM_SELECT_FULL_JOIN.",
      column: "SUM(sum_select_full_join)",
    },
    mysql_perf_schema_events_statements_sum_select_full_range_join: {
      type: "counter",
      help: "Joins with a range of a reference table, from SUM_SELECT_FULL_RANGE_JOIN.",
      column: "SUM(sum_select_full_range_join)",
    },
    mysql_perf_schema_events_statements_sum_select_range: {
      type: "counter",
      help: "Joins with a range of the first table, from SUM_SELECT_RANGE.",
      column: "SUM(sum_select_range)",
    },
    mysql_perf_schema_events_statements_sum_select_range_check: {
      type: "counter",
      help: "Joins that look for an index at each row, from SUM_SELECT_RANGE_CHECK.",
      column: "SUM(sum_select_range_check)",
    },
    mysql_perf_schema_events_statements_sum_select_scan: {
      type: "counter",
      help: "Joins that read all of the first table, from SUM_SELECT_SCAN.",
      column: "SUM(sum_select_scan)",
    },
    mysql_perf_schema_events_statements_sum_sort_merge_passes: {
      type: "counter",
      help: "Merge passes of sorting, from SUM_SORT_MERGE_PASSES.",
      column: "SUM(sum_sort_merge_passes)",
    },
    mysql_perf_schema_events_statements_sum_sort_range: {
      type: "counter",
      help: "Sorts of ranges, from SUM_SORT_RANGE.",
      column: "SUM(sum_sort_range)",
    },
    mysql_perf_schema_events_statements_sum_sort_rows: {
      type: "counter",
      help: "Rows that were sorted, from SUM_SORT_ROWS.",
      column: "SUM(sum_sort_rows)",
    },
    mysql_perf_schema_events_statements_sum_sort_scan: {
      type: "counter",
      help: "Sorts of whole tables, from SUM_SORT_SCAN.",
      column: "SUM(sum_sort_scan)",
    },
    mysql_perf_schema_events_statements_sum_timer_wait: {
      type: "counter",
      help: "Time that statements took, in seconds, from SUM_TIMER_WAIT.",
      column: "SUM(sum_timer_wait)",
      scale: PICO,
    },
    mysql_perf_schema_events_statements_sum_warnings: {
      type: "counter",
      help: "Warnings, from SUM_WARNINGS.",
      column: "SUM(sum_warnings)",
    },
  },
});
