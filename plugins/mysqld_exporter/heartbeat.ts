import { tableCollector } from "./table_collector.ts";

/** Reports the table that pt-heartbeat writes to at a source, as it arrived here. */
export const heartbeat = tableCollector({
  help: "Heartbeats of replication, from the table of pt-heartbeat or the like.",
  from: ({ collect: { heartbeat: { database, table, utc } } }) => ({
    // The time of now stands in a row of its own, so that columns need not know the settings.
    sql: `${quoted(database)}.${quoted(table)} h, (SELECT ${utc ? "UTC_TIMESTAMP(6)" : "NOW(6)"} AS now) n`,
  }),
  labels: { server_id: "h.server_id" },
  metrics: {
    mysql_heartbeat_stored_timestamp_seconds: {
      type: "gauge",
      help: "Time of the last heartbeat that arrived, from ts.",
      column: "UNIX_TIMESTAMP(h.ts)",
    },
    mysql_heartbeat_now_timestamp_seconds: {
      type: "gauge",
      help: "Time of this server.",
      column: "UNIX_TIMESTAMP(n.now)",
    },
  },
});

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
