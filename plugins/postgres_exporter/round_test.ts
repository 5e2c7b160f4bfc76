import { defineExporter, handler } from "@exporterkit/core";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inRounds, roundMetrics } from "./round.ts";

/** What one scrape after the other says, of collectors that fail as told. */
function scraper(fails: () => boolean) {
  const exporter = defineExporter({
    name: "tested",
    version: "0.0.0",
    port: 9187,
    metrics: roundMetrics,
    collectors: inRounds({
      steady: { help: "Is well.", collect: () => {} },
      unsteady: {
        help: "Fails as told.",
        collect() {
          if (fails()) throw new Error("as told");
        },
      },
    }),
  });
  const served = handler(exporter);
  return async () => {
    const text = await (await served.fetch(new Request("http://localhost/metrics"))).text();
    return text.match(/^pg_exporter_(?!last_scrape_duration).*$/gm);
  };
}

describe("inRounds()", () => {
  it("counts a scrape once, and says whether a collector of it failed", async () => {
    let fails = false;
    const scrape = scraper(() => fails);
    assert.deepEqual(await scrape(), ["pg_exporter_last_scrape_error 0", "pg_exporter_scrapes_total 1"]);
    fails = true;
    assert.deepEqual(await scrape(), ["pg_exporter_last_scrape_error 1", "pg_exporter_scrapes_total 2"]);
    fails = false;
    assert.deepEqual(await scrape(), ["pg_exporter_last_scrape_error 0", "pg_exporter_scrapes_total 3"]);
  });
});
