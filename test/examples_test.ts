import { describe, it } from "node:test";
import assert from "node:assert/strict";

const EXAMPLES = new URL("../examples/", import.meta.url);

for (const { name } of Deno.readDirSync(EXAMPLES)) {
  describe(`examples/${name}`, () => {
    it("gives its description when it is imported, and does not listen", async () => {
      const { default: served } = await import(new URL(`${name}/exporter.ts`, EXAMPLES).href);
      assert.equal(served.exporter.name, name);
      assert.equal("ready" in served, false);
    });

    it("answers a scrape in which every collector succeeds", async () => {
      const { default: served } = await import(new URL(`${name}/exporter.ts`, EXAMPLES).href);
      const response: Response = await served.fetch(new Request("http://localhost/metrics"));
      assert.equal(response.status, 200);
      const text = await response.text();
      const outcomes = [...text.matchAll(/_scrape_collector_success\{collector="(\w+)"\} (\d)/g)];
      assert.deepEqual(
        outcomes.map(([, collector, success]) => [collector, success]),
        Object.keys(served.exporter.collectors).map((collector) => [collector, "1"]),
      );
    });
  });
}
