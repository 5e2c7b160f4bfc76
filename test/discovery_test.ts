/**
 * Exporters that come, die and go, as a real Prometheus sees them whose configuration nobody touches: by file_sd, and by
 * http_sd from `exporterkit discover`. Debian's Prometheus is built without consul_sd.
 */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { freePort } from "./_port.ts";
import { type Server, startServer } from "./_process.ts";
import { findProgram, needsProgram, ownRuntime } from "./_programs.ts";
import { type Prometheus, type Sample, startPrometheus } from "./_prometheus.ts";

const ROOT = new URL("../", import.meta.url);
const WAYS = ["file", "http"];
const TOKEN = "registrations-need-this";

describe("a real Prometheus", needsProgram(["prometheus", "promtool"], "apt-get install -y prometheus"), () => {
  const ports = new Map(["orders", "payments"].map((job) => [job, freePort()]));
  const discoverPort = freePort();
  const exporters = new Map<string, Server>();
  let folder: string;
  let discover: Server;
  let prometheus: Prometheus;

  function run(file: string, ...args: string[]): Promise<Server> {
    return startServer({
      path: ownRuntime().path,
      args: ["run", "-A", new URL(file, ROOT).pathname, ...args],
      env: { EXPORTERKIT_DISCOVERY_TOKEN: TOKEN },
    });
  }
  async function startService(job: string): Promise<void> {
    const exporter = await run(
      "examples/hello/exporter.ts",
      `--web.listen-address=127.0.0.1:${ports.get(job)}`,
      "--web.telemetry-path=/own/metrics",
      `--discovery.file=${folder}/targets`,
      `--discovery.http=http://127.0.0.1:${discoverPort}`,
      `--discovery.label=job=${job}`,
      "--discovery.label=team=checkout",
      "--discovery.label=__scrape_interval__=500ms",
      "--discovery.label=__scrape_timeout__=500ms",
    );
    exporters.set(job, exporter);
  }
  function startDiscover(): Promise<Server> {
    return run(
      "src/cli/main.ts",
      "discover",
      `--web.listen-address=127.0.0.1:${discoverPort}`,
      `--storage.path=${folder}/data`,
    );
  }
  /** What `up` is of a service, in each way that it was found. */
  function upOf(job: string, value: number | undefined): (samples: readonly Sample[]) => boolean {
    return (samples) => {
      const found = samples.filter(({ metric }) => metric.job === job);
      if (value === undefined) return found.length === 0;
      return found.map(({ metric }) => metric.way).sort().join() === WAYS.join() &&
        found.every((sample) => sample.value === value);
    };
  }

  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-discovery-" });
    await Deno.mkdir(`${folder}/targets`);
    discover = await startDiscover();
    prometheus = await startPrometheus(configuration(folder, discoverPort));
  });
  after(async () => {
    await prometheus?.stop();
    for (const exporter of exporters.values()) exporter.signal("SIGKILL");
    for (const exporter of exporters.values()) await exporter.ended;
    await discover?.stop();
    await Deno.remove(folder, { recursive: true });
  });

  it("scrapes nobody at first", async () => {
    assert.deepEqual(await prometheus.targets(), []);
  });

  it("finds exporters that come, with their labels, path and interval", async () => {
    await Promise.all([...ports.keys()].map(startService));
    await prometheus.until("up", (samples) => upOf("orders", 1)(samples) && upOf("payments", 1)(samples));
    const lengths = await prometheus.query('hello_greeting_length_bytes{name="world"}');
    assert.deepEqual(
      lengths.map(({ metric: { job, team, way, instance } }) => [job, team, way, instance]).sort(),
      [...ports].flatMap(([job, port]) => WAYS.map((way) => [job, "checkout", way, `127.0.0.1:${port}`])),
    );
    const urls = (await prometheus.targets()).map((target) => (target as unknown as { scrapeUrl: string }).scrapeUrl);
    assert.deepEqual(
      [...new Set(urls)].sort(),
      [...ports.values()].map((port) => `http://127.0.0.1:${port}/own/metrics`).sort(),
    );
  });

  it("gets files that promtool has nothing against", async () => {
    const { code, stdout, stderr } = await new Deno.Command(findProgram("promtool")!, {
      args: ["check", "config", await configurationFile(folder)],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /SUCCESS/);
  });

  it("sees up == 0 of one that was killed, and nothing of one that was drained", async () => {
    exporters.get("orders")!.signal("SIGKILL");
    await exporters.get("orders")!.ended;
    const { code, stderr } = await exporters.get("payments")!.stop();
    assert.equal(code, 0, stderr);
    exporters.clear();
    await prometheus.until("up", (samples) => upOf("orders", 0)(samples) && upOf("payments", undefined)(samples));
    const jobs = (await prometheus.targets()).map(({ labels }) => labels.job);
    assert.deepEqual(jobs, WAYS.map(() => "orders"));
  });

  it("still asks the dead one after the catalogue was killed and started again", async () => {
    discover.signal("SIGKILL");
    await discover.ended;
    discover = await startDiscover();
    const listed = await (await fetch(`http://127.0.0.1:${discoverPort}/sd`)).json();
    assert.deepEqual(listed.map(({ labels }: { labels: Record<string, string> }) => labels.job), ["orders"]);
    await prometheus.until("up", upOf("orders", 0));
  });

  it("finds the dead one again when it has come back in its place", async () => {
    await startService("orders");
    await prometheus.until("up", upOf("orders", 1));
    assert.equal((await prometheus.targets()).length, WAYS.length);
  });
});

function configuration(folder: string, discoverPort: number): string {
  const sources = {
    file: `file_sd_configs: [{ files: ["${folder}/targets/*.json"] }]`,
    http: `http_sd_configs: [{ url: "http://127.0.0.1:${discoverPort}/sd", refresh_interval: 1s }]`,
  };
  const jobs = Object.entries(sources).map(([way, source]) =>
    [
      `  - job_name: ${way}`,
      `    ${source}`,
      `    relabel_configs: [{ target_label: way, replacement: ${way} }]`,
    ].join("\n")
  );
  return `scrape_configs:\n${jobs.join("\n")}\n`;
}

async function configurationFile(folder: string): Promise<string> {
  const file = `${folder}/check.yml`;
  const job = `  - job_name: x\n    file_sd_configs: [{ files: ["${folder}/targets/*.json"] }]`;
  await Deno.writeTextFile(file, `scrape_configs:\n${job}\n`);
  return file;
}
