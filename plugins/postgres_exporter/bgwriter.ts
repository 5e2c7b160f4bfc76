import { counter } from "@exporterkit/core";
import { define } from "./_define.ts";
import { setColumns } from "./_rows.ts";

const LABELS = ["server"] as const;

const QUERY = "SELECT * FROM pg_stat_bgwriter";

/** From 17 on checkpoints have a view of their own, and what backends write is in pg_stat_io. */
const QUERY_17 = queryOf("coalesce(writes, 0) + coalesce(extends, 0)");
/** From 18 on one write there can be of several buffers. */
const QUERY_18 = queryOf(
  "(coalesce(write_bytes, 0) + coalesce(extend_bytes, 0)) / current_setting('block_size')::int",
);

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
    buffers_backend: total("buffers_backend", "Buffers that backends had to write themselves"),
    buffers_backend_fsync: total("buffers_backend_fsync", "Calls of fsync that backends had to make"),
    buffers_alloc: total("buffers_alloc", "Buffers that were allocated"),
    stats_reset: total("stats_reset", "When these counts began, in Unix time"),
  },
  async collect({ resource, metrics, signal }) {
    const { label: server, versionNumber } = resource.facts;
    const query = versionNumber >= 180_000 ? QUERY_18 : versionNumber >= 170_000 ? QUERY_17 : QUERY;
    const [row = {}] = await resource.query(query, signal);
    setColumns(metrics, row, { server });
  },
});

function total(column: string, what: string) {
  return counter(`pg_stat_bgwriter_${column}_total`, `${what}, from ${column} of pg_stat_bgwriter.`, LABELS);
}

/** Asks the newer views by the names that the older had. */
function queryOf(buffers: string): string {
  return `
SELECT buffers_clean, maxwritten_clean, buffers_alloc, bgwriter.stats_reset,
  num_timed AS checkpoints_timed, num_requested AS checkpoints_req,
  write_time AS checkpoint_write_time, sync_time AS checkpoint_sync_time, buffers_written AS buffers_checkpoint,
  backends.buffers AS buffers_backend, backends.fsyncs AS buffers_backend_fsync
FROM pg_stat_bgwriter AS bgwriter, pg_stat_checkpointer, (
  SELECT sum(${buffers})::float8 AS buffers, sum(coalesce(fsyncs, 0))::float8 AS fsyncs
  FROM pg_stat_io
  WHERE object = 'relation' AND backend_type NOT IN ('background writer', 'checkpointer', 'standalone backend')
) AS backends`;
}
