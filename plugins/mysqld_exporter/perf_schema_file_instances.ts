import { tableCollector } from "./table_collector.ts";
import { withoutPrefix } from "./without_prefix.ts";

/** Reports reads and writes of each file. */
export const fileInstances = tableCollector({
  help: "Use of each file, from performance_schema.file_summary_by_instance.",
  from: ({ collect: { perf_schema: { file_instances } } }) => ({
    sql: "performance_schema.file_summary_by_instance WHERE file_name REGEXP ?",
    values: [file_instances.filter],
  }),
  labels: {
    file_name: {
      sql: "file_name",
      shown: (name, { collect: { perf_schema } }) => withoutPrefix(name, perf_schema.file_instances.remove_prefix),
    },
    event_name: "event_name",
  },
  metrics: {
    mysql_perf_schema_file_instances_total: {
      type: "counter",
      help: "Operations, from COUNT_READ and COUNT_WRITE.",
      by: "mode",
      columns: { read: "count_read", write: "count_write" },
    },
    mysql_perf_schema_file_instances_bytes: {
      type: "counter",
      help: "Bytes, from SUM_NUMBER_OF_BYTES_READ and SUM_NUMBER_OF_BYTES_WRITE.",
      by: "mode",
      columns: { read: "sum_number_of_bytes_read", write: "sum_number_of_bytes_write" },
    },
  },
});
