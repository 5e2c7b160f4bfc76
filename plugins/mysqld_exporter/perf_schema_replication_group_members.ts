import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports the members of a replication group. Which facts there are of one depends on the server's version. */
export const groupMembers = defineCollector<MysqldSettings, Database>()({
  help: "Members of group replication, from performance_schema.replication_group_members.",
  enabled: false,
  async collect({ resource, signal, family }) {
    const { columns, rows } = await resource.query("SELECT * FROM performance_schema.replication_group_members", {
      signal,
    });
    const names = columns.map((column) => column.toLowerCase());
    const info = family(gauge("mysql_perf_schema_replication_group_member_info", "Facts about a member.", names));
    for (const row of rows) info.labels(...row.map((cell) => cell ?? "")).set(1);
  },
});
