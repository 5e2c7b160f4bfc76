import { counter } from "@exporterkit/core";
import { define } from "./_define.ts";
import { setColumns } from "./_rows.ts";

const LABELS = ["server"] as const;

const QUERY = "SELECT * FROM pg_stat_bgwriter";
/** From 17 on checkpoints have a view of their own; what backends write is in pg_stat_io only. */
const QUERY_17 = `
SELECT buffers_clean, maxwritten_clean, buffers_alloc, bgwriter.stats_reset,
  num_timed AS checkpoints_timed, num_requested AS checkpoints_req,
  write_time AS checkpoint_write_time, sync_time AS checkpoint_sync_time, buffers_written AS buffers_checkpoint
FROM pg_stat_bgwriter AS bgwriter, pg_stat_checkpointer`;

/** Collects what the background writer and the checkpointer count. */
export const bgwriter = define({
  alias: { flag: "collector.stat_bgwriter" },
  help: "Work of the background writer and the checkpointer.",
  metrics: {
    checkpoints_timed: total("checkpoints_timed", "Checkpoints that were due"),
    checkpoints_req: total("checkpoints_req", "Checkpoints that were asked for"),
    checkpoint_write_time: total("checkpoint_write_time", "Milliseconds in which checkpoints wrote files"),
    checkpoint_sync_time: total("checkpoint_sync_time", "Milliseconds in which checkpoints synchronized files to disk"),
    buffers_checkpoint: total("buffers_checkpoint", "Buffers that checkpoints wrote"),
    buffers_clean: total("buffers_clean", "Buffers that the background writer wrote"),
    maxwritten_clean: total(
      "maxwritten_clean",
      "Scans that the background writer ended, having written too many buffers",
    ),
    buffers_backend: total("buffers_backend", "Buffers that backends had to write themselves, up to PostgreSQL 16"),
    buffers_backend_fsync: total(
      "buffers_backend_fsync",
      "Calls of fsync that backends had to make, up to PostgreSQL 16",
    ),
    buffers_alloc: total("buffers_alloc", "Buffers that were allocated"),
    stats_reset: total("stats_reset", "When these counts began, in Unix time"),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server, versionNumber } = resource.facts;
    const [row = {}] = await resource.query(versionNumber >= 170_000 ? QUERY_17 : QUERY, signal);
    setColumns(metrics, row, { server });
  },
});

function total(column: string, what: string) {
  return counter(`pg_stat_bgwriter_${column}_total`, `${what}, from ${column} of pg_stat_bgwriter.`, LABELS);
}
