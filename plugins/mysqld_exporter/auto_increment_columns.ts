import { tableCollector } from "./table_collector.ts";

/** The largest number of a column's type: one bit more where it has no sign. */
const MOST = `POW(2, CASE c.data_type
  WHEN 'tinyint' THEN 7 WHEN 'smallint' THEN 15 WHEN 'mediumint' THEN 23 WHEN 'int' THEN 31 WHEN 'bigint' THEN 63
  END + (c.column_type LIKE '% unsigned%')) - 1`;

/** Reports how far numbering columns have come. */
export const autoIncrementColumns = tableCollector({
  help: "Columns that number their rows, from information_schema.tables and columns.",
  from: "information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name) " +
    "WHERE c.extra = 'auto_increment' AND t.auto_increment IS NOT NULL",
  labels: { schema: "t.table_schema", table: "t.table_name", column: "c.column_name" },
  metrics: {
    mysql_info_schema_auto_increment_column: {
      type: "gauge",
      help: "The next number, from auto_increment.",
      column: "t.auto_increment",
    },
    mysql_info_schema_auto_increment_column_max: {
      type: "gauge",
      help: "The largest number that the column's type can hold, from column_type.",
      column: MOST,
    },
  },
});
