import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineExporter, handler } from "@exporterkit/core";
import { scraped, scrapeMetrics } from "./scrapes.ts";

describe("scraped()", () => {
  it("counts scrapes, and the failures of each collector", async () => {
    let fails = true;
    const exporter = defineExporter({
      name: "mysqld",
      version: "0.0.0",
      port: 9104,
      namespace: "mysql",
      metrics: scrapeMetrics,
      scraped,
      collectors: {
        steady: { help: "Is well.", collect: () => {} },
        unsteady: {
          help: "Fails as told.",
          collect() {
            if (fails) throw new Error("as told");
          },
        },
      },
    });
    await using served = handler(exporter);
    const scrape = async () => {
      const text = await (await served.fetch(new Request("http://localhost/metrics"))).text();
      return text.match(/^mysql_exporter_(?!build|collector_duration).*$|^mysql_exporter_coll.*(?= \S+$)/gm);
    };
    const names = ["steady", "unsteady"].map((name) =>
      `mysql_exporter_collector_duration_seconds{collector="collect.${name}"}`
    );
    const failed = 'mysql_exporter_scrape_errors_total{collector="collect.unsteady"} 1';
    assert.deepEqual(await scrape(), [
      ...names,
      "mysql_exporter_last_scrape_error 1",
      failed,
      "mysql_exporter_scrapes_total 1",
    ]);
    fails = false;
    assert.deepEqual(await scrape(), [
      ...names,
      "mysql_exporter_last_scrape_error 0",
      failed,
      "mysql_exporter_scrapes_total 2",
    ]);
  });
});
