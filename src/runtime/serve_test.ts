import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineExporter } from "../exporter/definition.ts";
import { handler } from "./serve.ts";

function closable(closed: string[]) {
  return defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    open: () => "resource",
    close: (resource) => void closed.push(resource),
    collectors: { subject: { help: "Uses it.", collect: ({ resource }) => void resource } },
  });
}

const REQUEST = "http://localhost/metrics";

describe("handler()", () => {
  it("gives everything back at the end of a scope", async () => {
    const closed: string[] = [];
    {
      await using served = handler(closable(closed));
      assert.equal((await served.fetch(new Request(REQUEST))).status, 200);
      assert.deepEqual(closed, []);
    }
    assert.deepEqual(closed, ["resource"]);
  });

  it("answers scrapes with 503 after it was closed", async () => {
    const served = handler(closable([]));
    await served.fetch(new Request(REQUEST));
    await served.close();
    const answer = await served.fetch(new Request(REQUEST));
    assert.deepEqual([answer.status, await answer.text()], [503, 'Cannot scrape exporter "t": it is closed\n']);
  });

  it("does not look at what this platform hands to fetch beside the request", async () => {
    await using served = handler(closable([]));
    const handed = new Proxy({}, {
      get: (_, key) => assert.fail(`${String(key)} was looked at`),
    });
    assert.equal((await served.fetch(new Request(REQUEST), handed)).status, 200);
    await served.scheduled({ scheduledTime: 1_700_000_000_000 }, handed);
  });

  it("runs nothing on a trigger where collectors run by themselves", async () => {
    let runs = 0;
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      collectors: { subject: { help: "Counts.", freshness: { every: "1h" }, collect: () => void runs++ } },
    });
    await using served = handler(exporter);
    await served.fetch(new Request(REQUEST));
    await served.scheduled({ scheduledTime: Date.now() + 7_200_000 });
    assert.equal(runs, 1);
  });

  it("does nothing when it is closed before the first request, and answers none", async () => {
    const closed: string[] = [];
    const served = handler(closable(closed));
    await served.close();
    assert.throws(() => served.fetch(new Request(REQUEST)), {
      message: 'Cannot answer for exporter "t": it was closed',
    });
    assert.deepEqual(closed, []);
  });
});
