import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase, table } from "./_testing.ts";
import { globalStatus } from "./global_status.ts";

describe("globalStatus", () => {
  it("globalStatus exposes what a MariaDB says", async () => {
    const lines = await expose(globalStatus, fakeDatabase({ "SHOW GLOBAL STATUS": captured("global_status.tsv") }));
    const has = (line: string) => assert.ok(lines.includes(line), line);
    has('mysql_global_status_commands_total{command="admin_commands"} 0');
    has('mysql_global_status_handlers_total{handler="tmp_write"} 3');
    has('mysql_global_status_connection_errors_total{error="max_connections"} 0');
    has("mysql_global_status_innodb_page_size 16384");
    has("mysql_global_status_innodb_have_punch_hole 1");
    has("mysql_global_status_slave_running 0");
    assert.equal(lines.length, new Set(lines).size);
    assert.ok(lines.length > 500);
  });

  it("globalStatus tells the pages of the buffer pool apart", async () => {
    const rows = ["data 3", "dirty 1", "free 5", "total 9", "flushed 7", "misc 0", "old 2", "LRU_flushed 4"].map(
      (row) => {
        const [name, value] = row.split(" ");
        return [`Innodb_buffer_pool_pages_${name}`, value!];
      },
    );
    const database = fakeDatabase({ "SHOW GLOBAL STATUS": table(["Variable_name", "Value"], ...rows) });
    assert.deepEqual((await expose(globalStatus, database)).sort(), [
      "mysql_global_status_buffer_pool_dirty_pages 1",
      'mysql_global_status_buffer_pool_page_changes_total{operation="flushed"} 7',
      'mysql_global_status_buffer_pool_page_changes_total{operation="lru_flushed"} 4',
      'mysql_global_status_buffer_pool_pages{state="data"} 3',
      'mysql_global_status_buffer_pool_pages{state="free"} 5',
      'mysql_global_status_buffer_pool_pages{state="misc"} 0',
      'mysql_global_status_buffer_pool_pages{state="old"} 2',
    ]);
  });

  it("globalStatus knows Galera, rows of MySQL, and names that no metric can have", async () => {
    const rows = [
      ["wsrep_local_state_uuid", "6c06e583"],
      ["wsrep_cluster_state_uuid", "6c06e583"],
      ["wsrep_provider_version", "26.4"],
      ["wsrep_cluster_status", "Primary"],
      ["Innodb_rows_read", "8"],
      ["Performance_schema_users_lost", "1"],
      ["Plugin.some-thing", "2"],
      ["Ssl_cipher", ""],
    ];
    const database = fakeDatabase({ "SHOW GLOBAL STATUS": table(["Variable_name", "Value"], ...rows) });
    assert.deepEqual((await expose(globalStatus, database)).sort(), [
      'mysql_galera_status_info{wsrep_local_state_uuid="6c06e583",wsrep_cluster_state_uuid="6c06e583",wsrep_provider_version="26.4"} 1',
      'mysql_global_status_innodb_row_ops_total{operation="read"} 8',
      'mysql_global_status_performance_schema_lost_total{instrumentation="users_lost"} 1',
      "mysql_global_status_plugin_some_thing 2",
      "mysql_global_status_wsrep_cluster_status 1",
      "mysql_global_status_wsrep_provider_version 26.4",
    ]);
  });
});
