import { tableCollector } from "./table_collector.ts";

const MILLI = 1 / 1000;

/** Reports what compressed pages take of the buffer pool. */
export const innodbCmpmem = tableCollector({
  help: "Compressed pages in InnoDB's buffer pool, from information_schema.innodb_cmpmem.",
  enabled: true,
  from: "information_schema.innodb_cmpmem",
  labels: { page_size: "page_size", buffer_pool: "buffer_pool_instance" },
  metrics: {
    mysql_info_schema_innodb_cmpmem_pages_used_total: {
      type: "counter",
      help: "Blocks in use, from pages_used.",
      column: "pages_used",
    },
    mysql_info_schema_innodb_cmpmem_pages_free_total: {
      type: "counter",
      help: "Blocks to be had, from pages_free.",
      column: "pages_free",
    },
    mysql_info_schema_innodb_cmpmem_relocation_ops_total: {
      type: "counter",
      help: "Blocks that were moved, from relocation_ops.",
      column: "relocation_ops",
    },
    mysql_info_schema_innodb_cmpmem_relocation_time_seconds_total: {
      type: "counter",
      help: "Time taken to move blocks, from relocation_time.",
      column: "relocation_time",
      scale: MILLI,
    },
  },
});
