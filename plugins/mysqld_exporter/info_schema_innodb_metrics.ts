import { counter, defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports InnoDB's own counters that are switched on. */
export const innodbMetrics = defineCollector<MysqldSettings, Database>()({
  help: "Counters of InnoDB that are switched on, from information_schema.innodb_metrics.",
  enabled: false,
  metrics: {
    read: counter(
      "mysql_info_schema_innodb_metrics_buffer_page_read_total",
      "Pages that were read, from buffer_page_read_*.",
      ["type"],
    ),
    written: counter(
      "mysql_info_schema_innodb_metrics_buffer_page_written_total",
      "Pages that were written, from buffer_page_written_*.",
      ["type"],
    ),
    pages: gauge(
      "mysql_info_schema_innodb_metrics_buffer_pool_pages",
      "Pages of the buffer pool by state, from buffer_pool_pages_*.",
      ["state"],
    ),
    dirtyPages: gauge(
      "mysql_info_schema_innodb_metrics_buffer_pool_dirty_pages",
      "Pages of the buffer pool that are to be written, from buffer_pool_pages_dirty.",
    ),
  },
  async collect({ resource, signal, metrics, family }) {
    const { columns, rows } = await resource.query("SELECT * FROM information_schema.innodb_metrics", { signal });
    const position = (name: string) => columns.findIndex((column) => column.toLowerCase() === name);
    const [NAME, SUBSYSTEM, COUNT, TYPE, COMMENT] = ["name", "subsystem", "count", "type", "comment"].map(position);
    // MySQL says `enabled` in the column status, MariaDB 1 in the column enabled.
    const ENABLED = Math.max(position("status"), position("enabled"));
    for (const row of rows) {
      if (row[ENABLED] !== "enabled" && row[ENABLED] !== "1") continue;
      const [name, subsystem, type] = [row[NAME!] ?? "", row[SUBSYSTEM!] ?? "", row[TYPE!] ?? ""];
      const value = Number(row[COUNT!]);
      const [, direction, page = ""] = /^buffer_page_(read|written)_(.+)$/.exec(name) ?? [];
      const [, state] = /^buffer_pool_pages_(.+)$/.exec(name) ?? [];
      if (subsystem === "buffer_page_io") {
        if (direction !== undefined) metrics[direction as "read" | "written"].set({ type: page }, value);
      } else if (subsystem === "buffer" && state !== undefined) {
        if (state === "dirty") metrics.dirtyPages.set(value);
        // The total is the sum of the states.
        else if (state !== "total") metrics.pages.set({ state }, value);
      } else {
        const metric = `mysql_info_schema_innodb_metrics_${subsystem}_${name}`;
        const help = row[COMMENT!] || metric;
        // What InnoDB calls a counter can be negative for a moment: https://bugs.mysql.com/bug.php?id=75966
        if (/^(status_)?counter$/.test(type) && value >= 0) family(counter(`${metric}_total`, help)).set(value);
        else family(gauge(metric, help)).set(value);
      }
    }
  },
});
