import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { needsPostgres, preparePostgres, prepareStandby, startOurs } from "./_postgres.ts";

const needs = { ...needsProgram("prometheus", "apt-get install -y prometheus"), ...needsPostgres() };

describe("the dashboard of postgres_exporter", needs, () => {
  it("gets data for every query from a Prometheus that scrapes the exporter", async () => {
    await using primary = await preparePostgres();
    await primary.start();
    await using standby = await prepareStandby(primary);
    await standby.start();
    await using exporter = await startOurs(primary.dataSource());
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: postgres
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`);
    try {
      const queries = await queriesOf("postgres_exporter");
      assert.ok(queries.length > 20);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(
          expression,
          (found) => found.some(({ value }) => Number.isFinite(value)),
        );
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [up] = await prometheus.query("pg_up");
      assert.equal(up?.value, 1);
    } finally {
      await prometheus.stop();
    }
  });
});
