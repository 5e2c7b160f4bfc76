import { counter, gauge, untyped } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { setColumns, textOf } from "./_rows.ts";

const LABELS = ["datid", "datname", "server"] as const;

/** Collects what PostgreSQL counts for each database; without a name, for what belongs to none. */
export const statDatabase = defineDefault({
  help: "Transactions, rows, blocks, temporary files and sessions of each database.",
  metrics: {
    numbackends: gauge(...named("numbackends", "Sessions that are connected")),
    xact_commit: counter(...named("xact_commit", "Transactions that were committed")),
    xact_rollback: counter(...named("xact_rollback", "Transactions that were rolled back")),
    blks_read: counter(...named("blks_read", "Blocks that were read from disk")),
    blks_hit: counter(...named("blks_hit", "Blocks that were found in the buffer cache")),
    tup_returned: counter(...named("tup_returned", "Rows that scans returned")),
    tup_fetched: counter(...named("tup_fetched", "Rows that were fetched through indexes")),
    tup_inserted: counter(...named("tup_inserted", "Rows that were inserted")),
    tup_updated: counter(...named("tup_updated", "Rows that were updated")),
    tup_deleted: counter(...named("tup_deleted", "Rows that were deleted")),
    conflicts: counter(...named("conflicts", "Queries that were cancelled for the sake of recovery, on a standby")),
    temp_files: counter(...named("temp_files", "Temporary files that queries made")),
    temp_bytes: counter(...named("temp_bytes", "Bytes that queries wrote to temporary files")),
    deadlocks: counter(...named("deadlocks", "Deadlocks that were found")),
    checksum_failures: untyped(...named("checksum_failures", "Blocks with a wrong checksum; NaN without checksums")),
    checksum_last_failure: untyped(
      ...named("checksum_last_failure", "When one was last found, in Unix time; NaN if never"),
    ),
    blk_read_time: counter(...named("blk_read_time", "Milliseconds in which files were read, with track_io_timing")),
    blk_write_time: counter(
      ...named("blk_write_time", "Milliseconds in which files were written, with track_io_timing"),
    ),
    session_time: untyped(...named("session_time", "Milliseconds that sessions lasted")),
    active_time: untyped(...named("active_time", "Milliseconds that sessions were busy")),
    idle_in_transaction_time: untyped(
      ...named("idle_in_transaction_time", "Milliseconds that sessions left a transaction open"),
    ),
    sessions: untyped(...named("sessions", "Sessions that were established")),
    sessions_abandoned: untyped(...named("sessions_abandoned", "Sessions whose client got lost")),
    sessions_fatal: untyped(...named("sessions_fatal", "Sessions that a fatal error ended")),
    sessions_killed: untyped(...named("sessions_killed", "Sessions that an operator ended")),
    parallel_workers_to_launch: untyped(
      ...named("parallel_workers_to_launch", "Parallel workers that queries wanted, from PostgreSQL 18 on"),
    ),
    parallel_workers_launched: untyped(
      ...named("parallel_workers_launched", "Parallel workers that they got, from PostgreSQL 18 on"),
    ),
    stats_reset: counter(...named("stats_reset", "When these counts began, in Unix time; missing if never reset")),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server } = resource.facts;
    for (const row of await resource.query("SELECT * FROM pg_stat_database", signal)) {
      setColumns(metrics, row, { datid: textOf(row.datid), datname: textOf(row.datname), server });
    }
  },
});

function named(column: string, what: string): [name: string, help: string, labelNames: typeof LABELS] {
  return [`pg_stat_database_${column}`, `${what}, from ${column} of pg_stat_database.`, LABELS];
}
