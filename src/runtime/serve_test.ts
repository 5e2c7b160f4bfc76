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
