import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, FakeServer, samples } from "./_testing.ts";
import { bgwriter } from "./bgwriter.ts";

describe("bgwriter", () => {
  it("bgwriter keeps its names where checkpoints have a view of their own", async () => {
    const row = { buffers_backend: 5, checkpoints_timed: "2", checkpoint_write_time: 3.5, stats_reset: new Date(4000) };
    for (const [versionNumber, buffers] of [[170_002, "writes, 0"], [180_004, "write_bytes, 0"]] as const) {
      const server = new FakeServer({ pg_stat_checkpointer: [row] }, { versionNumber });
      const shown = samples(await expose({ bgwriter }, server));
      assert.ok(server.queries[0]?.includes(buffers));
      assert.deepEqual(shown, [
        'pg_stat_bgwriter_buffers_backend_total{server="db:5432"} 5',
        'pg_stat_bgwriter_checkpoint_write_time_total{server="db:5432"} 3.5',
        'pg_stat_bgwriter_checkpoints_timed_total{server="db:5432"} 2',
        'pg_stat_bgwriter_stats_reset_total{server="db:5432"} 4',
      ]);
    }
  });
});
