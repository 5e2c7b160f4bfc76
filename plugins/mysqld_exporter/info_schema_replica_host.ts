import { type Database, hasCode } from "./database.ts";
import { tableCollector } from "./table_collector.ts";

const TABLE = "information_schema.replica_host_status";

/** Reports the instances of an Amazon Aurora cluster. */
export const replicaHost = tableCollector({
  help: `Instances of an Aurora cluster, from ${TABLE}.`,
  isThere,
  from: TABLE,
  labels: { server_id: "server_id", role: "IF(session_id = 'MASTER_SESSION_ID', 'writer', 'reader')" },
  metrics: {
    mysql_info_schema_replica_host_cpu_percent: {
      type: "gauge",
      help: "Use of CPUs in percent, from CPU.",
      column: "cpu",
    },
    mysql_info_schema_replica_host_replica_latency_seconds: {
      type: "gauge",
      help: "Latency between source and replica, from MASTER_SLAVE_LATENCY_IN_MICROSECONDS.",
      column: "master_slave_latency_in_microseconds",
      scale: 1e-6,
    },
    mysql_info_schema_replica_host_lag_seconds: {
      type: "gauge",
      help: "How far a replica is behind, from REPLICA_LAG_IN_MILLISECONDS.",
      column: "replica_lag_in_milliseconds",
      scale: 1e-3,
    },
    mysql_info_schema_replica_host_log_stream_speed: {
      type: "gauge",
      help: "Speed of the log in KiB per second, from LOG_STREAM_SPEED_IN_KiB_PER_SECOND.",
      column: "log_stream_speed_in_kib_per_second",
    },
    mysql_info_schema_replica_host_replay_latency_seconds: {
      type: "gauge",
      help: "Latency of replaying the log, from CURRENT_REPLAY_LATENCY_IN_MICROSECONDS.",
      column: "current_replay_latency_in_microseconds",
      scale: 1e-6,
    },
  },
});

/** Only Aurora has the table. */
async function isThere(database: Database, signal: AbortSignal): Promise<boolean> {
  try {
    await database.query(`SELECT 1 FROM ${TABLE} LIMIT 0`, { signal });
    return true;
  } catch (error) {
    if (hasCode(error, "ER_UNKNOWN_TABLE")) return false;
    throw error;
  }
}
