import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, FakeServer, samples } from "./_testing.ts";
import { bgwriter } from "./bgwriter.ts";

describe("bgwriter", () => {
  it("bgwriter keeps its names where checkpoints have a view of their own", async () => {
    const row = { buffers_clean: "1", checkpoints_timed: "2", checkpoint_write_time: 3.5, stats_reset: new Date(4000) };
    const server = new FakeServer({ pg_stat_checkpointer: [row] }, { versionNumber: 170_002 });
    assert.deepEqual(samples(await expose({ bgwriter }, server)), [
      'pg_stat_bgwriter_buffers_clean_total{server="db:5432"} 1',
      'pg_stat_bgwriter_checkpoint_write_time_total{server="db:5432"} 3.5',
      'pg_stat_bgwriter_checkpoints_timed_total{server="db:5432"} 2',
      'pg_stat_bgwriter_stats_reset_total{server="db:5432"} 4',
    ]);
  });
});
