import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled, watched } from "./_testing.ts";
import { announceByLease } from "./lease_announcement.ts";

const QUEUE = { exporter: "queue", address: "10.0.0.5:9876" };
const PLACE = "http://discover:9099/base/instances/queue-10.0.0.5_9876";

function catalogue(...statuses: number[]) {
  const asked: { line: string; authorization: string | null; body: unknown }[] = [];
  function fetch(url: URL | RequestInfo, init: RequestInit = {}): Promise<Response> {
    asked.push({
      line: `${init.method} ${url}`,
      authorization: new Headers(init.headers).get("Authorization"),
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    return Promise.resolve(new Response(null, { status: statuses.shift() ?? 204 }));
  }
  return { asked, fetch };
}

describe("announceByLease()", () => {
  it("says everything with each renewal, and gives the lease back", async () => {
    const { asked, fetch } = catalogue();
    const watch = watched();
    const announcement = announceByLease(QUEUE, { url: "http://discover:9099/base/", fetch, ...watch });
    await settled(watch);
    await watch.beat();
    await announcement.withdraw();
    const body = {
      targets: ["10.0.0.5:9876"],
      labels: { job: "queue", __meta_exporterkit_exporter: "queue" },
      ttl: "60s",
    };
    assert.deepEqual(asked, [
      { line: `PUT ${PLACE}`, authorization: null, body },
      { line: `PUT ${PLACE}`, authorization: null, body },
      { line: `DELETE ${PLACE}`, authorization: null, body: undefined },
    ]);
  });

  it("reads the token anew for each request", async () => {
    const { asked, fetch } = catalogue(401);
    const watch = watched();
    const tokens = ["old", "new", "new"];
    const token = () => Promise.resolve(tokens.shift());
    announceByLease(QUEUE, { url: "http://discover:9099/base", fetch, token, ...watch });
    await settled(watch);
    await watch.beat();
    assert.deepEqual(asked.map(({ authorization }) => authorization), ["Bearer old", "Bearer new"]);
    assert.deepEqual(watch.lines, [`Cannot announce, trying again: PUT ${PLACE}: status 401: `, "Announced again: -"]);
  });

  it("follows no redirect", async () => {
    const { fetch } = catalogue(302, 302);
    const watch = watched();
    announceByLease(QUEUE, { url: "http://discover:9099/base", fetch, ...watch });
    await settled(watch);
    assert.match(watch.lines[0]!, /status 302/);
  });
});
