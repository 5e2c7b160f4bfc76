import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeDatabase, table } from "./_testing.ts";
import { tableCollector } from "./table_collector.ts";

describe("tableCollector()", () => {
  const queues = tableCollector({
    help: "Queues.",
    from: ({ collect }) => ({ sql: "queues WHERE owner = ?", values: [collect.heartbeat.database] }),
    labels: { queue: { sql: "name", shown: (name, { mysqld }) => `${name}@${mysqld.address}` } },
    metrics: {
      mysql_queue_jobs_total: { type: "counter", help: "Jobs.", by: "state", columns: { done: "done", failed: "bad" } },
      mysql_queue_wait_seconds: { type: "gauge", help: "Wait.", column: "wait", scale: 1e-3, labels: { kind: "kind" } },
    },
  });

  it("tableCollector() makes series of rows, and none of NULL", async () => {
    const database = fakeDatabase({
      SELECT: table([], ["mail", "7", "1", "fast", "2500"], ["print", "3", null, null, "1"]),
    });
    assert.deepEqual((await expose(queues, database, { mysqld: { address: "db:1" } })).sort(), [
      'mysql_queue_jobs_total{queue="mail@db:1",state="done"} 7',
      'mysql_queue_jobs_total{queue="mail@db:1",state="failed"} 1',
      'mysql_queue_jobs_total{queue="print@db:1",state="done"} 3',
      'mysql_queue_wait_seconds{queue="mail@db:1",kind="fast"} 2.5',
      'mysql_queue_wait_seconds{queue="print@db:1",kind=""} 0.001',
    ]);
    assert.deepEqual(database.asked, ["SELECT name, done, bad, kind, wait FROM queues WHERE owner = ? | heartbeat"]);
  });

  it("tableCollector() asks nothing of a server that has not what it asks for", async () => {
    const database = fakeDatabase({});
    const collector = tableCollector({
      help: "Nothing.",
      isThere: () => Promise.resolve(false),
      from: "nowhere",
      metrics: { mysql_nothing: { type: "gauge", help: "Nothing.", column: "x" } },
    });
    assert.deepEqual(await expose(collector, database), []);
    assert.deepEqual(database.asked, []);
  });

  it("tableCollector() is off unless it says else", () => assert.equal(queues.enabled, false));
});
