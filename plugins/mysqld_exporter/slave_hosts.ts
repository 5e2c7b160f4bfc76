import { defineCollector, gauge } from "@exporterkit/core";
import { type Database, hasCode, type Table } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports the replicas that are connected. */
export const slaveHosts = defineCollector<MysqldSettings, Database>()({
  help: "Replicas that are connected, from SHOW SLAVE HOSTS or SHOW REPLICAS.",
  enabled: false,
  metrics: {
    // mysqld_exporter calls it so.
    hosts: gauge("mysql_heartbeat_mysql_slave_hosts_info", "A replica that is connected.", [
      "server_id",
      "slave_host",
      "port",
      "master_id",
      "slave_uuid",
    ]),
  },
  async collect({ resource, signal, metrics }) {
    const { columns, rows } = await askHosts(resource, signal);
    for (const row of rows) {
      const text = (...names: readonly string[]) =>
        names.map((name) => row[columns.indexOf(name)]).find((cell) => cell !== undefined) ?? "";
      metrics.hosts.set({
        server_id: text("Server_id", "Server_Id"),
        slave_host: text("Host"),
        port: text("Port"),
        master_id: text("Master_id", "Source_Id"),
        slave_uuid: text("Slave_UUID", "Replica_UUID"),
      }, 1);
    }
  },
});

async function askHosts(database: Database, signal: AbortSignal): Promise<Table> {
  try {
    return await database.query("SHOW SLAVE HOSTS", { signal });
  } catch (error) {
    // MySQL 8.4 knows no slaves.
    if (!hasCode(error, "ER_PARSE_ERROR")) throw error;
    return await database.query("SHOW REPLICAS", { signal });
  }
}
