import { tableCollector } from "./table_collector.ts";

/** The metrics, by the column that says when. */
const TIMES: Readonly<Record<string, string>> = {
  last_applied_transaction_original_commit: "When the last transaction was committed at its origin",
  last_applied_transaction_immediate_commit: "When the last transaction was committed at the source",
  last_applied_transaction_start_apply: "When applying the last transaction began",
  last_applied_transaction_end_apply: "When applying the last transaction ended",
  applying_transaction_original_commit: "When the current transaction was committed at its origin",
  applying_transaction_immediate_commit: "When the current transaction was committed at the source",
  applying_transaction_start_apply: "When applying the current transaction began",
};

/** Reports how far the workers of a replica are. MariaDB's table says nothing of that. */
export const applierStatusByWorker = tableCollector({
  help: "Workers of replication, from performance_schema.replication_applier_status_by_worker of MySQL.",
  from: "performance_schema.replication_applier_status_by_worker",
  labels: { channel_name: "channel_name", member_id: "worker_id" },
  metrics: Object.fromEntries(
    Object.entries(TIMES).map(([name, help]) => [`mysql_perf_schema_${name}_timestamp_seconds`, {
      type: "gauge" as const,
      help: `${help}, from ${name.toUpperCase()}_TIMESTAMP; 0 if never.`,
      // Never is the year 0 there.
      column: `IFNULL(UNIX_TIMESTAMP(${name}_timestamp), 0)`,
    }]),
  ),
});
