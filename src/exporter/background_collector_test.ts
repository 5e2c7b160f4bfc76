import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock, settle } from "../metrics/_testing.ts";
import { gauge } from "../metrics/gauge.ts";
import { recordingLog, samples } from "./_testing.ts";
import { type CollectContext, defineExporter, type Exporter } from "./definition.ts";
import { RunningExporter } from "./running_exporter.ts";

/** 1700000000, where the fake clock begins. */
const START = 1.7e9;

interface Subject extends Partial<Pick<Exporter, "open" | "check">> {
  keep?: string;
  /** What the nth run does after it has set the value to n. */
  run?: (
    n: number,
    context: Pick<CollectContext<unknown, unknown, unknown, unknown>, "signal" | "resource">,
  ) => unknown;
}

/** An exporter whose subject is collected every minute. */
function collecting({ keep, run = () => {}, ...upstream }: Subject = {}) {
  const clock = new FakeClock();
  const log = recordingLog();
  /** When each run began, in seconds. */
  const times: number[] = [];
  const exporter = new RunningExporter(
    defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      ...upstream,
      collectors: {
        subject: {
          help: "What is tested.",
          freshness: { every: "1m", ...(keep === undefined ? {} : { keep }) },
          metrics: { value: gauge("t_value", "The number of the run.") },
          async collect(context) {
            const n = times.push(clock.elapsedMs() / 1000);
            context.metrics.value.set(n);
            await run(n, context);
          },
        },
        steady: { help: "Is fresh.", collect() {} },
      },
    }),
    { clock, log },
  );
  return { clock, exporter, times, log };
}

/** What a scrape shows of the subject: outcome, value, success, series, last success. */
async function shown(exporter: RunningExporter, timeoutMs = 10_000): Promise<unknown[]> {
  const gathered = await exporter.gather({ timeoutMs });
  const [outcome, value] = [gathered.reports.get("subject")!.outcome, numberOf("t_value")];
  return [outcome, value, self("success"), self("series"), self("last_success_timestamp_seconds")];

  function self(name: string): number | undefined {
    return numberOf(`t_scrape_collector_${name}{collector="subject"}`);
  }

  function numberOf(series: string): number | undefined {
    const [line] = samples(gathered, series);
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
  }
}

