/** A real Prometheus that finds the targets of a multi-target exporter at `/sd`, without a line of relabelling. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "./_http.ts";
import { type Server, startServer } from "./_process.ts";
import { needsProgram, ownRuntime } from "./_programs.ts";
import { type Prometheus, startPrometheus } from "./_prometheus.ts";
import { promtoolProblems } from "./_promtool.ts";
import { startUpstream, type Upstream } from "./_upstreams.ts";

const EXPORTER = new URL("../examples/reach/exporter.ts", import.meta.url).pathname;

describe("http_sd_configs with /sd", needsProgram(["prometheus", "promtool"], "apt-get install -y prometheus"), () => {
  let good: Upstream;
  let bad: Upstream;
  let reach: Server;
  let prometheus: Prometheus;

  before(async () => {
    good = await startUpstream();
    bad = await startUpstream((_, response) => response.writeHead(500).end());
    reach = await startServer({
      path: ownRuntime().path,
      args: [
        "run",
        "-A",
        EXPORTER,
        "--web.listen-address=127.0.0.1:0",
        `--targets=http://${good.host}/a?b=c&d`,
        `--targets=http://${bad.host}/`,
      ],
    });
    const { host } = new URL(reach.url);
    prometheus = await startPrometheus(`
      global: { scrape_interval: 1s, scrape_timeout: 1s }
      scrape_configs:
        - job_name: reach
          http_sd_configs: [{ url: "http://${host}/sd", refresh_interval: 1s }]
    `);
    await prometheus.until(
      "count_over_time(probe_success[1m]) or reach_exporter_probe_targets",
      (samples) => samples.filter(({ value }) => value >= 1).length === 3,
    );
  });

  after(async () => {
    await prometheus?.stop();
    await reach?.stop();
    await good?.[Symbol.asyncDispose]();
    await bad?.[Symbol.asyncDispose]();
  });

  it("makes Prometheus probe every target, under the target's name", async () => {
    const success = await prometheus.query("probe_success");
    assert.deepEqual(
      success.map(({ metric, value }) => [metric.instance, metric.job, value]).sort(),
      [
        [`http://${bad.host}/`, "reach", 0],
        [`http://${good.host}/a?b=c&d`, "reach", 1],
      ].sort(),
    );
    const codes = await prometheus.query("reach_page_status_code");
    assert.deepEqual(codes.map(({ value }) => value).sort(), [200, 500]);
    assert.ok(good.asked.every((line) => line === "GET /a?b=c&d"), good.asked[0]);
    for (const { labels, health, lastError } of await prometheus.targets()) {
      assert.deepEqual([health, lastError], ["up", ""], labels.instance);
    }
  });

  it("makes it scrape the exporter itself, which counts probes", async () => {
    const counts = await prometheus.until(
      'reach_exporter_probes_total{result!="refused"}',
      (samples) => samples.length === 2 && samples.every(({ value }) => value > 0),
    );
    const { host } = new URL(reach.url);
    assert.deepEqual(counts.map(({ metric }) => [metric.job, metric.instance]), [["reach", host], ["reach", host]]);
  });

  it("answers what promtool finds nothing to say about", async () => {
    const { origin } = new URL(reach.url);
    const { text } = await ask(`${origin}/probe?target=${encodeURIComponent(`http://${bad.host}/`)}`);
    assert.deepEqual(await promtoolProblems(text), []);
    assert.deepEqual(await promtoolProblems((await ask(`${origin}/metrics`)).text), []);
  });
});
