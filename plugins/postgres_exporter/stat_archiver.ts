import { counter, gauge } from "@exporterkit/core";
import { defineDefault } from "./_define.ts";
import { setColumns } from "./_rows.ts";

const QUERY = `
SELECT archived_count, failed_count, extract(epoch FROM now() - last_archived_time)::float8 AS last_archive_age
FROM pg_stat_archiver`;

/** Collects how archiving the write-ahead log goes. */
export const statArchiver = defineDefault({
  help: "Files of the write-ahead log that were archived, or not.",
  metrics: {
    archived_count: counter(
      "pg_stat_archiver_archived_count",
      "Files of the write-ahead log that were archived, from archived_count of pg_stat_archiver.",
      ["server"],
    ),
    failed_count: counter(
      "pg_stat_archiver_failed_count",
      "Attempts to archive such a file that failed, from failed_count of pg_stat_archiver.",
      ["server"],
    ),
    last_archive_age: gauge(
      "pg_stat_archiver_last_archive_age",
      "Seconds since a file was last archived, from last_archived_time of pg_stat_archiver; NaN if none was.",
      ["server"],
    ),
  },
  async collect({ resource, metrics, signal }) {
    const [row = {}] = await resource.query(QUERY, signal);
    setColumns(metrics, row, { server: resource.facts.label });
  },
});
