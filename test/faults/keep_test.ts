/** What a real Prometheus stores of collectors that show their last success: see the README's tables. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { freePort } from "../_port.ts";
import { type Server, startServer } from "../_process.ts";
import { needsProgram, ownRuntime } from "../_programs.ts";
import { type Prometheus, type Sample, startPrometheus } from "../_prometheus.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const COLLECTORS = ["cached", "every"] as const;
const TOTALS = '{__name__=~"keeping_(cached|every)_total"}';
const SUCCESS = "keeping_scrape_collector_success";
const LAST_SUCCESS = "keeping_scrape_collector_last_success_timestamp_seconds";
/** As in `keeping.ts`. */
const KEEP_SECONDS = 8;

describe("a series that is kept", needsProgram("prometheus", "apt-get install -y prometheus"), () => {
  let upstream: Upstream;
  let exporter: Server;
  let prometheus: Prometheus;
  before(async () => {
    upstream = startUpstream();
    await upstream.behave({ queues: { mail: 100 } });
    const port = freePort();
    exporter = await startServer({
      path: ownRuntime().path,
      args: [
        "run",
        "-A",
        fileURLToPath(import.meta.resolve("./keeping.ts")),
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: { UPSTREAM: upstream.url },
    });
    prometheus = await startPrometheus(
      "global: { scrape_interval: 1s, scrape_timeout: 1s }\n" +
        `scrape_configs:\n  - job_name: keeping\n    static_configs: [{ targets: ["127.0.0.1:${port}"] }]\n`,
    );
    await prometheus.until(TOTALS, are(100));
  });
  after(async () => {
    await prometheus?.stop();
    await exporter?.stop();
    await upstream?.stop();
  });

  it("goes on as it was while its collector fails, until keep has passed, and then ends", async () => {
    await upstream.behave("garbage");
    // Without a marker an instant query would find the last value for five minutes.
    await prometheus.until(TOTALS, (samples) => samples.length === 0);
    for (const collector of COLLECTORS) {
      const total = await stored(`keeping_${collector}_total`);
      const success = await stored(`${SUCCESS}{collector="${collector}"}`);
      const lastSuccess = await stored(`${LAST_SUCCESS}{collector="${collector}"}`);
      assert.deepEqual(new Set(total.values()), new Set([100]));
      const failed = [...success].filter(([, value]) => value === 0).map(([time]) => time);
      const kept = failed.filter((time) => total.has(time));
      const dropped = failed.filter((time) => !total.has(time));
      assert.ok(kept.length > 0, `${collector}: no failed scrape shows what is kept`);
      assert.ok(dropped.length > 0, `${collector}: every failed scrape shows it`);
      for (const time of kept) assert.ok(time - lastSuccess.get(time)! < KEEP_SECONDS, collector);
      for (const time of dropped) assert.ok(!(time - lastSuccess.get(time)! < KEEP_SECONDS - 1), collector);
      assert.ok(Math.max(...kept) < Math.min(...dropped), collector);
    }
  });

  it("is old to the expression of DataStale, while up stays 1 and success is 0", async () => {
    assert.ok((await prometheus.query("up"))[0]!.value === 1);
    assert.ok(are(0)(await prometheus.query(SUCCESS)));
    const rules = await Deno.readTextFile(new URL("../../examples/hello/alerts.yml", import.meta.url));
    const expression = /alert: DataStale\n\s+expr: '(.*) > 900'/.exec(rules)![1]!;
    const old = await prometheus.query(`${expression} >= ${KEEP_SECONDS - 1}`);
    assert.deepEqual(old.map(({ metric }) => metric.collector).sort(), COLLECTORS);
  });

  it("goes on when its collector works again, without a reset", async () => {
    await upstream.behave({ queues: { mail: 130 } });
    await prometheus.until(TOTALS, are(130));
    for (const collector of COLLECTORS) {
      const [resets] = await prometheus.query(`resets(keeping_${collector}_total[5m])`);
      assert.equal(resets!.value, 0, collector);
    }
    await prometheus.until(SUCCESS, are(1));
    assert.deepEqual(await prometheus.query(`time() - ${LAST_SUCCESS} >= ${KEEP_SECONDS}`), []);
  });

  /** The samples of a series by their time, in seconds since the epoch: those of one scrape have the same. */
  async function stored(series: string): Promise<Map<number, number>> {
    const [only, ...others] = await prometheus.samples(`${series}[5m]`);
    assert.equal(others.length, 0);
    return new Map(only!.values);
  }
});

/** Whether both series are there, with this value. */
function are(value: number): (samples: readonly Sample[]) => boolean {
  return (samples) => samples.length === COLLECTORS.length && samples.every((sample) => sample.value === value);
}
