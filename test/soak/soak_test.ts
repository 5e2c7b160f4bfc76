import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { needsCarriedRuntimes } from "../_programs.ts";
import { soak } from "./_soak.ts";

describe("an exporter that is scraped often while everything goes wrong", needsCarriedRuntimes(), () => {
  it("answers every scrape with what is true, and holds on to nothing", async () => {
    const { spoilt, before, after, log } = await soak({ warmUpScrapes: 300, scrapes: 600, everyMs: 5 });
    assert.equal(spoilt, 0);
    assert.equal(after.listeners, before.listeners);
    for (const [kind, count] of Object.entries(after.resources)) {
      assert.ok(count <= (before.resources[kind] ?? 0), `${kind}: ${before.resources[kind] ?? 0}, then ${count}`);
    }
    // What is collected and compiled moves by a few hundred KB; a run that stayed would be 600 of them.
    assert.ok(after.heapBytes < before.heapBytes + 2_000_000, `${before.heapBytes}, then ${after.heapBytes}`);
    assert.doesNotMatch(log, /Warning/);
  });
});
