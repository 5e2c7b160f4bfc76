import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase, table } from "./_testing.ts";
import { parseResponseTimes, queryResponseTime } from "./info_schema_query_response_time.ts";

const ON = table(["@@query_response_time_stats"], ["1"]);

describe("queryResponseTime", () => {
  it("queryResponseTime exposes a histogram of each table that there is", async () => {
    const database = fakeDatabase({
      "SELECT @@": ON,
      "SELECT TIME, COUNT, TOTAL FROM information_schema.QUERY_RESPONSE_TIME_READ": { refusal: "ER_UNKNOWN_TABLE" },
      "SELECT TIME, COUNT, TOTAL FROM information_schema.QUERY_RESPONSE_TIME_WRITE": { refusal: "ER_UNKNOWN_TABLE" },
      "SELECT TIME, COUNT, TOTAL FROM information_schema.QUERY_RESPONSE_TIME": captured("query_response_time.tsv"),
    });
    const lines = await expose(queryResponseTime, database);
    assert.equal(lines.length, 16);
    assert.ok(lines.includes('mysql_info_schema_query_response_time_seconds_bucket{le="1e-05"} 6'));
    assert.ok(lines.includes('mysql_info_schema_query_response_time_seconds_bucket{le="+Inf"} 69'));
    assert.ok(lines.includes("mysql_info_schema_query_response_time_seconds_count 69"));
  });

  it("queryResponseTime exposes nothing where nothing is measured", async () => {
    for (const answer of [table([], ["0"]), { refusal: "ER_UNKNOWN_SYSTEM_VARIABLE" }]) {
      assert.deepEqual(await expose(queryResponseTime, fakeDatabase({ "SELECT @@": answer })), []);
    }
  });

  it("queryResponseTime fails where it may not look", async () => {
    const refusal = "ER_SPECIFIC_ACCESS_DENIED_ERROR";
    await assert.rejects(expose(queryResponseTime, fakeDatabase({ "SELECT @@": { refusal } })), { code: refusal });
    const database = fakeDatabase({ "SELECT @@": ON, "SELECT TIME": { refusal } });
    await assert.rejects(expose(queryResponseTime, database), { code: refusal });
  });
});

describe("parseResponseTimes()", () => {
  it("parseResponseTimes() counts what took too long, whose total nobody tells", () => {
    const rows = [["  0.1", "4", "  0.2"], ["  1.0", "2", "  1.3"], ["TOO LONG", "1", "TOO LONG"]];
    assert.deepEqual(parseResponseTimes({ rows }), { bounds: [0.1, 1], buckets: [4, 6], count: 7, sum: 1.5 });
  });
});
