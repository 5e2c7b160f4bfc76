import { defineCollector, untyped } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";
import { statusNumber } from "./status_number.ts";

/** Reports the status of TokuDB, which Percona Server 5.7 and MariaDB 10.5 are the last to have. */
export const engineTokudbStatus = defineCollector<MysqldSettings, Database>()({
  help: "Status of TokuDB, from SHOW ENGINE TOKUDB STATUS.",
  enabled: false,
  async collect({ resource, signal, family }) {
    const { rows } = await resource.query("SHOW ENGINE TOKUDB STATUS", { signal });
    for (const [, name, text = null] of rows) {
      const value = statusNumber(text);
      if (name === null || name === undefined || value === undefined) continue;
      family(untyped(metricName("mysql_engine_tokudb", wordsOf(name)), `TokuDB's ${name}.`)).set(value);
    }
  },
});

/** `ft: leaf / 64k` with words for what no name may hold, as mysqld_exporter has them. */
function wordsOf(name: string): string {
  return name.replace(/[>,:()]/g, "").replace(/[+/]/g, "and").replace(/[ -]/g, "_");
}
