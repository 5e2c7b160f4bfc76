/** What a real Prometheus stores while a collector fails, and when it works again: see the README's table of outcomes. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { freePort } from "../_port.ts";
import { type Server, startServer } from "../_process.ts";
import { needsProgram, ownRuntime } from "../_programs.ts";
import { type Prometheus, type Sample, startPrometheus } from "../_prometheus.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const SERIES = "counting_jobs_total";

describe("a series whose collector fails", needsProgram("prometheus", "apt-get install -y prometheus"), () => {
  let upstream: Upstream;
  let exporter: Server;
  let prometheus: Prometheus;
  const port = freePort();
  const start = () =>
    startServer({
      path: ownRuntime().path,
      args: [
        "run",
        "-A",
        fileURLToPath(import.meta.resolve("./counting.ts")),
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: { UPSTREAM: upstream.url },
    });
  before(async () => {
    upstream = startUpstream();
    await upstream.behave({ queues: { mail: 100 } });
    exporter = await start();
    prometheus = await startPrometheus(
      "global: { scrape_interval: 1s, scrape_timeout: 1s }\n" +
        `scrape_configs:\n  - job_name: counting\n    static_configs: [{ targets: ["127.0.0.1:${port}"] }]\n`,
    );
    await prometheus.until(SERIES, is(100));
  });
  after(async () => {
    await prometheus?.stop();
    await exporter?.stop();
    await upstream?.stop();
  });

  it("ends with a staleness marker, while up stays 1 and the exporter says why", async () => {
    await upstream.behave("hang");
    // Without a marker an instant query would find the last value for five minutes.
    await prometheus.until(SERIES, isNothing);
    assert.ok((await prometheus.query(`count_over_time(${SERIES}[1m])`))[0]!.value > 0);
    assert.ok(is(1)(await prometheus.query("up")));
    assert.ok(is(1)(await prometheus.query("counting_own")));
    const success = await prometheus.query('counting_scrape_collector_success{collector="total"}');
    assert.ok(is(0)(success), JSON.stringify(success));
  });

  it("goes on when the collector works again, and rate() counts what happened in between", async () => {
    await upstream.behave({ queues: { mail: 130 } });
    await prometheus.until(SERIES, is(130));
    assert.ok(is(0)(await prometheus.query(`resets(${SERIES}[1m])`)));
    assert.ok(is(30)(await prometheus.query(`max_over_time(${SERIES}[1m]) - min_over_time(${SERIES}[1m])`)));
    const [rate] = await prometheus.query(`rate(${SERIES}[1m])`);
    assert.ok(rate !== undefined && rate.value > 0, JSON.stringify(rate));
  });

  it("is passed on as it is when the upstream has started anew, and rate() takes that for a reset", async () => {
    await upstream.behave({ queues: { mail: 5 } });
    await prometheus.until(SERIES, is(5));
    assert.ok(is(1)(await prometheus.query(`resets(${SERIES}[1m])`)));
  });

  it("ends with all others when the process dies, and up is 0", async () => {
    exporter.signal("SIGKILL");
    await exporter.ended;
    await prometheus.until("up", is(0));
    assert.ok(isNothing(await prometheus.query('{__name__=~"counting_.*"}')));
    exporter = await start();
    await prometheus.until(SERIES, is(5));
  });
});

function is(value: number): (samples: readonly Sample[]) => boolean {
  return (samples) => samples.length === 1 && samples[0]!.value === value;
}

function isNothing(samples: readonly Sample[]): boolean {
  return samples.length === 0;
}
