import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase } from "./_testing.ts";
import { processlist, wordOf } from "./info_schema_processlist.ts";

describe("processlist", () => {
  const answers = { SELECT: captured("processlist.tsv") };

  it("processlist counts threads by what they do, by user and by host", async () => {
    assert.deepEqual((await expose(processlist, fakeDatabase(answers))).sort(), [
      'mysql_info_schema_processlist_processes_by_host{client_host="localhost"} 1',
      'mysql_info_schema_processlist_processes_by_host{client_host="unknown"} 2',
      'mysql_info_schema_processlist_processes_by_user{mysql_user="root"} 1',
      'mysql_info_schema_processlist_processes_by_user{mysql_user="system user"} 2',
      'mysql_info_schema_processlist_seconds{command="connect",state="connecting_to_master"} 1',
      'mysql_info_schema_processlist_seconds{command="query",state="filling_schema_table"} 0',
      'mysql_info_schema_processlist_seconds{command="slave_sql",state="slave_has_read_all_relay_log_waiting_for_more_updates"} 1',
      'mysql_info_schema_processlist_threads{command="connect",state="connecting_to_master"} 1',
      'mysql_info_schema_processlist_threads{command="query",state="filling_schema_table"} 1',
      'mysql_info_schema_processlist_threads{command="slave_sql",state="slave_has_read_all_relay_log_waiting_for_more_updates"} 1',
    ]);
  });

  it("processlist leaves out what the settings do not want", async () => {
    const database = fakeDatabase(answers);
    const wanted = { min_time: 10, processes_by_user: false, processes_by_host: false };
    const lines = await expose(processlist, database, { collect: { info_schema: { processlist: wanted } } });
    assert.deepEqual(lines.filter((line) => line.includes("processes_by")), []);
    assert.match(database.asked[0]!, / time >= \? .*\| 10$/);
  });
});

describe("wordOf()", () => {
  it("wordOf() makes a word of any state", () => {
    assert.equal(wordOf("Waiting for table metadata lock"), "waiting_for_table_metadata_lock");
    assert.equal(wordOf("Copying to tmp table (on-disk); x.y, z:"), "copying_to_tmp_table_on_disk_xy_z");
    assert.equal(wordOf(""), "unknown");
  });
});
