import { defineExporter, handler } from "@exporterkit/core";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failedPartly, scraped, scrapeMetrics } from "./scrapes.ts";

describe("scraped()", () => {
  it("counts scrapes, and says whether all of the last one went well", async () => {
    let fails = "";
    const exporter = defineExporter({
      name: "tested",
      version: "0.0.0",
      port: 9187,
      metrics: scrapeMetrics,
      scraped,
      collectors: {
        steady: { help: "Is well.", collect: () => {} },
        unsteady: {
          help: "Fails as told.",
          collect({ held }) {
            if (fails === "partly") failedPartly(held);
            if (fails === "wholly") throw new Error("as told");
          },
        },
      },
    });
    await using served = handler(exporter);
    const scrape = async () => {
      const text = await (await served.fetch(new Request("http://localhost/metrics"))).text();
      return text.match(/(?<=^pg_exporter_)(?!last_scrape_duration).*$/gm);
    };
    assert.deepEqual(await scrape(), ["last_scrape_error 0", "scrapes_total 1"]);
    fails = "wholly";
    assert.deepEqual(await scrape(), ["last_scrape_error 1", "scrapes_total 2"]);
    fails = "partly";
    assert.deepEqual(await scrape(), ["last_scrape_error 1", "scrapes_total 3"]);
    fails = "";
    assert.deepEqual(await scrape(), ["last_scrape_error 0", "scrapes_total 4"]);
  });
});
