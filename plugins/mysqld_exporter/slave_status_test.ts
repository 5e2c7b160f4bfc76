import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase, table } from "./_testing.ts";
import { slaveStatus } from "./slave_status.ts";

describe("slaveStatus", () => {
  it("slaveStatus exposes what a MariaDB says of each connection", async () => {
    const database = fakeDatabase({ "SHOW ALL SLAVES STATUS": captured("all_slaves_status.tsv") });
    const lines = await expose(slaveStatus, database);
    const labels = 'master_host="127.0.0.1",connection_name="shop"';
    assert.ok(lines.includes(`mysql_slave_status_slave_io_running{${labels}} 0`), lines.join("\n"));
    assert.ok(lines.includes(`mysql_slave_status_slave_sql_running{${labels}} 1`));
    assert.ok(lines.includes(`mysql_slave_status_last_io_errno{${labels}} 1045`));
    // NULL: nobody knows.
    assert.ok(!lines.some((line) => line.startsWith("mysql_slave_status_seconds_behind_master")));
    assert.ok(lines.length > 20);
  });

  it("slaveStatus exposes what a MySQL says that knows sources and replicas only", async () => {
    const database = fakeDatabase({ "SHOW REPLICA STATUS": captured("replica_status.tsv") });
    const lines = await expose(slaveStatus, database);
    const labels = 'master_host="127.0.0.1",master_uuid="5962d0bd-ebf7-11f1-b4f8-02fc00000001"';
    for (const field of ["replica_io_running 1", "replica_sql_running 1", "seconds_behind_source 0"]) {
      const [name, value] = field.split(" ");
      assert.ok(lines.includes(`mysql_slave_status_${name}{${labels}} ${value}`), lines.join("\n"));
    }
    assert.equal(lines.length, 21);
  });

  it("slaveStatus asks each server as it understands, and from then on only so", async () => {
    const answer = table(["Source_Host", "Source_UUID", "Channel_Name", "Replica_IO_Running"], [
      "db",
      "u-1",
      "c",
      "Yes",
    ]);
    const database = fakeDatabase({ "SHOW REPLICA STATUS": answer });
    const expected = ['mysql_slave_status_replica_io_running{master_host="db",master_uuid="u-1",channel_name="c"} 1'];
    assert.deepEqual(await expose(slaveStatus, database), expected);
    assert.deepEqual(await expose(slaveStatus, database), expected);
    assert.deepEqual(database.asked, [
      "SHOW ALL SLAVES STATUS",
      "SHOW SLAVE STATUS NONBLOCKING",
      "SHOW SLAVE STATUS NOLOCK",
      "SHOW SLAVE STATUS",
      "SHOW REPLICA STATUS",
      "SHOW REPLICA STATUS",
    ]);
  });

  it("slaveStatus says which right it lacks, and asks no further", async () => {
    const database = fakeDatabase({ "SHOW ALL SLAVES STATUS": { refusal: "ER_SPECIFIC_ACCESS_DENIED_ERROR" } });
    await assert.rejects(expose(slaveStatus, database), { code: "ER_SPECIFIC_ACCESS_DENIED_ERROR" });
    assert.equal(database.asked.length, 1);
  });

  it("slaveStatus exposes nothing of a server that replicates nothing", async () => {
    assert.deepEqual(await expose(slaveStatus, fakeDatabase({ "SHOW ALL SLAVES STATUS": table(["Master_Host"]) })), []);
  });
});
