import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeDatabase, table } from "./_testing.ts";
import { slaveHosts } from "./slave_hosts.ts";

describe("slaveHosts", () => {
  const servers: [what: string, statement: string, columns: string[], row: string[], labels: string][] = [
    [
      "MariaDB",
      "SHOW SLAVE HOSTS",
      ["Server_id", "Host", "Port", "Master_id"],
      ["2", "db2", "3306", "1"],
      'slave_uuid=""',
    ],
    [
      "MySQL",
      "SHOW REPLICAS",
      ["Server_Id", "Host", "Port", "Source_Id", "Replica_UUID"],
      ["2", "db2", "3306", "1", "u-2"],
      'slave_uuid="u-2"',
    ],
  ];
  for (const [what, statement, columns, row, label] of servers) {
    it(`slaveHosts exposes the replicas of ${what}`, async () => {
      assert.deepEqual(await expose(slaveHosts, fakeDatabase({ [statement]: table(columns, row) })), [
        `mysql_heartbeat_mysql_slave_hosts_info{server_id="2",slave_host="db2",port="3306",master_id="1",${label}} 1`,
      ]);
    });
  }
});
