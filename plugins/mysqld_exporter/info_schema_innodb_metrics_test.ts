import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase, table } from "./_testing.ts";
import { innodbMetrics } from "./info_schema_innodb_metrics.ts";

describe("innodbMetrics", () => {
  it("innodbMetrics exposes what a MariaDB says", async () => {
    const lines = await expose(innodbMetrics, fakeDatabase({ SELECT: captured("innodb_metrics.tsv") }));
    const has = (line: string) => assert.ok(lines.includes(line), line);
    has("mysql_info_schema_innodb_metrics_server_innodb_page_size 16384");
    has("mysql_info_schema_innodb_metrics_lock_lock_row_lock_waits_total 0");
    assert.deepEqual(lines.filter((line) => line.includes("pool_pages_total")), []);
  });

  it("innodbMetrics groups pages, and knows how MySQL says that something is on", async () => {
    const database = fakeDatabase({
      SELECT: table(
        ["NAME", "SUBSYSTEM", "COUNT", "TYPE", "COMMENT", "STATUS"],
        ["buffer_page_read_index_leaf", "buffer_page_io", "3", "counter", "R", "enabled"],
        ["buffer_page_written_undo_log", "buffer_page_io", "4", "counter", "W", "enabled"],
        ["buffer_pool_pages_total", "buffer", "9", "value", "T", "enabled"],
        ["buffer_pool_pages_data", "buffer", "5", "value", "D", "enabled"],
        ["buffer_pool_pages_dirty", "buffer", "2", "value", "Y", "enabled"],
        ["lock_deadlocks", "lock", "-1", "counter", "L", "enabled"],
        ["os_pending", "os", "1", "status_counter", "", "enabled"],
        ["dml_reads", "dml", "8", "counter", "X", "disabled"],
      ),
    });
    assert.deepEqual((await expose(innodbMetrics, database)).sort(), [
      'mysql_info_schema_innodb_metrics_buffer_page_read_total{type="index_leaf"} 3',
      'mysql_info_schema_innodb_metrics_buffer_page_written_total{type="undo_log"} 4',
      "mysql_info_schema_innodb_metrics_buffer_pool_dirty_pages 2",
      'mysql_info_schema_innodb_metrics_buffer_pool_pages{state="data"} 5',
      "mysql_info_schema_innodb_metrics_lock_lock_deadlocks -1",
      "mysql_info_schema_innodb_metrics_os_os_pending_total 1",
    ]);
  });
});
