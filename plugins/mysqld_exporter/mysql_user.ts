import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";

const LABELS = ["mysql_user", "hostmask"] as const;
const LIMITS = ["max_questions", "max_updates", "max_connections", "max_user_connections"];

/** Reports the accounts of the server. */
export const mysqlUser = defineCollector<MysqldSettings, Database>()({
  help: "Limits and privileges of accounts, from mysql.user.",
  enabled: false,
  async collect({ resource, signal, settings, family }) {
    const { columns, rows } = await resource.query("SELECT * FROM mysql.user", { signal });
    const names = columns.map((column) => column.toLowerCase());
    for (const row of rows) {
      const labels = { mysql_user: row[names.indexOf("user")] ?? "", hostmask: row[names.indexOf("host")] ?? "" };
      names.forEach((name, i) => {
        const isPrivilege = settings.collect.mysql.user.privileges && name.endsWith("_priv");
        if (!isPrivilege && !LIMITS.includes(name)) return;
        const value = isPrivilege ? Number(row[i] === "Y") : Number(row[i]);
        family(gauge(metricName("mysql_mysql", name), `Column ${columns[i]}.`, LABELS)).set(labels, value);
      });
    }
  },
});
