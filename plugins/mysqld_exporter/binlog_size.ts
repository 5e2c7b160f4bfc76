import { defineCollector, gauge } from "@exporterkit/core";
import type { Database } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** Reports what binary logs there are. */
export const binlogSize = defineCollector<MysqldSettings, Database>()({
  help: "Size and number of binary logs, from SHOW BINARY LOGS.",
  enabled: false,
  metrics: {
    size: gauge("mysql_binlog_size_bytes", "Size of all binary logs, from File_size."),
    files: gauge("mysql_binlog_files", "Number of binary logs."),
    fileNumber: gauge("mysql_binlog_file_number", "Number of the last binary log, from Log_name."),
  },
  async collect({ resource, signal, metrics }) {
    // Where there are none, asking for them is an error.
    const { rows: [[isOn] = []] } = await resource.query("SELECT @@log_bin", { signal });
    if (isOn === "0") return;
    const { rows } = await resource.query("SHOW BINARY LOGS", { signal });
    metrics.size.set(rows.reduce((sum, [, size]) => sum + Number(size), 0));
    metrics.files.set(rows.length);
    const number = /\.(\d+)$/.exec(rows.at(-1)?.[0] ?? "")?.[1];
    if (number !== undefined) metrics.fileNumber.set(Number(number));
  },
});
