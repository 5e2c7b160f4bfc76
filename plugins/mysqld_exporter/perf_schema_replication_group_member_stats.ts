import { counter, defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports what this member of a replication group does with transactions. MySQL 5.7 has the first four columns only. */
export const groupMemberStats = defineCollector<MysqldSettings, Database>()({
  help: "Transactions of group replication, from performance_schema.replication_group_member_stats.",
  enabled: false,
  metrics: {
    COUNT_TRANSACTIONS_IN_QUEUE: gauge(
      "mysql_perf_schema_transactions_in_queue",
      "Transactions that wait to be checked for conflicts, from COUNT_TRANSACTIONS_IN_QUEUE.",
    ),
    COUNT_TRANSACTIONS_CHECKED: counter(
      "mysql_perf_schema_transactions_checked_total",
      "Transactions that were checked for conflicts, from COUNT_TRANSACTIONS_CHECKED.",
    ),
    COUNT_CONFLICTS_DETECTED: counter(
      "mysql_perf_schema_conflicts_detected_total",
      "Transactions that had conflicts, from COUNT_CONFLICTS_DETECTED.",
    ),
    COUNT_TRANSACTIONS_ROWS_VALIDATING: counter(
      "mysql_perf_schema_transactions_rows_validating_total",
      "Rows to find conflicts with, from COUNT_TRANSACTIONS_ROWS_VALIDATING.",
    ),
    COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE: gauge(
      "mysql_perf_schema_transactions_remote_in_applier_queue",
      "Transactions of others that wait to be applied, from COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE.",
    ),
    COUNT_TRANSACTIONS_REMOTE_APPLIED: counter(
      "mysql_perf_schema_transactions_remote_applied_total",
      "Transactions of others that were applied, from COUNT_TRANSACTIONS_REMOTE_APPLIED.",
    ),
    COUNT_TRANSACTIONS_LOCAL_PROPOSED: counter(
      "mysql_perf_schema_transactions_local_proposed_total",
      "Transactions that were sent to the group, from COUNT_TRANSACTIONS_LOCAL_PROPOSED.",
    ),
    COUNT_TRANSACTIONS_LOCAL_ROLLBACK: counter(
      "mysql_perf_schema_transactions_local_rollback_total",
      "Transactions that the group did not want, from COUNT_TRANSACTIONS_LOCAL_ROLLBACK.",
    ),
  },
  async collect({ resource, signal, metrics }) {
    const { columns, rows } = await resource.query(
      "SELECT * FROM performance_schema.replication_group_member_stats WHERE member_id = @@server_uuid",
      { signal },
    );
    const known = new Map(Object.entries(metrics));
    for (const row of rows) columns.forEach((column, i) => known.get(column)?.set(Number(row[i])));
  },
});
