import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startApi } from "../../plugins/json_exporter/_testing.ts";
import { runToEnd } from "../_process.ts";
import { needsProgram } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { queriesOf } from "./_dashboard.ts";
import { EXPORTER, startOurs } from "./_json_exporter.ts";

const README = new URL("../../plugins/json_exporter/README.md", import.meta.url);
const TARGET = "http://api.example:8080/status";

describe("the dashboard of json_exporter", needsProgram("prometheus", "apt-get install -y prometheus"), () => {
  it("gets data for every query from a Prometheus that finds the README's targets by itself", async () => {
    await using api = await startApi({
      counter: 1234,
      location: "mars",
      values: [{ id: "A", count: 1, state: "ACTIVE" }],
    });
    const [config = ""] = await configs();
    await using exporter = await startWith(config.replace(TARGET, `${api.url}/status`));
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: any
    scrape_interval: 1s
    http_sd_configs: [{ url: "${exporter.url}/sd", refresh_interval: 1s }]
`);
    try {
      const queries = await queriesOf("json_exporter");
      assert.ok(queries.length > 10);
      for (const { panel, expression } of queries) {
        const samples = await prometheus.until(expression, (found) => found.length > 0);
        assert.ok(samples.every(({ value }) => Number.isFinite(value)), `${panel}: ${expression}`);
      }
      const [series] = await prometheus.query("example_value_count");
      const { __name__, ...labels } = series!.metric;
      assert.deepEqual([labels, series!.value], [
        { job: "json", instance: `${api.url}/status`, team: "checkout", id: "A" },
        1,
      ]);
    } finally {
      await prometheus.stop();
    }
  });
});

describe("the README of json_exporter", () => {
  it("has files that the exporter takes", async () => {
    const all = await configs();
    assert.equal(all.length, 2);
    for (const config of all) {
      const { code, stdout, stderr } = await withFile(config, (path) =>
        runToEnd({
          path: Deno.execPath(),
          args: ["run", "-A", EXPORTER, `--config.file=${path}`, "--config.check"],
        }));
      assert.deepEqual([code, stdout, stderr], [0, "The settings of json exporter are right\n", ""]);
    }
  });
});

/** The settings files that the README shows. */
async function configs(): Promise<string[]> {
  const readme = await Deno.readTextFile(README);
  return [...readme.matchAll(/^```yaml\n(modules:\n[^]*?)^```$/gm)].map(([, config]) => config!);
}

function startWith(config: string): ReturnType<typeof startOurs> {
  return withFile(config, (path) => startOurs(path));
}

async function withFile<Result>(text: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const path = await Deno.makeTempFile({ prefix: "exporterkit-json-", suffix: ".yml" });
  try {
    await Deno.writeTextFile(path, text);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}
