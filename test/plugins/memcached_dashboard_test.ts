import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { prepareMemcached } from "./_memcached.ts";

const EXPORTER = new URL("../../plugins/memcached_exporter/exporter.ts", import.meta.url).pathname;
const needs = needsProgram(["memcached", "prometheus"], "apt-get install -y memcached prometheus");

describe("the dashboard of memcached_exporter", needs, () => {
  it("gets data for every query from a Prometheus that scrapes the exporter", async () => {
    await using memcached = prepareMemcached();
    await memcached.start();
    await memcached.ask("set a 0 0 5", "hello");
    const args = ["--web.listen-address=127.0.0.1:0", `--memcached.address=${memcached.address}`];
    await using exporter = await startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: memcached
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`);
    try {
      const queries = await queriesOf("memcached_exporter");
      assert.ok(queries.length > 20);
      for (const { panel, expression } of queries) {
        // Somebody has to ask for items, or else there is no ratio of hits.
        await memcached.ask("get a", "get b");
        const samples = await prometheus.until(
          expression,
          (found) => found.some(({ value }) => Number.isFinite(value)),
        );
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [up] = await prometheus.query("memcached_up");
      assert.equal(up?.value, 1);
    } finally {
      await prometheus.stop();
    }
  });
});
