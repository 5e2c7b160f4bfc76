import { tableCollector } from "./table_collector.ts";

/** Databases of the server's own. */
const OWN = ["mysql", "performance_schema", "information_schema"];

/** Reports the size of tables. */
export const tables = tableCollector({
  help: "Size of tables, from information_schema.tables. Slow where there are many.",
  from: ({ collect: { info_schema: { tables: { databases } } } }) => {
    const isAll = databases === "*";
    const names = isAll ? OWN : databases.split(",");
    const list = names.map(() => "?").join(", ");
    return { sql: `information_schema.tables WHERE table_schema ${isAll ? "NOT " : ""}IN (${list})`, values: names };
  },
  labels: { schema: "table_schema", table: "table_name" },
  metrics: {
    mysql_info_schema_table_rows: {
      type: "gauge",
      help: "Rows of a table as the server estimates them, from TABLE_ROWS.",
      column: "IFNULL(table_rows, 0)",
    },
    mysql_info_schema_table_size: {
      type: "gauge",
      help: "Size of the parts of a table in bytes, from DATA_LENGTH, INDEX_LENGTH and DATA_FREE.",
      by: "component",
      columns: {
        data_length: "IFNULL(data_length, 0)",
        index_length: "IFNULL(index_length, 0)",
        data_free: "IFNULL(data_free, 0)",
      },
    },
    mysql_info_schema_table_version: {
      type: "gauge",
      help: "Version of the table's definition, from VERSION.",
      labels: {
        type: "table_type",
        engine: "IFNULL(engine, 'NONE')",
        row_format: "IFNULL(row_format, 'NONE')",
        create_options: "IFNULL(create_options, 'NONE')",
      },
      column: "IFNULL(version, 0)",
    },
  },
});
