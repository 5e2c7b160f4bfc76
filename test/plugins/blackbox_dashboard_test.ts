import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { needsTargets, startOurs, startTargets, writeModules } from "./_blackbox.ts";
import { queriesOf } from "./_dashboard.ts";

const needs = { ...needsTargets(), ...needsProgram("prometheus", "apt-get install -y prometheus") };

describe("the dashboard of blackbox_exporter", needs, () => {
  it("gets data for every query from a Prometheus that probes by relabelling, and finds targets at /sd", async () => {
    await using targets = await startTargets();
    const modules = await writeModules(targets);
    const listed = targets.withPorts(
      "\ntargets:\n  - { target: 'https://localhost:GOOD/', module: http_ca, labels: { team: web } }\n",
    );
    await Deno.writeTextFile(modules, listed, { append: true });
    await using exporter = await startOurs(modules);
    const { host } = new URL(exporter.url);
    const job = (module: string, target: string) => `
  - job_name: ${module}
    scrape_interval: 1s
    metrics_path: /probe
    params: { module: [${module}] }
    static_configs: [{ targets: ["${targets.withPorts(target)}"] }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: "${host}" }`;
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: exporter
    scrape_interval: 1s
    static_configs: [{ targets: ["${host}"] }]
  - job_name: listed
    scrape_interval: 1s
    http_sd_configs: [{ url: "${exporter.url}/sd" }]${job("http_2xx", "http://127.0.0.1:WEB/")}${
      job("dns_a", "127.0.0.1:DNS")
    }${job("icmp", "127.0.0.1")}
`);
    try {
      const queries = await queriesOf("blackbox_exporter");
      assert.ok(queries.length > 10);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(expression, (found) => found.length > 0);
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [found] = await prometheus.until('probe_success{team="web"}', (all) => all.length > 0);
      assert.deepEqual([found?.value, found?.metric.instance], [1, targets.withPorts("https://localhost:GOOD/")]);
    } finally {
      await prometheus.stop();
    }
  });
});
