import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, FakeServer, samples } from "./_testing.ts";
import { database } from "./database.ts";

describe("database", () => {
  it("database passes over one that was dropped meanwhile", async () => {
    const server = new FakeServer({ pg_database_size: [{ datname: "a", bytes: "1" }, { datname: "b", bytes: null }] });
    assert.deepEqual(samples(await expose({ database }, server)), [
      'pg_database_size_bytes{datname="a",server="db:5432"} 1',
    ]);
  });

  it("database does not ask for the size of what is excluded, however it is called", async () => {
    const server = new FakeServer({ pg_database_size: [] });
    await expose({ database }, server, { excludeDatabases: "rdsadmin, it's" });
    assert.match(server.queries[0]!, / WHERE datname NOT IN \('rdsadmin', 'it''s'\)$/);
  });
});
