import assert from "node:assert/strict";
import { Agent } from "node:http";
import { describe, it } from "node:test";
import { ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { prepareNginx } from "./_nginx.ts";

const EXPORTER = new URL("../../plugins/nginx_exporter/exporter.ts", import.meta.url).pathname;
const needs = needsProgram(["nginx", "openssl", "prometheus"], "apt-get install -y nginx openssl prometheus");

describe("the dashboard of nginx_exporter", needs, () => {
  it("gets data for every query from a Prometheus that scrapes the exporter", async () => {
    await using nginx = await prepareNginx();
    await nginx.start();
    const args = ["--web.listen-address=127.0.0.1:0", `--nginx.scrape-uri=${nginx.url}/stub_status`];
    // The exporter keeps its connection, and what is divided by those that nobody makes is no number.
    await using _visitors = visit(nginx.url);
    await using exporter = await startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: nginx
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`);
    try {
      const queries = await queriesOf("nginx_exporter");
      assert.ok(queries.length > 10);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(expression, (found) => found.length > 0);
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [up] = await prometheus.query("nginx_up");
      assert.equal(up?.value, 1);
    } finally {
      await prometheus.stop();
    }
  });
});

/** Visits a page now and then, on a new connection each time. */
function visit(url: string): AsyncDisposable {
  const agent = new Agent();
  let isOver = false;
  const visits = (async () => {
    while (!isOver) {
      await ask(url, { agent });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await visits;
    },
  };
}
