import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startServer } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { fill, prepareRedis } from "./_redis.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;
const needs = needsProgram(["redis-server", "redis-cli", "prometheus"], "apt-get install -y redis-server prometheus");

describe("the dashboard of redis_exporter", needs, () => {
  it("gets data for every query from a Prometheus that scrapes the exporter", async () => {
    await using redis = await prepareRedis();
    await redis.start();
    await fill(redis);
    await using replica = await prepareRedis([`replicaof 127.0.0.1 ${redis.port}`]);
    await replica.start();
    // Hits, of which a share can be told only while there are some.
    const lookups = setInterval(() => void redis.run("get", "a").catch(() => {}), 200);
    const args = ["--web.listen-address=127.0.0.1:0", `--redis.addr=${redis.url}`];
    await using exporter = await startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: redis
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`);
    try {
      const queries = await queriesOf("redis_exporter");
      assert.ok(queries.length > 30);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(expression, (found) => found.length > 0);
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [up] = await prometheus.query("redis_up");
      assert.equal(up?.value, 1);
    } finally {
      clearInterval(lookups);
      await prometheus.stop();
    }
  });
});
