import { gauge } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { setColumns, textOf } from "./_rows.ts";

const LABELS = ["database", "server", "slot_name"] as const;

/** A server in recovery knows only how much it has received. */
const QUERY = `
SELECT slot_name, database, active, pg_wal_lsn_diff(
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
)::float8 AS pg_wal_lsn_diff
FROM pg_replication_slots`;

/** Collects which replication slots hold back how much of the write-ahead log. */
export const replicationSlots = defineDefault({
  alias: { flag: "collector.replication_slot" },
  help: "Replication slots, and the write-ahead log that is kept for them.",
  metrics: {
    active: gauge("pg_replication_slots_active", "Whether somebody uses the slot, from pg_replication_slots.", LABELS),
    pg_wal_lsn_diff: gauge(
      "pg_replication_slots_pg_wal_lsn_diff",
      "Bytes of write-ahead log since restart_lsn of pg_replication_slots; NaN if none is kept.",
      LABELS,
    ),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server } = resource.facts;
    for (const row of await resource.query(QUERY, signal)) {
      setColumns(metrics, row, { database: textOf(row.database), server, slot_name: textOf(row.slot_name) });
    }
  },
});
