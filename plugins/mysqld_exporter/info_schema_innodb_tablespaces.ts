import { defineCollector, gauge } from "@exporterkit/core";
import { type Database, hasCode, type Table } from "./database.ts";
import type { MysqldSettings } from "./settings.ts";

/** MySQL 8 has left out `sys`; MariaDB and MySQL 5.7 have not. */
const TABLES = ["innodb_tablespaces", "innodb_sys_tablespaces"];

/** Reports the tablespaces of InnoDB. */
export const innodbTablespaces = defineCollector<MysqldSettings, Database>()({
  help: "Tablespaces of InnoDB, from information_schema.innodb_tablespaces or innodb_sys_tablespaces.",
  enabled: false,
  metrics: {
    info: gauge("mysql_info_schema_innodb_tablespace_space_info", "Number of a tablespace, from SPACE.", [
      "tablespace_name",
      "file_format",
      "row_format",
      "space_type",
    ]),
    fileSize: gauge("mysql_info_schema_innodb_tablespace_file_size_bytes", "Size of its file, from FILE_SIZE.", [
      "tablespace_name",
    ]),
    allocatedSize: gauge(
      "mysql_info_schema_innodb_tablespace_allocated_size_bytes",
      "Space that its file takes on the disk, from ALLOCATED_SIZE.",
      ["tablespace_name"],
    ),
  },
  async collect({ resource, signal, metrics }) {
    const { columns, rows } = await readTablespaces(resource, signal);
    for (const row of rows) {
      // FILE_FORMAT and SPACE_TYPE are not in every server.
      const cell = (name: string) => row[columns.indexOf(name)] ?? undefined;
      const tablespace_name = cell("NAME") ?? "";
      metrics.info.set({
        tablespace_name,
        file_format: cell("FILE_FORMAT") ?? "NONE",
        row_format: cell("ROW_FORMAT") ?? "NONE",
        space_type: cell("SPACE_TYPE") ?? "NONE",
      }, Number(cell("SPACE")));
      metrics.fileSize.set({ tablespace_name }, Number(cell("FILE_SIZE")));
      metrics.allocatedSize.set({ tablespace_name }, Number(cell("ALLOCATED_SIZE")));
    }
  },
});

async function readTablespaces(database: Database, signal: AbortSignal): Promise<Table> {
  let missing: unknown;
  for (const table of TABLES) {
    try {
      return await database.query(`SELECT * FROM information_schema.${table}`, { signal });
    } catch (error) {
      if (!hasCode(error, "ER_UNKNOWN_TABLE")) throw error;
      missing = error;
    }
  }
  throw missing;
}
