import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import { metricName } from "./metric_name.ts";
import type { MysqldSettings } from "./settings.ts";
import { statusNumber } from "./status_number.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Reports how the server is configured. */
export const globalVariables = defineCollector<MysqldSettings, Database>()({
  help: "System variables, from SHOW GLOBAL VARIABLES.",
  metrics: {
    version: gauge("mysql_version_info", "Version of the server, from version, version_comment and innodb_version.", [
      "innodb_version",
      "version",
      "version_comment",
    ]),
    isolation: gauge("mysql_transaction_isolation", "Isolation of transactions, from transaction_isolation.", [
      "level",
    ]),
    galera: gauge("mysql_galera_variables_info", "Galera cluster, from wsrep_cluster_name.", ["wsrep_cluster_name"]),
    gcacheSize: gauge("mysql_galera_gcache_size_bytes", "Size of Galera's cache, from wsrep_provider_options."),
  },
  async collect({ resource, signal, metrics, family }) {
    const { rows } = await resource.query("SHOW GLOBAL VARIABLES", { signal });
    const texts = new Map(rows.map(([name, text]) => [name!.toLowerCase(), text ?? ""]));
    for (const [name, text] of texts) {
      const value = statusNumber(text);
      if (value === undefined) continue;
      family(gauge(metricName("mysql_global_variables", name), `System variable ${name}.`)).set(value);
    }
    const text = (name: string) => texts.get(name) ?? "";
    const [innodb_version, version, version_comment] = ["innodb_version", "version", "version_comment"].map(text);
    metrics.version.set({ innodb_version: innodb_version!, version: version!, version_comment: version_comment! }, 1);
    const level = text("transaction_isolation") || text("tx_isolation");
    if (level !== "") metrics.isolation.set({ level }, 1);
    const wsrep_cluster_name = text("wsrep_cluster_name");
    if (wsrep_cluster_name !== "") metrics.galera.set({ wsrep_cluster_name }, 1);
    const options = text("wsrep_provider_options");
    if (options !== "") metrics.gcacheSize.set(gcacheSize(options));
  },
});

/** Reads `gcache.size` out of Galera's options, in bytes; 0 if it is not there. */
export function gcacheSize(options: string): number {
  const { size = 0, unit = "" } = /\bgcache\.size = (?<size>\d+)(?<unit>[KMG]?);/.exec(options)?.groups ?? {};
  return Number(size) * UNITS[unit]!;
}
