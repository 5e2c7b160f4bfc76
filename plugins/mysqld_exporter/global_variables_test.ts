import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase } from "./_testing.ts";
import { gcacheSize, globalVariables } from "./global_variables.ts";

describe("globalVariables", () => {
  it("globalVariables exposes what a MariaDB says", async () => {
    const answers = { "SHOW GLOBAL VARIABLES": captured("global_variables.tsv") };
    const lines = await expose(globalVariables, fakeDatabase(answers));
    const has = (line: string) => assert.ok(lines.includes(line), line);
    has('mysql_version_info{innodb_version="",version="10.11.19-MariaDB-0+deb12u1-log",version_comment="Debian 12"} 1');
    has('mysql_transaction_isolation{level="REPEATABLE-READ"} 1');
    has('mysql_galera_variables_info{wsrep_cluster_name="my_wsrep_cluster"} 1');
    has("mysql_global_variables_max_connections 151");
    has("mysql_global_variables_log_bin 1");
    has("mysql_global_variables_have_ssl 0");
    assert.deepEqual(lines.filter((line) => /datadir|gcache|hostname/.test(line)), []);
    assert.ok(lines.length > 450);
  });
});

describe("gcacheSize()", () => {
  const cases: [options: string, bytes: number][] = [
    ["base_dir = /var; gcache.size = 128M; gcs.fc_limit = 16;", 134217728],
    ["gcache.size = 2G;", 2147483648],
    ["gcache.size = 1048576;", 1048576],
    ["gcache.keep_pages_size = 1M;", 0],
  ];
  for (const [options, bytes] of cases) {
    it(`gcacheSize() finds ${bytes} bytes in ${options}`, () => assert.equal(gcacheSize(options), bytes));
  }
});
