import { tableCollector } from "./table_collector.ts";

/** Reports how often InnoDB compressed pages. */
export const innodbCmp = tableCollector({
  help: "Compression of InnoDB's pages, from information_schema.innodb_cmp.",
  enabled: true,
  from: "information_schema.innodb_cmp",
  labels: { page_size: "page_size" },
  metrics: {
    mysql_info_schema_innodb_cmp_compress_ops_total: {
      type: "counter",
      help: "Pages that were to be compressed, from compress_ops.",
      column: "compress_ops",
    },
    mysql_info_schema_innodb_cmp_compress_ops_ok_total: {
      type: "counter",
      help: "Pages that were compressed, from compress_ops_ok.",
      column: "compress_ops_ok",
    },
    mysql_info_schema_innodb_cmp_compress_time_seconds_total: {
      type: "counter",
      help: "Time taken to compress pages, from compress_time.",
      column: "compress_time",
    },
    mysql_info_schema_innodb_cmp_uncompress_ops_total: {
      type: "counter",
      help: "Pages that were uncompressed, from uncompress_ops.",
      column: "uncompress_ops",
    },
    mysql_info_schema_innodb_cmp_uncompress_time_seconds_total: {
      type: "counter",
      help: "Time taken to uncompress pages, from uncompress_time.",
      column: "uncompress_time",
    },
  },
});
