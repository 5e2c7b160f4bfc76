import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captured, expose, fakeDatabase } from "./_testing.ts";
import { engineInnodbStatus, parseInnodbStatus } from "./engine_innodb_status.ts";

describe("engineInnodbStatus", () => {
  it("engineInnodbStatus exposes what a MariaDB's monitor tells", async () => {
    const database = fakeDatabase({ "SHOW ENGINE INNODB STATUS": captured("innodb_status.tsv") });
    assert.deepEqual(await expose(engineInnodbStatus, database), [
      "mysql_engine_innodb_read_views_open_inside_innodb 0",
    ]);
  });
});

describe("parseInnodbStatus()", () => {
  it("parseInnodbStatus() finds what MySQL's monitor tells", () => {
    const text = "ROW OPERATIONS\n4 queries inside InnoDB, 2 queries in queue\n3 read views open inside InnoDB\n";
    assert.deepEqual(parseInnodbStatus(text), { inside: 4, queued: 2, readViews: 3 });
  });

  it("parseInnodbStatus() finds nothing in another text", () => assert.deepEqual(parseInnodbStatus("nothing"), {}));
});
