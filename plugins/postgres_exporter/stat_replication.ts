import { gauge, untyped } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { needsOthers } from "./_privileges.ts";
import { setColumns, textOf } from "./_rows.ts";

const LABELS = ["application_name", "client_addr", "server", "slot_name", "state"] as const;

/** A server in recovery writes no log of its own. */
const QUERY = `
SELECT application_name, client_addr, state, reply_time, slots.slot_name,
  pg_wal_lsn_diff(current.lsn, '0/0')::float8 AS pg_current_wal_lsn_bytes,
  pg_wal_lsn_diff(current.lsn, replay_lsn)::float8 AS pg_wal_lsn_diff
FROM pg_stat_replication AS standbys
CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() END AS lsn) AS current
LEFT JOIN pg_replication_slots AS slots ON slots.active_pid = standbys.pid`;

/** Collects how far the standbys are. */
export const statReplication = defineDefault({
  alias: { flag: "collector.replication" },
  help: "Standbys that stream from this server, and how far they are behind.",
  metrics: {
    pg_current_wal_lsn_bytes: gauge(
      "pg_stat_replication_pg_current_wal_lsn_bytes",
      "Bytes of write-ahead log that this server ever wrote, from pg_current_wal_lsn(); NaN in recovery.",
      LABELS,
    ),
    pg_wal_lsn_diff: gauge(
      "pg_stat_replication_pg_wal_lsn_diff",
      "Bytes of it that the standby has not replayed, from replay_lsn of pg_stat_replication; NaN in recovery.",
      LABELS,
    ),
    reply_time: untyped(
      "pg_stat_replication_reply_time",
      "When the standby last replied, in Unix time, from reply_time of pg_stat_replication.",
      LABELS,
    ),
  },
  async collect({ resource, metrics, signal }) {
    needsOthers(resource.facts, "other roles' standbys in pg_stat_replication");
    const { label: server } = resource.facts;
    for (const row of await resource.query(QUERY, signal)) {
      setColumns(metrics, row, {
        application_name: textOf(row.application_name),
        client_addr: textOf(row.client_addr),
        server,
        slot_name: textOf(row.slot_name),
        state: textOf(row.state),
      });
    }
  },
});
