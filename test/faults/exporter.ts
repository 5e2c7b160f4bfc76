/** One service as an exporter of its own; `SERVICE` says which. */
import { defineExporter, gauge, serve } from "@exporterkit/core";
import { readBacklog, readBackup, sourcesOf } from "./services.ts";

const name = Deno.env.get("SERVICE")!;
const sources = sourcesOf(name);

const exporter = defineExporter({
  name,
  version: "1.0.0",
  port: 9876,
  collectors: {
    backlog: {
      help: "What waits.",
      metrics: { backlog: gauge(`${name}_backlog`, "Jobs that wait.", ["queue"]) },
      maxSeries: 1000,
      collect: ({ metrics, fetch, signal }) =>
        readBacklog(sources, (queue, jobs) => metrics.backlog.set({ queue }, jobs), { fetch, signal }),
    },
    workers: {
      help: "Who works.",
      metrics: { workers: gauge(`${name}_workers`, "Workers that run.") },
      collect: ({ metrics }) => metrics.workers.set(4),
    },
    backup: {
      help: "What the backup job has left.",
      metrics: { backup: gauge(`${name}_last_backup_timestamp_seconds`, "When the last backup was made.") },
      async collect({ metrics }) {
        metrics.backup.set(await readBackup(sources));
      },
    },
  },
});

export default serve(exporter, import.meta);
