import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { ask } from "../_http.ts";
import { runToEnd, startServer } from "../_process.ts";
import type { Project } from "../_shared.ts";
import { aliasedProject, nodeProgram, npm, overriddenProject } from "./_projects.ts";

/** The two ways to put a package into the place of prom-client. */
const PROJECTS: [string, () => Promise<Project>][] = [
  ["an override", overriddenProject],
  ["an alias", aliasedProject],
];

for (const [title, project] of PROJECTS) {
  describe(`prom-client replaced by ${title}`, npm, () => {
    it("is not installed", async () => {
      assert.deepEqual(await installedAsPromClient(await project()), ["@exporterkit/prom-client"]);
    });

    it("lets express-prom-bundle serve a scrape", async () => {
      await using server = await startServer(await nodeProgram("express_server.cjs", await project()));
      assert.equal((await ask(`${server.url}/hello/ada`)).text, "Hello ada");
      const { status, headers, text } = await ask(`${server.url}/metrics`);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], "text/plain");
      const labels = 'status_code="200",method="GET",path="/hello/ada"';
      assert.ok(text.includes(`\nhttp_request_duration_seconds_bucket{le="+Inf",${labels}} 1\n`), text);
      assert.ok(text.includes(`\nhttp_request_duration_seconds_count{${labels}} 1\n`), text);
      assert.match(text, /^greetings_total\{name="ada"\} 1$/m);
      assert.match(text, /^up 1$/m);
      assert.match(text, /^process_cpu_seconds_total \d/m);
    });

    it("lets @hono/prometheus serve a scrape", async () => {
      await using server = await startServer(await nodeProgram("hono_server.mjs", await project()));
      assert.equal((await ask(`${server.url}/hello/ada`)).text, "Hello ada");
      const { status, headers, text } = await ask(`${server.url}/metrics`);
      assert.equal(status, 200);
      assert.match(headers["content-type"] ?? "", /^text\/plain\b/);
      const labels = 'method="GET",route="/hello/:name",status="200",ok="true"';
      assert.ok(text.includes(`\nhttp_request_duration_seconds_bucket{le="+Inf",${labels}} 1\n`), text);
      assert.ok(text.includes(`\nhttp_requests_total{${labels}} 1\n`), text);
      assert.match(text, /^greetings_total\{name="ada"\} 1$/m);
      assert.match(text, /^process_cpu_seconds_total \d/m);
    });
  });
}

describe("the files inside prom-client", npm, () => {
  it("are where programs look for them", async () => {
    const { stdout, stderr } = await runToEnd(await nodeProgram("deep_imports.cjs", await aliasedProject()));
    assert.equal(stderr, "");
    const { found, families }: { found: Record<string, unknown>; families: string[] } = JSON.parse(stdout);
    assert.deepEqual(found, {
      bucketGenerators: ["linearBuckets", "exponentialBuckets"],
      cluster: "AggregatorRegistry",
      counter: "Counter",
      defaultMetrics: "collectDefaultMetrics",
      gauge: "Gauge",
      histogram: "Histogram",
      metricAggregators: ["aggregators"],
      pushgateway: "Pushgateway",
      registry: "Registry",
      summary: "Summary",
      validation: ["validateMetricName"],
    });
    assert.deepEqual(families, [
      "nodejs_version_info",
      "nodejs_gc_duration_seconds",
      "nodejs_heap_size_total_bytes",
      "nodejs_heap_size_used_bytes",
      "nodejs_external_memory_bytes",
      "process_cpu_user_seconds_total",
      "process_cpu_system_seconds_total",
      "process_cpu_seconds_total",
    ]);
  });
});

/** The packages that are found under the name of prom-client, by the record that npm keeps of what it installed. */
async function installedAsPromClient({ folder }: Project): Promise<string[]> {
  const { packages }: { packages: Record<string, { name?: string }> } = JSON.parse(
    await Deno.readTextFile(`${folder}/node_modules/.package-lock.json`),
  );
  const found = Object.entries(packages).filter(([path]) => path.endsWith("node_modules/prom-client"));
  return found.map(([, { name = "prom-client" }]) => name);
}
