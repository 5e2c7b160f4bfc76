import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase, table } from "./_testing.ts";
import { accountStatistics } from "./account_statistics.ts";

describe("accountStatistics()", () => {
  it("accountStatistics() exposes what a MariaDB says of users", async () => {
    const database = fakeDatabase({ "SELECT @@": table([], ["1"]), "SELECT *": captured("user_statistics.tsv") });
    const lines = await expose(accountStatistics("user"), database);
    const has = (line: string) => assert.ok(lines.includes(line), `${line}\n${lines.join("\n")}`);
    has('mysql_info_schema_user_statistics_concurrent_connections{user="root"} 1');
    has('mysql_info_schema_user_statistics_max_statement_time_exceeded{user="root"} 0');
    assert.ok(
      lines.some((line) => line.startsWith('mysql_info_schema_user_statistics_total_connections{user="root"}')),
    );
    assert.ok(
      lines.some((line) => line.startsWith('mysql_info_schema_user_statistics_busy_seconds_total{user="root"}')),
    );
    assert.equal(lines.length, 24);
  });

  it("accountStatistics() exposes nothing where nothing is counted", async () => {
    for (const answer of [table([], ["0"]), { refusal: "ER_UNKNOWN_SYSTEM_VARIABLE" }]) {
      assert.deepEqual(await expose(accountStatistics("client"), fakeDatabase({ "SELECT @@": answer })), []);
    }
  });
});