describe("a collector in the background", () => {
  it("runs when the exporter is started and after each period, and never for a scrape", async () => {
    const { clock, exporter, times } = collecting();
    await settle();
    assert.deepEqual(times, [], "not before it is started");
    exporter.start();
    exporter.start();
    await clock.advance(1000);
    for (let i = 0; i < 3; i++) assert.deepEqual(await shown(exporter), ["ok", 1, 1, 1, START]);
    await clock.advance(59_000);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 1, START + 60]);
    await clock.advance(60_000);
    assert.deepEqual(times, [0, 60, 120]);
  });

  it("keeps its pace however long a run takes", async () => {
    const { clock, exporter, times } = collecting({
      run: () => new Promise((resolve) => clock.after(25_000, () => resolve(0))),
    });
    exporter.start();
    await clock.advance(130_000);
    assert.deepEqual(times, [0, 60, 120]);
  });

  it("lets only scrapes wait that come before the first run has ended", async () => {
    const { clock, exporter, times } = collecting({
      run: () => new Promise((resolve) => clock.after(2000, () => resolve(0))),
    });
    const first = exporter.gather();
    await clock.advance(2000);
    const { outcome, seconds } = (await first).reports.get("subject")!;
    assert.deepEqual([outcome, seconds, times.length], ["ok", 2, 1]);
    await clock.advance(59_000);
    assert.equal(times.length, 2);
    const during = await exporter.gather();
    assert.equal(during.reports.get("subject")!.seconds, 0);
    assert.deepEqual(samples(during, "t_value"), ["t_value 1"]);
  });

  it("goes on when a scrape stops waiting for the first run", async () => {
    const gate = deferred();
    const { clock, exporter } = collecting({ run: () => gate.promise });
    const scrape = shown(exporter, 1000);
    await clock.advance(1000);
    assert.deepEqual(await scrape, ["timeout", undefined, 0, 0, 0]);
    gate.resolve();
    await settle();
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 1, START + 1]);
    const failures = samples(await exporter.gather(), 't_scrape_collector_failures_total{collector="subject"');
    assert.ok(failures.every((line) => line.endsWith(" 0")));
  });

  it("shows the last success with success 0 after failures until keep has passed, then nothing", async () => {
    for (const [keep, keptSeconds] of [[undefined, 180], ["5m", 300]] as const) {
      let fails = false;
      const { clock, exporter } = collecting({
        keep,
        run() {
          if (fails) throw new Error("no luck");
        },
      });
      exporter.start();
      await settle();
      fails = true;
      await clock.advance(60_000);
      assert.deepEqual(await shown(exporter), ["error", 1, 0, 1, START]);
      await clock.advance(keptSeconds * 1000 - 60_001);
      assert.deepEqual(await shown(exporter), ["error", 1, 0, 1, START]);
      await clock.advance(1);
      assert.deepEqual(await shown(exporter), ["error", undefined, 0, 0, START]);
      fails = false;
      await clock.advance(60_000);
      const [outcome, , ...rest] = await shown(exporter);
      assert.deepEqual([outcome, ...rest], ["ok", 1, 1, START + keptSeconds + 60]);
    }
  });

  it("aborts a run after a period, counts it once, and tries again", async () => {
    const { clock, exporter, times } = collecting({
      run: (n, { signal }) =>
        n === 2 ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))) : undefined,
    });
    exporter.start();
    await clock.advance(119_999);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 1, START]);
    await clock.advance(1);
    assert.deepEqual(times, [0, 60, 120]);
    const gathered = await exporter.gather();
    assert.deepEqual(samples(gathered, "t_value"), ["t_value 3"]);
    const failures = samples(gathered, 't_scrape_collector_failures_total{collector="subject"');
    assert.deepEqual(failures.filter((line) => !line.endsWith(" 0")), [
      't_scrape_collector_failures_total{collector="subject",reason="timeout"} 1',
    ]);
  });

  it("is not started twice when it ignores its abort", async () => {
    const gate = deferred();
    const { clock, exporter, times, log } = collecting({ run: (n) => n === 1 ? gate.promise : undefined });
    exporter.start();
    await clock.advance(180_000);
    assert.equal(times.length, 1);
    assert.deepEqual(await shown(exporter), ["busy", undefined, 0, 0, 0]);
    gate.resolve();
    await clock.advance(60_000);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 1, START + 240]);
    assert.deepEqual(log.lines.map((line) => line.replace(/,"error".*/, "")), [
      'error: Collector failed {"collector":"subject","reason":"timeout"',
      'error: Collector failed {"collector":"subject","reason":"busy"',
      'info: Collector succeeded again {"collector":"subject"}',
    ]);
  });

  it("reaches the upstream before each run, and is down without it", async () => {
    let isUp = true;
    const { clock, exporter } = collecting({
      open: () => ({ id: 7 }),
      check() {
        if (!isUp) throw new Error("connection refused");
      },
      run: (_, context) => context.resource,
    });
    exporter.start();
    await clock.advance(1000);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 1, START]);
    isUp = false;
    await clock.advance(59_000);
    assert.deepEqual(await shown(exporter), ["down", 1, 0, 1, START]);
  });

  it("drops samples whose run should have been replaced long ago", async () => {
    const { clock, exporter } = collecting();
    exporter.start();
    await settle();
    clock.sleep(180_000);
    const gathered = await exporter.gather();
    assert.equal(gathered.reports.get("subject")!.outcome, "timeout");
    assert.deepEqual(samples(gathered, "t_value"), []);
  });

  it("is not misled by a wall clock that jumps back and forth", async () => {
    const { clock, exporter, times } = collecting();
    exporter.start();
    await settle();
    clock.jump(86_400_000);
    await clock.advance(59_999);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 1, START]);
    clock.jump(-2 * 86_400_000);
    await clock.advance(1);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 1, START + 60 - 86_400]);
    await clock.advance(60_000);
    assert.deepEqual(times, [0, 60, 120]);
  });

  it("does not keep the process alive between runs", async () => {
    const { clock, exporter } = collecting();
    exporter.start();
    await settle();
    assert.deepEqual([clock.pending, clock.keepsAlive], [1, false]);
  });

  it("stops with the exporter, and leaves no timer", async () => {
    const { clock, exporter, times } = collecting();
    exporter.start();
    await clock.advance(61_000);
    await exporter.close();
    assert.equal(clock.pending, 0);
    await clock.advance(600_000);
    assert.deepEqual(times, [0, 60]);
  });

  it("starts no run when the exporter is closed while its upstream is reached", async () => {
    const opened = deferred<object>();
    const { clock, exporter, times } = collecting({ open: () => opened.promise });
    const scrape = exporter.gather();
    await clock.advance(5000);
    await exporter.close();
    opened.resolve({});
    await clock.advance(600_000);
    assert.equal((await scrape).reports.get("subject")!.outcome, "timeout");
    assert.deepEqual([times, clock.pending], [[], 0]);
  });
});
