import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "./_http.ts";
import { type Server, startServer } from "./_process.ts";
import { needsProgram, ownRuntime } from "./_programs.ts";
import { type Prometheus, startPrometheus } from "./_prometheus.ts";
import { promtoolProblems } from "./_promtool.ts";
import { needsOriginal, startOriginal } from "./_original.ts";

const EXPORTERS = { hello: "examples/hello/exporter.ts", node: "plugins/node_exporter/exporter.ts" };
const SCRAPES = 5;
const ROOT = new URL("../", import.meta.url);

function startExporter(file: string): Promise<Server> {
  return startServer({
    path: ownRuntime().path,
    args: ["run", "-A", new URL(file, ROOT).pathname, "--web.listen-address=127.0.0.1:0"],
  });
}

const needsPrometheus = needsProgram(["prometheus", "promtool"], "apt-get install -y prometheus");

describe("a real Prometheus", needsPrometheus, () => {
  const servers = new Map<string, Server>();
  let prometheus: Prometheus;

  before(async () => {
    for (const [job, file] of Object.entries(EXPORTERS)) servers.set(job, await startExporter(file));
    const jobs = [...servers].map(([job, { url }]) =>
      `  - job_name: ${job}\n    static_configs: [{ targets: ["${new URL(url).host}"] }]\n`
    );
    prometheus = await startPrometheus(
      `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs.join("")}`,
    );
    await prometheus.until(
      "count_over_time(up[2m])",
      (samples) => samples.length === servers.size && samples.every(({ value }) => value >= SCRAPES),
    );
  });

  after(async () => {
    await prometheus?.stop();
    for (const server of servers.values()) await server.stop();
  });

  it("scrapes the exporters in every interval", async () => {
    const lowest = await prometheus.query("min_over_time(up[2m])");
    assert.deepEqual(
      lowest.map(({ metric, value }) => [metric.job, value]).sort(),
      [["hello", 1], ["node", 1]],
    );
    for (const { labels, health, lastError } of await prometheus.targets()) {
      assert.deepEqual({ job: labels.job, health, lastError }, { job: labels.job, health: "up", lastError: "" });
    }
  });

  it("logs no trouble with a scrape", () => {
    const trouble = prometheus.log().split("\n").filter((line) =>
      /scrape/i.test(line) && !/level=(debug|info)/.test(line)
    );
    assert.deepEqual(trouble, []);
    assert.doesNotMatch(prometheus.log(), /Scrape failed|duplicate|out of order|out of bounds/i);
  });

  it("stores what the exporters say", async () => {
    const lengths = await prometheus.query("hello_greeting_length_bytes");
    assert.deepEqual(lengths.map(({ metric, value }) => [metric.name, value]).sort(), [["Prometheus", 18], [
      "world",
      13,
    ]]);
    const total = Number(/^MemTotal:\s+(\d+) kB/m.exec(await Deno.readTextFile("/proc/meminfo"))![1]) * 1024;
    assert.deepEqual((await prometheus.query("node_memory_MemTotal_bytes")).map(({ value }) => value), [total]);
    const failed = await prometheus.query('{__name__=~".+_scrape_collector_success"} == 0');
    assert.deepEqual(failed.map(({ metric }) => metric.collector), []);
    const rates = await prometheus.query("sum(rate(node_cpu_seconds_total[1m]))");
    assert.ok(rates[0]!.value > 0, "counters can be rated");
  });

  it("finds nothing to say about an example and its self-metrics", async () => {
    const { text } = await ask(`${servers.get("hello")!.url}/metrics`);
    assert.deepEqual(await promtoolProblems(text), []);
  });

  it("finds nothing to say about the host exporter's self-metrics", async () => {
    const { text } = await ask(`${servers.get("node")!.url}/metrics?collect[]=loadavg`);
    assert.deepEqual(await promtoolProblems(text), []);
  });
});

describe("promtool check metrics", { ...needsPrometheus, ...needsOriginal() }, () => {
  it("says of the host exporter only what it says of the original", async () => {
    const ours = await startExporter(EXPORTERS.node);
    const original = await startOriginal();
    try {
      const [ourProblems, originalProblems] = await Promise.all(
        [ours, original].map(async ({ url }) => await promtoolProblems((await ask(`${url}/metrics`)).text)),
      );
      const known = new Set(originalProblems);
      assert.deepEqual(ourProblems!.filter((problem) => !known.has(problem)), []);
    } finally {
      await ours.stop();
      await original.stop();
    }
  });
});
