import { counter, untyped } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { setColumns, textOf } from "./_rows.ts";

const LABELS = ["datid", "datname", "server"] as const;

/** Collects why queries of a standby were cancelled. */
export const statDatabaseConflicts = defineDefault({
  help: "Queries that a standby cancelled for the sake of recovery, by cause.",
  metrics: {
    confl_tablespace: counter(...named("confl_tablespace", "dropped tablespaces")),
    confl_lock: counter(...named("confl_lock", "locks")),
    confl_snapshot: counter(...named("confl_snapshot", "old snapshots")),
    confl_bufferpin: counter(...named("confl_bufferpin", "pinned buffers")),
    confl_deadlock: counter(...named("confl_deadlock", "deadlocks")),
    confl_active_logicalslot: untyped(...named("confl_active_logicalslot", "logical slots, from PostgreSQL 16 on")),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server } = resource.facts;
    for (const row of await resource.query("SELECT * FROM pg_stat_database_conflicts", signal)) {
      setColumns(metrics, row, { datid: textOf(row.datid), datname: textOf(row.datname), server });
    }
  },
});

function named(column: string, cause: string): [name: string, help: string, labelNames: typeof LABELS] {
  const help = `Queries that were cancelled because of ${cause}, from ${column} of pg_stat_database_conflicts.`;
  return [`pg_stat_database_conflicts_${column}`, help, LABELS];
}
